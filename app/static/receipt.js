/* The receipt tells by itself where the report went: it looks again soon, then rarely, then no more.

   Without this, or without a network, the link in the waiting line does the same. */
'use strict';
(() => {
  const PAUSES_S = [1, 1, 2, 3, 5, 8, 13, 21, 34];
  const place = document.getElementById('routed');
  const waits = (node) => node.querySelector('[data-waiting]');
  if (!place || !waits(place)) return;
  const look = async () => {
    const answer = await fetch(location.pathname, { cache: 'no-store' });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const found = page.getElementById('routed');
    if (found && !waits(found)) place.replaceChildren(...found.childNodes);
  };
  const again = (round) => {
    if (round < PAUSES_S.length && waits(place)) {
      setTimeout(() => look().catch(() => {}).then(() => again(round + 1)), PAUSES_S[round] * 1000);
    }
  };
  again(0);
})();
