/* The way of a report as one page: the same steps and forms as the plain pages, one at a time.

   1. The first step stands in the page, all others in its template: nothing is fetched to go on.
   2. Every change is kept on this phone at once (fields in localStorage, photos in IndexedDB) and is
      there again after a call, a reload or an empty battery, until the report is on its way.
   3. Suggestions and similar reports may take WAIT; then one goes on without them.
   4. `outbox` (outbox.js) stores and sends. Where it cannot, the plain forms are sent instead.
   5. If anything here breaks at the start, the plain pages are still there. */
const WAIT = 1500;
const STORE = 'report';
const flow = document.getElementById('flow');
const behind = document.getElementById('flow-behind').content;
const words = flow.dataset;
const again = document.querySelector('.flow-unfinished');
// By their addresses with the digest: a browser never mixes two versions.
const [{ Photos }, { similar, suggest }] = await Promise.all([import(words.photos), import(words.offers)]);
const steps = { photo: flow.querySelector('[data-step]') };
behind.querySelectorAll('[data-step]').forEach((section) => { steps[section.dataset.step] = section; });
const form = (step) => steps[step].querySelector('form');
const part = (step, name) => steps[step].querySelector(`[data-part="${name}"]`);

const newKey = () => (self.outbox ? outbox.newKey() : crypto.randomUUID());
const linked = !history.state && new URLSearchParams(location.search).get('category');
let draft;
try {
  draft = JSON.parse(localStorage.getItem(STORE));
} catch {
  draft = null; // nothing can be kept here
}
/* A report that was refused while nobody was here comes back from the outbox, under its own key. */
const asked = /^#again=([\w-]{36})$/.exec(location.hash);
const former = asked && self.outbox && outbox.works ? await outbox.take(asked[1]).catch(() => null) : null;
if (former) {
  const { answers = {}, ...rest } = former.fields;
  Object.entries(answers).forEach(([code, given]) => { rest[`answers.${code}`] = given; });
  const all = Object.entries(rest).flatMap(([name, given]) => [].concat(given).map((one) => [name, one]));
  draft = { key: asked[1], step: 'photo', forms: {}, asked: rest.category };
  ['photo', 'place', 'what', 'details', 'check'].forEach((step) => { draft.forms[step] = all; });
}
const unfinished = Boolean(!former && draft && Object.keys(draft.forms).length);
if (!draft) draft = { key: newKey(), step: 'photo', forms: {}, asked: '' };
if (linked) draft.forms.what = [...(draft.forms.what || []).filter(([name]) => name !== 'category'), ['category', linked]];

const save = () => {
  try {
    localStorage.setItem(STORE, JSON.stringify(draft));
  } catch {
    // Full, or not allowed: what was typed is still in the page.
  }
};

/* Fields of a form as pairs, and back. */
const pairs = (step) => [...new FormData(form(step))].filter(([, value]) => typeof value === 'string');
function fill(step, kept) {
  form(step).querySelectorAll('input, textarea, select').forEach((field) => {
    const values = kept.filter(([name]) => name === field.name).map(([, value]) => value);
    if (/checkbox|radio/.test(field.type)) field.checked = values.includes(field.value);
    else if (values.length && field.type !== 'file') field.value = values[0];
  });
}
const value = (step, name) => (pairs(step).find(([key]) => key === name) || [])[1] || '';
const category = () => value('what', 'category');
const strict = () => Boolean(about() && about().dataset.contact);
const about = () => behind.querySelector(`[data-about="${CSS.escape(category())}"]`);

const photos = new Photos(steps.photo, draft.key, () => { save(); next('photo'); });
const next = (step) => {
  if (step !== 'photo') return;
  form(step).querySelector('.button-big').textContent = photos.files.length ? words.onward : words.without;
};

Object.entries(draft.forms).forEach(([step, kept]) => { if (steps[step] && step !== 'details') fill(step, kept); });

/* The place step has a module of its own; it comes with the tap that needs it. */
let placing;
const place = () => placing ??= import(words.place).then(({ mount }) => mount(
  steps.place.querySelector('.place'), {
    onChange: () => keep('place'),
    more: () => Object.fromEntries([...pairs('what').filter(([name]) => name === 'category'),
      ...pairs('details')].filter(([, text]) => text)),
  })).catch(() => { placing = undefined; });
const placed = (work) => place().then((module) => module && work(module));

function keep(step) {
  draft.forms[step] = pairs(step);
  save();
}

/* What a category asks: its questions come out of their template. */
let shown = '';
function ask() {
  if (shown === category()) return;
  const found = about();
  part('details', 'questions').replaceChildren(...(found ? document.importNode(found.content, true).querySelector('[data-part="questions"]').childNodes : []));
  if (draft.asked !== category()) draft.forms.details = [];
  shown = draft.asked = category();
  fill('details', draft.forms.details || []);
}
const asks = () => part('details', 'questions').querySelector('input, select') !== null;

/* What stands on the last page. A step that is not shown is in no document: `labels` is empty. */
const named = (field) => {
  const row = field.closest('.choice');
  return row ? row.querySelector('label') : field;
};
function sum() {
  const row = (name, text, shown = true) => {
    const said = steps.check.querySelector(`[data-said="${name}"]`);
    said.textContent = text;
    said.closest('[data-row]').hidden = !shown;
  };
  part('check', 'shots').replaceChildren(...photos.rows.map(({ url }) =>
    Object.assign(document.createElement('img'), { src: url, alt: '', width: 96, height: 96 })));
  row('photos', photos.files.length ? `${photos.files.length}` : words.none);
  const at = ['lat', 'lon'].map((name) => value('place', name).slice(0, 9)).filter(Boolean).join(', ');
  const list = form('place').elements.stated_area;
  const area = list && list.value ? list.selectedOptions[0].textContent : part('place', 'outlook').area;
  row('place', [value('place', 'address'), value('place', 'area_name') || area, at].filter(Boolean).join(' · ') || words.unknown);
  row('text', value('what', 'text') || words.none);
  const chosen = form('what').querySelector('[name="category"]:checked');
  row('category', chosen ? named(chosen).querySelector('strong').textContent : words.none);
  row('urgent', words.yes, value('what', 'urgent') === 'yes');
  const said = [...part('details', 'questions').querySelectorAll('.field')].map((field) => {
    const label = field.querySelector('legend, label').textContent;
    const given = [...field.querySelectorAll(':checked')].map((one) => named(one).textContent);
    const typed = field.querySelector('input:not([type="radio"], [type="checkbox"])');
    const list = field.querySelector('select');
    const text = list ? list.value && given[0] : typed ? typed.value : given.join(', ');
    return text && `${label} ${text}`;
  }).filter(Boolean);
  row('answers', said.join('\n'), said.length > 0);
  const found = about();
  part('check', 'public').replaceChildren(...(found ? document.importNode(found.content, true).querySelector('[data-part="public"]').childNodes : []));
}

/* Going on and back. */
function before(step) {
  if (step === 'check') return asks() || part('details', 'similar').hidden === false ? 'details' : 'what';
  return { place: 'photo', what: 'place', details: 'what', legal: 'check' }[step];
}
function show(step) {
  if (step === 'details' || step === 'check') ask();
  if (step === 'check') sum();
  draft.step = step;
  save();
  flow.replaceChildren(steps[step]);
  document.title = steps[step].dataset.title + document.title.slice(document.title.indexOf(' – '));
  scrollTo(0, 0);
  steps[step].querySelector('h1').focus();
  if (step === 'place') placed((module) => module.refresh());
}
function go(step) {
  again.hidden = true;
  history.pushState({ step, depth: (history.state && history.state.depth || 0) + 1 }, '', `#${step}`);
  show(step);
}
function back(step) {
  if (history.state && history.state.depth) history.back();
  else {
    history.replaceState({ step: before(step), depth: 0 }, '', `#${before(step)}`);
    show(before(step));
  }
}
addEventListener('popstate', ({ state }) => { if (state && steps[state.step]) show(state.step); });

/* What is missing, at the top of the step and at its field. */
function wrong(step, found) {
  const section = steps[step];
  section.querySelectorAll('.error-summary, .field-error').forEach((node) => node.remove());
  section.querySelectorAll('[aria-invalid]').forEach((node) => node.removeAttribute('aria-invalid'));
  if (!found.length) return false;
  const box = document.importNode(behind.querySelector('#flow-wrong').content, true).firstElementChild;
  found.forEach(({ field, detail }) => {
    const item = box.querySelector('ul').appendChild(document.createElement('li'));
    const target = field && section.querySelector(`#${CSS.escape(field.replaceAll('.', '-'))}`);
    if (!target) { item.textContent = detail; return; }
    const link = item.appendChild(document.createElement('a'));
    Object.assign(link, { href: `#${target.id}`, textContent: detail });
    link.onclick = (event) => { event.preventDefault(); target.focus(); target.scrollIntoView({ block: 'center' }); };
    target.setAttribute('aria-invalid', 'true');
  });
  section.querySelector('h1').after(box);
  box.focus();
  return true;
}
function missing(step) {
  if (step !== 'what') return [];
  const found = [];
  if (!value('what', 'text').trim() && !photos.files.length) found.push({ field: 'text', detail: words.empty });
  if (!category()) found.push({ field: 'category', detail: words.missing });
  return found;
}
const owner = (field) => {
  const name = (field || '').split('.')[0];
  if (name === 'legal_kind') return 'legal';
  return ['photo', 'place', 'what', 'details'].find((step) =>
    form(step).querySelector(`[name^="${CSS.escape(name)}"]`)) || (/^(lat|lon|place)$/.test(name) ? 'place' : 'check');
};

let changing = false, leaving = false;
async function leave(step) {
  if (wrong(step, missing(step))) return;
  keep(step);
  if (step === 'check' || step === 'legal') { await send(step); return; }
  if (step === 'what') {
    ask();
    await similar(part('details', 'similar'), { category: category(), lat: value('place', 'lat'),
      lon: value('place', 'lon'), accuracy_m: value('place', 'accuracy_m') }, joining, WAIT);
  }
  const details = step === 'what' && (asks() || !part('details', 'similar').hidden);
  const to = details ? 'details' : changing || step === 'what' || step === 'details' ? 'check' : step === 'photo' ? 'place' : 'what';
  // Who has to give or prove a number does so on the plain last page.
  if (to === 'check' && strict()) await send(step); else go(to);
}

/* Sending: all fields of all steps, as the plain forms would send them. */
function everything() {
  const body = { answers: {} };
  ['photo', 'place', 'what', 'details', 'check', ...draft.legal ? ['legal'] : []].forEach((step) =>
    pairs(step).forEach(([name, text]) => {
      if (!text.trim()) return;
      const code = name.startsWith('answers.') && name.slice(8);
      if (!code) body[name] = text;
      else if (code in body.answers) body.answers[code] = [].concat(body.answers[code], text);
      else body.answers[code] = text;
    }));
  return body;
}
async function send(step) {
  const button = form(step).querySelector('.button-big');
  if (button.disabled) return;
  button.disabled = true;
  part('check', 'said').textContent = words.sending;
  draft.legal = step === 'legal';
  try {
    const report = self.outbox && outbox.works && !strict() ? await outbox.put({ fields: everything(), photos: photos.files, key: draft.key }) : null;
    if (!report) { await plainly(); return; }
    if (report.state === 'refused') {
      await outbox.remove(draft.key);
      // A name is wanted by now: the plain page asks for it.
      if (/^(name|phone)$/.test(report.wrong[0].field)) await plainly(); else refused(report.wrong);
      return;
    }
    forget();
    if (report.state === 'sent') location.assign(report.sent); else kept();
  } catch {
    await plainly().catch(() => wrong(step, [{ detail: words.unsent }]));
  } finally {
    button.disabled = false;
    part('check', 'said').textContent = '';
  }
}
function refused(found) {
  const step = owner(found[0].field);
  if (step !== draft.step) go(step);
  if (step !== 'legal') wrong(step, found.filter(({ field }) => owner(field) === step));
}
/* It waits on this phone: the outbox sends it when there is a network. */
function kept() {
  history.replaceState({ depth: 0 }, '', location.pathname);
  flow.replaceChildren(document.importNode(behind.querySelector('#flow-kept').content, true));
  flow.querySelector('h1').focus();
}
/* A smaller photo, where this browser can make one. */
async function smaller(file) {
  const script = document.querySelector('script[data-photos]');
  // Before, the name means the field.
  if (!self.photos?.shrink && script) {
    await new Promise((done) => {
      const part = document.createElement('script');
      Object.assign(part, { src: script.dataset.photos, onload: done, onerror: done });
      document.head.append(part);
    });
  }
  if (!self.photos?.shrink) return file;
  const small = await self.photos.shrink(file).catch(() => file);
  return new File([small], file.name || 'photo.jpg', { type: small.type });
}
/* The plain pages, one after the other; the last one is sent as a form, so that its answer shows. */
async function plainly() {
  const page = (step) => words.plain.replace(/0{8}[0-]+/, draft.key).replace('STEP', step);
  for (const step of ['photo', 'place', 'what', 'details']) {
    const body = new FormData(form(step));
    body.delete('photos');
    for (const file of step === 'photo' ? photos.files : []) body.append('photos', await smaller(file));
    const answer = await fetch(page(step), { method: 'POST', body });
    if (!answer.ok) throw new Error(step);
  }
  if (self.outbox && outbox.works) await outbox.remove(draft.key).catch(() => {});
  form('check').action = page('check');
  forget();
  if (strict()) { location.assign(page('check')); return; }
  if (draft.legal) show('check'); // a form elsewhere is not sent
  form('check').submit();
}
/* What others have reported already is joined with the words and photos that are here. */
async function joining(address) {
  const body = new FormData();
  Object.entries(everything()).forEach(([name, text]) => typeof text === 'string' && body.append(name, text));
  body.append('key', draft.key);
  for (const file of photos.files) body.append('photos', await smaller(file));
  const answer = await fetch(address, { method: 'POST', body }).catch(() => ({}));
  if (answer.ok) forget();
  location.assign(answer.ok ? answer.url : address);
}
function forget() {
  try {
    localStorage.removeItem(STORE);
  } catch {
    // It was never kept.
  }
  photos.clear();
}

/* One page from here on. */
flow.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (leaving) return; // a second tap
  leaving = true;
  await leave(draft.step);
  leaving = false;
});
flow.addEventListener('click', (event) => {
  const link = event.target.closest('[data-go], [data-back]');
  if (!link) return;
  event.preventDefault();
  changing = 'go' in link.dataset;
  if (changing) go(link.dataset.go); else back(draft.step);
});
['input', 'change'].forEach((kind) => flow.addEventListener(kind, ({ target }) => {
  if (!steps[draft.step].contains(target) || target.type === 'file') return;
  keep(draft.step);
  if (target.name === 'text' && kind === 'input') suggest(part('what', 'likely'), words.likely, target.value, WAIT);
}));
const camera = steps.photo.querySelector('#camera');
camera.addEventListener('click', () => placed((module) => module.locate()));
photos.onfile = (file) => placed((module) => module.photo(file));
if (unfinished) {
  again.hidden = false;
  again.querySelector('button').onclick = () => { forget(); location.replace(location.pathname); };
}

flow.classList.add('flow-live');
next('photo');
if (former) photos.clear().then(() => former.photos.forEach((file) => photos.add(file)));
else photos.restore().then(() => next('photo'));
if (!linked && unfinished && steps[draft.step] && draft.step !== 'photo') {
  history.replaceState({ step: draft.step, depth: history.state && history.state.depth || 0 }, '', `#${draft.step}`);
  show(draft.step);
} else history.replaceState({ step: 'photo', depth: 0 }, '', location.pathname + location.search);
if (former) {
  save();
  if (former.wrong.length) refused(former.wrong);
}
