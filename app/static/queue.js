/* One line on every page tells what still waits on this phone, and the worker is set up. */
'use strict';
(() => {
  const line = document.getElementById('queue');
  if (!line || !self.outbox || !outbox.works) return;
  const link = line.querySelector('a');
  const say = (words, number, total) => words.replace('{n}', number).replace('{all}', total);

  const show = async () => {
    const [reports, photos] = await Promise.all([outbox.reports(), outbox.photos()]);
    const arrived = reports.filter((report) => report.state === 'sent');
    for (const report of arrived) {
      if (!report.seen && report.sent === location.pathname) { outbox.seen(report.key); return; }
    }
    const refused = [...reports, ...photos].filter((row) => row.state === 'refused');
    const unsent = reports.filter((report) => report.state === 'waiting');
    const fresh = arrived.find((report) => !report.seen);
    const left = photos.filter((photo) => photo.state === 'waiting'
      && arrived.some((report) => report.key === photo.key));
    let [text, address] = ['', line.dataset.page];
    if (refused.length) text = line.dataset.refused;
    else if (unsent.length) text = say(line.dataset.unsent, unsent.length);
    else if (left.length) {
      const report = arrived.find((row) => row.key === left[0].key);
      const rest = left.filter((photo) => photo.key === report.key).length;
      const stuck = !navigator.onLine || left[0].next > Date.now();
      text = say(stuck ? line.dataset.photosWait : line.dataset.photos,
        report.photos - rest + 1, report.photos);
    } else if (fresh) {
      text = say(line.dataset.sent, fresh.reference);
      address = fresh.sent;
    }
    if (link.textContent !== text) link.textContent = text;
    link.href = address;
    line.hidden = !text;
  };

  outbox.watch(() => show().catch(() => { line.hidden = true; }));

  /* Later than everything that a person waits for. */
  if (navigator.serviceWorker) {
    addEventListener('load', () => setTimeout(
      () => navigator.serviceWorker.register('/sw.js').catch(() => {}), 3000));
  }
})();
