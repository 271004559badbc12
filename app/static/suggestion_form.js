/* The form of a suggestion: what is like it already, and what was typed is kept in this tab.

   1. Asked after a pause, the older question is given up; nothing waits for the answer.
   2. Kept until it is sent, in this tab only: a reload or a way round loses nothing. */
const PAUSE = 400, LEAST = 4, KEPT = 'suggestion';
const form = document.querySelector('[data-suggestion]');
const box = document.querySelector('[data-alike]');
const title = form.elements.title;

if (box) {
  const model = box.querySelector('template'), list = box.querySelector('ul');
  const said = box.querySelector('[role="status"]'), shown = box.querySelector('[data-shown]');
  let timer, asked = '', question = new AbortController();
  const show = (words, found) => {
    said.textContent = words;
    shown.hidden = !found.length;
    list.replaceChildren(...found.map((one) => {
      const item = document.importNode(model.content, true).firstElementChild;
      item.querySelectorAll('[data-said]').forEach((node) => { node.textContent = one[node.dataset.said]; });
      item.querySelector('a').href = one.page;
      return item;
    }));
  };
  const ask = async () => {
    const typed = title.value.trim();
    if (typed === asked) return;
    question.abort();
    question = new AbortController();
    asked = typed;
    if (typed.length < LEAST) { show('', []); return; }
    try {
      const answer = await fetch(`${box.dataset.alike}?${new URLSearchParams({ title: typed })}`, { signal: question.signal });
      const { said: words = '', alike = [] } = answer.ok ? await answer.json() : {};
      // Nothing moves under a finger.
      if (typed === asked && !list.matches(':active, :focus-within')) show(words, alike);
    } catch { /* given up, or no network: the form works without it */ }
  };
  title.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE); });
  box.hidden = false;
}

const NAMES = ['title', 'text', 'category', 'stated_area', 'coordinates'];
const store = (act) => { try { return act(sessionStorage); } catch { return null; /* not allowed */ } };
const typed = () => Object.fromEntries(NAMES.map((name) => [name, form.elements[name].value]));
const keep = () => store((tab) => tab.setItem(KEPT, JSON.stringify(typed())));
if (!title.value && !form.elements.text.value) {
  const before = JSON.parse(store((tab) => tab.getItem(KEPT)) || '{}');
  NAMES.filter((name) => before[name]).forEach((name) => { form.elements[name].value = before[name]; });
}
form.addEventListener('input', keep);
form.addEventListener('submit', () => store((tab) => tab.removeItem(KEPT)));
if (title.value) title.dispatchEvent(new Event('input', { bubbles: true }));
