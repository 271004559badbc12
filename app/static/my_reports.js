/* Reports that were sent or followed from this device: their private links, kept here only.

   A page with data-report is noted; the page with #on-device shows what was noted. */
'use strict';
(() => {
  const NAME = 'my-reports', MOST = 50;
  const read = () => {
    try {
      const found = JSON.parse(localStorage.getItem(NAME));
      return Array.isArray(found) ? found.filter((one) => one && String(one.path).startsWith('/follow/')) : [];
    } catch { return []; }
  };
  const write = (list) => {
    try { localStorage.setItem(NAME, JSON.stringify(list.slice(0, MOST))); } catch { /* full, or not allowed */ }
  };
  const page = document.querySelector('[data-report]');
  if (page) {
    const {report, path, about, day} = page.dataset;
    const former = read().find((one) => one.report === report) || {};
    const others = read().filter((one) => one.report !== report);
    write([{...former, report, path, about: about || former.about, day: day || former.day}, ...others]);
  }
  const place = document.getElementById('on-device');
  if (!place) return;
  const show = () => {
    const list = read(), rows = place.querySelector('ul');
    place.hidden = !list.length;
    rows.replaceChildren(...list.map((one) => {
      const row = document.createElement('li'), line = document.createElement('article');
      const words = document.createElement('div'), head = document.createElement('h3');
      const link = document.createElement('a'), meta = document.createElement('p');
      const away = document.createElement('button');
      line.className = 'ticket-row';
      link.href = one.path;
      link.textContent = one.about || one.report;
      meta.className = 'meta';
      meta.textContent = [one.report, one.day].filter(Boolean).join(' · ');
      away.type = 'button';
      away.className = 'button button-quiet';
      away.textContent = place.dataset.remove;
      away.setAttribute('aria-label', `${place.dataset.remove}: ${one.report}`);
      away.onclick = () => {
        write(read().filter((other) => other.report !== one.report));
        show();
        (place.hidden ? document.getElementById('main') : rows.querySelector('button')).focus();
      };
      head.append(link);
      words.append(head, meta);
      line.append(words, away);
      row.append(line);
      return row;
    }));
  };
  show();
})();
