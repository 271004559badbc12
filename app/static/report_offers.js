/* Likely subjects, and reports of the same. Nobody waits longer than told, or is chosen for. */
const within = (milliseconds, address, options) => {
  const late = new Promise((done) => setTimeout(() => done({}), milliseconds));
  const asked = fetch(address, options)
    .then((answer) => (answer.ok ? answer.json() : {})).catch(() => ({}));
  return Promise.race([asked, late]);
};

let timer;
let asked = '';
/* Put the likeliest subjects first; the chosen one stays. */
export function suggest(box, address, text, wait) {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    asked = text.trim();
    if (!address || asked.length < 3) return;
    const words = asked;
    const { categories = [] } = await within(wait, address, { method: 'POST',
      headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ text: words }) });
    const all = box.parentNode.querySelector('[data-part="all"]');
    // Nothing moves under a finger.
    if (words !== asked || !categories.length || all.matches(':active, :focus-within')) return;
    const chosen = box.closest('form').querySelector('[name="category"]:checked');
    const codes = new Set([...chosen ? [chosen.value] : [], ...categories.map(({ code }) => code)]);
    const rows = [...codes].map((code) => {
      const known = all.querySelector(`[value="${CSS.escape(code)}"]`) || box.querySelector(`[value="${CSS.escape(code)}"]`);
      if (!known) return null;
      const row = known.closest('.choice').cloneNode(true);
      const input = row.querySelector('input');
      input.id = `likely-${code}`;
      row.querySelector('label').htmlFor = input.id;
      return [row, input, code];
    }).filter(Boolean);
    box.replaceChildren(...rows.map(([row]) => row));
    rows.forEach(([, input, code]) => { input.checked = Boolean(chosen) && chosen.value === code; });
    box.hidden = false;
    all.open = false;
  }, 400);
}

/* Open reports near the place. Resolves when they are shown or `wait` is over. */
export async function similar(box, query, join, wait) {
  box.hidden = true;
  if (!box.dataset.address || !query.lat) return;
  const { similar: found = [] } = await within(wait, `${box.dataset.address}?${new URLSearchParams(query)}`);
  const model = box.querySelector('template');
  box.querySelector('ul').replaceChildren(...found.map((offer) => {
    const item = document.importNode(model.content, true).firstElementChild;
    item.querySelectorAll('[data-said]').forEach((node) => { node.textContent = offer[node.dataset.said]; });
    const metres = item.querySelector('[data-metres]');
    metres.textContent = metres.dataset.metres.replace('{n}', offer.metres);
    const image = item.querySelector('img');
    if (offer.photo) image.src = offer.photo; else image.remove();
    item.querySelector('a').href = offer.page;
    item.querySelector('button').onclick = () => join(offer.join);
    return item;
  }));
  box.hidden = !found.length;
}
