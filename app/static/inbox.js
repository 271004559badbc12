/* The inbox by keys, what is marked, and what is new. Without this file all of it works by links
   and forms. Keys never fire while somebody types, nor with Ctrl, Alt or Meta; they can be
   switched off, for this page as for the check. Rows never move by themselves. */
'use strict';
(() => {
  const NAME = 'desk-keys';
  const rows = [...document.querySelectorAll('.desk-list > li')];
  const bulk = document.getElementById('bulk');
  const box = document.getElementById('keys');
  const kept = () => { try { return localStorage.getItem(NAME); } catch { return null; } };
  let on = kept() !== 'off';

  /* Keys */
  const typing = (node) => node.closest('select, textarea, [contenteditable], '
    + 'input:not([type=radio], [type=checkbox])');
  const link = (row) => row.querySelector('h2 a');
  const mark = (row) => row.querySelector('.inbox-mark input');
  const here = () => rows.findIndex((row) => row.contains(document.activeElement));
  const go = (step) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, here() < 0 ? 0 : here() + step))];
    if (!row) return;
    link(row).focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  };
  const keys = {
    j: () => go(1),
    k: () => go(-1),
    x: () => { if (here() >= 0) mark(rows[here()])?.click(); },
    a: () => {
      if (!bulk) return;
      if (!marked().length && here() >= 0) mark(rows[here()]).checked = true;
      if (!marked().length) return;
      bulk.elements.verb.value = 'accept';
      bulk.requestSubmit();
    },
    '/': () => document.getElementById('q').select(),
    '?': () => {
      const list = document.getElementById('keys-list');
      list.open = !list.open;
      if (list.open) list.querySelector('summary').focus();
    },
  };
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && event.target.id === 'q') { event.target.blur(); return; }
    if (!on || event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
    const act = keys[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
  box.closest('.inbox-switch').hidden = false;
  box.checked = on;
  box.onchange = () => {
    on = box.checked;
    try { localStorage.setItem(NAME, on ? 'on' : 'off'); } catch { /* for this page only */ }
  };

  /* What is marked */
  const marked = () => rows.filter((row) => mark(row)?.checked);
  const count = () => {
    const words = bulk.querySelector('summary span');
    words.dataset.none ||= words.textContent;
    const number = marked().length;
    words.textContent = number ? words.dataset.one.replace('{n}', number) : words.dataset.none;
    document.getElementById('bulk-panel').open = number > 0;
    bulk.classList.toggle('inbox-marked', number > 0);
  };
  if (bulk) {
    addEventListener('change', (event) => { if (event.target.name === 'ticket') count(); });
    addEventListener('pageshow', count);
  }

  /* What is new: asked for while somebody looks, said, and shown only when it is asked for. */
  const line = document.getElementById('news');
  const EVERY = 20_000;
  const shown = new Map(rows.map((row) => [row.dataset.ticket, Number(row.dataset.version)]));
  const say = (text) => {
    if (line.textContent === text) return;
    const button = document.createElement('button');
    button.className = 'button';
    button.textContent = text;
    button.onclick = () => location.assign(location.href.replace(/#.*$/, ''));
    line.replaceChildren(button);
  };
  const look = async () => {
    const answer = await fetch(line.dataset.address, { headers: { Accept: 'application/json' } });
    if (!answer.ok) return;
    const found = Object.entries(await answer.json());
    const fresh = found.filter(([code]) => !shown.has(code)).length;
    const other = found.length !== shown.size
      || found.some(([code, version]) => shown.get(code) !== version);
    if (fresh) say(line.dataset.new.replace('{n}', fresh));
    else if (other) say(line.dataset.changed);
    else line.replaceChildren();
  };
  const wait = () => setTimeout(() => {
    if (document.hidden) { wait(); return; }
    look().catch(() => {}).finally(wait);
  }, EVERY * (0.8 + 0.4 * Math.random()));
  if (line.dataset.address) {
    wait();
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) look().catch(() => {});
    });
  }
})();
