/* Single keys at the check: what a key does is said in `aria-keyshortcuts`, on the page itself.
   Keys never fire while somebody types, nor with Ctrl, Alt or Meta; they can be switched off. */
'use strict';
(() => {
  const NAME = 'desk-keys';
  const box = document.getElementById('keys');
  const undo = document.querySelector('[aria-keyshortcuts=u]');
  if (!box && !undo) return;
  const kept = () => { try { return localStorage.getItem(NAME); } catch { return null; } };
  const panels = [...document.querySelectorAll('.check-panel')];
  let on = kept() !== 'off';
  let sent = false;

  const show = () => {
    document.documentElement.classList.toggle('keys-on', on);
    if (!box) return;
    box.checked = on;
    box.closest('.check-keys').hidden = false;
  };
  const typing = (node) => node.closest('select, textarea, [contenteditable], '
    + 'input:not([type=radio], [type=checkbox])') || node.closest('.citymap-canvas');
  const open = () => panels.find((panel) => panel.open);
  const seen = (node) => node.checkVisibility() && !node.disabled;

  /* What stands in the open panel goes first: its numbers are the reasons. */
  const wanted = (key) => {
    const all = [...document.querySelectorAll(`[aria-keyshortcuts="${CSS.escape(key)}"]`)].filter(seen);
    return all.find((node) => open()?.contains(node) && node.tagName !== 'SUMMARY') || all[0];
  };

  const unfold = (panel) => {
    for (const other of panels) other.open = other === panel && !panel.open;
    if (!panel.open) return;
    panel.querySelector('select, textarea, input:not([type=hidden]), button')?.focus();
    panel.scrollIntoView({ block: 'nearest' });
  };

  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && open()) {
      const panel = open();
      panel.open = false;
      panel.querySelector('summary').focus();
      return;
    }
    if (!on || sent || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key.length !== 1 || typing(event.target)) return;
    const node = wanted(event.key.toLowerCase());
    if (!node) return;
    event.preventDefault();
    if (node.tagName === 'SUMMARY') unfold(node.parentElement);
    else node.click();
  });
  /* One press, one act: also where the answer takes a while. */
  addEventListener('submit', (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  addEventListener('pageshow', () => { sent = false; });
  if (box) {
    box.onchange = () => {
      on = box.checked;
      try { localStorage.setItem(NAME, on ? 'on' : 'off'); } catch { /* for this page only */ }
      show();
    };
  }
  show();
})();
