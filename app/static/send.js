/* The report form hands over to the outbox, where the browser can keep things; else it is sent as
   it is, with smaller photos. */
'use strict';
(() => {
  const form = document.querySelector('#report-form');
  if (!form || !self.outbox || !outbox.works || form.elements.kept) return;
  const files = form.elements.photos;
  // A page from the worker's shelf carries the same key for everybody who opens it.
  if (!document.querySelector('.error-summary')) form.elements.key.value = outbox.newKey();
  let taken = [];

  const fields = () => {
    const found = {answers: {}};
    for (const [name, value] of new FormData(form)) {
      if (typeof value !== 'string' || name === 'key' || !value.trim()) continue;
      const code = name.startsWith('answers.') && name.slice(8);
      if (!code) found[name] = value;
      else if (code in found.answers) found.answers[code] = [].concat(found.answers[code], value);
      else found.answers[code] = value;
    }
    return found;
  };

  const chosen = () => [...taken, ...files.files].slice(0, Number(files.dataset.most));

  const plain = async (photos) => {
    try {
      const box = new DataTransfer();
      for (const photo of photos) {
        const small = self.photos ? await self.photos.shrink(photo) : photo;
        box.items.add(new File([small], photo.name || 'photo.jpg', {type: small.type}));
      }
      files.files = box.files;
    } catch (wrong) {
      // Then as they were chosen.
    }
    form.submit();
  };

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('.button-big');
    if (button.disabled) return;
    button.disabled = true;
    const photos = chosen();
    const key = form.elements.key.value;
    let report = null;
    try {
      report = await outbox.put({fields: fields(), photos, key});
    } catch (wrong) {
      await plain(photos);
      return;
    }
    if (report.state === 'refused') {
      // The server shows the form again, with its words and all that was typed.
      await outbox.remove(key);
      await plain(photos);
      return;
    }
    if (report.state === 'sent') location.assign(report.sent);
    else {
      form.hidden = true;
      const stored = document.getElementById('stored');
      stored.hidden = false;
      stored.focus();
    }
  });
})();
