/* The private link can be copied or handed to another program, where the browser allows it. */
'use strict';
(() => {
  const [copy, share] = ['keep-link', 'share-link'].map((id) => document.getElementById(id));
  const said = document.getElementById('keep-link-said');
  if (copy && navigator.clipboard) {
    copy.hidden = false;
    copy.onclick = () => navigator.clipboard.writeText(copy.dataset.link).then(
      () => { said.textContent = copy.dataset.done; },
      () => { copy.hidden = true; });
  }
  if (share && navigator.share) {
    share.hidden = false;
    share.onclick = () => navigator.share({ title: share.dataset.title, url: share.dataset.link }).catch(() => {});
  }
})();
