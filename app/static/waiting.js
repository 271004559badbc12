/* The page of what waits on this phone: what it is, why it waits, send now, change, delete. */
'use strict';
(() => {
  const list = document.getElementById('waiting');
  const model = document.getElementById('entry');
  if (location.pathname !== document.getElementById('queue').dataset.page) {
    document.getElementById('unreachable').hidden = false;
    document.getElementById('reload').href = location.href;
  }
  const nothing = document.getElementById('nothing');
  if (!self.outbox || !outbox.works) { nothing.hidden = false; return; }
  const say = (words, number, total) => words.replace('{n}', number).replace('{all}', total);

  /* What cannot be undone takes a second tap, on other words. */
  const sure = (button) => {
    if (button.dataset.asked) return true;
    button.dataset.asked = 'yes';
    button.textContent = button.dataset.sure;
    return false;
  };

  /* Another report was begun on this phone, and the form holds only one. */
  const begun = (key) => {
    try {
      const draft = JSON.parse(localStorage.getItem('report'));
      return draft.key !== key && Object.keys(draft.forms).length > 0;
    } catch {
      return false;
    }
  };

  const entry = (report, photos) => {
    const item = model.content.cloneNode(true).firstElementChild;
    const part = (name) => item.querySelector(`[data-part="${name}"]`);
    const stuck = photos.filter((photo) => photo.state === 'refused');
    const refused = report.state === 'refused';
    part('state').firstElementChild.textContent = report.state === 'sent'
      ? say(list.dataset.sent, report.reference) : list.dataset[report.state];
    part('words').textContent = report.fields ? report.fields.text || list.dataset.noWords : '';
    part('photos').textContent = photos.length
      ? say(list.dataset.photos, photos.length, report.photos) : '';
    const wrong = [...report.wrong || [], ...stuck.flatMap((photo) => photo.wrong)];
    for (const {detail} of wrong) {
      part('wrong').append(Object.assign(document.createElement('li'), {textContent: detail}));
    }
    part('receipt').href = report.sent || '';
    part('again').onclick = () => again(report.key).catch(() => {});
    part('change').href = report.fields ? change(report) : '';
    part('change').onclick = (event) => {
      if (begun(report.key) && !sure(event.currentTarget)) event.preventDefault();
    };
    part('delete').onclick = (event) => { if (sure(event.currentTarget)) outbox.remove(report.key); };
    const done = report.state === 'sent';
    const gone = {words: !report.fields, photos: !photos.length, wrong: !wrong.length,
      receipt: !done, change: !refused, again: done && !photos.length, delete: done && !stuck.length};
    for (const [name, hidden] of Object.entries(gone)) if (hidden) part(name).remove();
    item.dataset.key = report.key;
    return item;
  };

  /* Try again what was refused or waits: its author wants it. */
  const again = async (key) => {
    await outbox.within('readwrite', (reports, kept) => {
      const renew = (rows) => (event) => {
        [].concat(event.target.result || []).filter(({state}) => state === 'refused')
          .forEach((row) => rows.put(Object.assign(row, {state: 'waiting', wrong: [], held: 0})));
      };
      reports.get(key).onsuccess = renew(reports);
      kept.index('key').getAll(key).onsuccess = renew(kept);
    });
    outbox.tell();
    return outbox.flush();
  };

  const change = ({key, fields}) => `${list.dataset.form}?category=${
    encodeURIComponent(fields.category)}#again=${key}`;

  let shown = '';
  const show = async () => {
    const [reports, photos] = await Promise.all([outbox.reports(), outbox.photos()]);
    const rows = reports.map((report) =>
      [report, photos.filter((photo) => photo.key === report.key)]);
    const now = JSON.stringify(rows.map(([report, mine]) =>
      [report.key, report.state, mine.map(({id, state}) => [id, state])]));
    if (now === shown) return;
    shown = now;
    list.replaceChildren(...rows.map(([report, mine]) => entry(report, mine)));
    nothing.hidden = rows.length > 0;
  };
  outbox.watch(() => show().catch(() => { nothing.hidden = false; }));
})();
