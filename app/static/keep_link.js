/* The private link can be copied with one tap, where the browser allows it. */
'use strict';
(() => {
  const button = document.getElementById('keep-link');
  if (!button || !navigator.clipboard) return;
  const said = document.getElementById('keep-link-said');
  button.hidden = false;
  button.onclick = () => navigator.clipboard.writeText(button.dataset.link).then(
    () => { said.textContent = button.dataset.done; },
    () => { button.hidden = true; });
})();
