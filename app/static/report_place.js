/* The place step: position, pin, names, and what would become of the report.

   mount(root, { onChange, more }) makes the step of residents/report/place.html work:
     onChange   called after each change
     more       returns what else is known as {name: text}
   and returns
     value        the fields
     locate()     ask for the position, quietly; resolves when there is one, or none
     photo(file)  offer the place where a photo was taken
     refresh()    look again (the category has changed)

   Nothing here is needed to send a report, and nobody waits for it: it may come when somebody types
   already, or has typed. */
const PATIENCE = 10000;
const GOOD_M = 20;
const COARSE_M = 100;
const LOOK_MS = 15000;
const FIELDS = ['lat', 'lon', 'accuracy_m', 'stated_area', 'area_name', 'address', 'coordinates'];

const fill = (text, values) => text.replace(/{(\w+)}/g, (_, key) => values[key]);

const add = (parent, tag, text, attributes = {}) => {
  const node = parent.appendChild(document.createElement(tag));
  if (text) node.textContent = text;
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
  return node;
};

/* One question at a time. Null where it fails. */
function asker(url) {
  let stop = new AbortController();
  return async (query) => {
    stop.abort();
    stop = new AbortController();
    const { signal } = stop;
    const late = setTimeout(() => stop.signal === signal && stop.abort(), PATIENCE);
    try {
      const answer = await fetch(`${url}?${new URLSearchParams(query)}`,
        { signal, headers: { Accept: 'application/json' } });
      return answer.ok || answer.status === 422 ? await answer.json() : null;
    } catch {
      return signal.aborted && stop.signal !== signal ? undefined : null;
    } finally {
      clearTimeout(late);
    }
  };
}

export function mount(root, { onChange = () => {}, more = () => ({}) } = {}) {
  const { labels, ...o } = JSON.parse(root.dataset.place);
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const field = (name) => root.querySelector(`[name="${name}"]`);
  const askOutlook = asker(o.outlook);
  const askPlaces = asker(o.places);
  const said = part('said');
  const choice = part('choice');
  const step = {};
  let byHand = Boolean(field('lat').value);

  const read = () => ({
    ...Object.fromEntries(FIELDS.map((name) => [name, field(name).value.trim()])),
    place_unknown: field('place_unknown').checked ? '1' : '',
  });
  const say = (text, values = {}) => { said.textContent = fill(text, values); };
  const changed = () => {
    onChange(read());
    step.refresh();
  };

  /* The pin */
  const canvas = () => root.querySelector('.citymap-canvas');
  function put({ lat, lon, metres = '' }, words) {
    field('lat').value = Number(lat).toFixed(6);
    field('lon').value = Number(lon).toFixed(6);
    field('accuracy_m').value = metres && Math.round(metres);
    say(words, { n: field('accuracy_m').value });
    choice.textContent = ''; // the pin answers it
    changed();
  }
  const show = () => canvas().dispatchEvent(new CustomEvent('pin-put', { detail: {
    lat: field('lat').value, lon: field('lon').value, metres: Number(field('accuracy_m').value) } }));
  root.addEventListener('pin-placed', ({ detail }) => {
    byHand = true;
    field('coordinates').value = '';
    put(detail, labels.placed);
  });
  root.addEventListener('pin-outside', () => say(labels.outside));

  /* The map is loaded when somebody wants it. */
  let loaded;
  const load = () => loaded ??= (async () => {
    o.styles.forEach((href) =>
      document.querySelector(`link[href="${href}"]`) || add(document.head, 'link', '', { rel: 'stylesheet', href }));
    for (const src of o.scripts) {
      await new Promise((resolve, reject) => {
        const script = add(document.head, 'script');
        script.onload = resolve;
        script.onerror = reject;
        script.src = src;
      });
    }
  })();
  async function open() {
    part('map').hidden = false;
    part('open').setAttribute('aria-expanded', 'true');
    part('open').hidden = true;
    try {
      await load();
    } catch {
      loaded = undefined;
      part('map').hidden = true;
      part('open').hidden = false;
      part('open').setAttribute('aria-expanded', 'false');
      say(labels.no_map);
      return;
    }
    if (field('lat').value) show();
  }
  part('open').onclick = open;

  /* The best fix stays, a pin set by hand is never moved. */
  function look(asked) {
    return new Promise((resolve) => {
      const places = navigator.geolocation;
      if (!places) {
        if (asked) say(labels.denied);
        resolve();
        return;
      }
      if (asked) say(labels.locating);
      let best = Infinity;
      const end = () => {
        places.clearWatch(watch);
        clearTimeout(timer);
        resolve();
      };
      const watch = places.watchPosition(({ coords }) => {
        if (byHand || coords.accuracy >= best) return;
        best = coords.accuracy;
        put({ lat: coords.latitude, lon: coords.longitude, metres: Math.max(1, best) },
          best > COARSE_M ? labels.coarse : labels.found);
        if (loaded) show();
        else if (asked && best > COARSE_M) open();
        if (best <= GOOD_M) end();
        else resolve();
      }, () => {
        if (asked && best === Infinity) say(labels.denied);
        end();
      }, { enableHighAccuracy: true, timeout: LOOK_MS, maximumAge: 0 });
      const timer = setTimeout(end, LOOK_MS);
    });
  }
  part('locate').onclick = () => {
    byHand = false;
    field('coordinates').value = '';
    look(true);
  };

  /* Names of wards: suggestions while somebody types, a question where a name means several. */
  const input = field('area_name');
  const list = part('options');
  let options = [];
  let current = -1;
  let waiting;

  function close() {
    list.hidden = true;
    list.textContent = '';
    options = [];
    current = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  }
  function point(at) {
    current = at;
    [...list.children].forEach((row, i) => row.setAttribute('aria-selected', String(i === at)));
    if (at < 0) input.removeAttribute('aria-activedescendant');
    else {
      input.setAttribute('aria-activedescendant', list.children[at].id);
      list.children[at].scrollIntoView({ block: 'nearest' });
    }
  }
  function offer(found) {
    close();
    options = found;
    found.forEach((option, i) => {
      const row = add(list, 'li', option.text, { id: `place-option-${i}`, role: 'option', 'aria-selected': 'false' });
      if (option.note) add(row, 'small', option.note);
      row.onpointerdown = (event) => event.preventDefault();
      row.onclick = () => take(option);
    });
    list.hidden = !found.length;
    input.setAttribute('aria-expanded', String(Boolean(found.length)));
    part('count').textContent = found.length ? fill(labels.suggestions, { n: found.length }) : labels.none;
  }
  function take(option) {
    input.value = option.text;
    close();
    settle([option]);
  }
  function settle(meanings) {
    const areas = new Set(meanings.flatMap((meaning) => meaning.areas.map(({ code }) => code)));
    choice.textContent = '';
    field('stated_area').value = areas.size === 1 ? [...areas][0] : '';
    if (areas.size > 1) question(meanings);
    changed();
  }
  function question(meanings) {
    const box = add(choice, 'fieldset', '', { class: 'field place-choice', id: 'chosen_area' });
    add(box, 'legend', labels.which);
    add(box, 'input', '', { type: 'hidden', name: 'asked_name', value: input.value });
    const radio = (id, value, text) => {
      const row = add(box, 'div', '', { class: 'choice' });
      const button = add(row, 'input', '', { type: 'radio', id, name: 'chosen_area', value });
      add(row, 'label', text, { for: id });
      button.onchange = () => {
        field('stated_area').value = value === 'unknown' ? '' : value;
        changed();
      };
    };
    meanings.forEach(({ text, note, areas }, i) => {
      if (areas.length > 1 || note) {
        const head = add(box, 'p', '', { class: 'hint' });
        add(head, 'b', text);
        if (note) head.append(` (${note})`);
      }
      areas.forEach(({ code, name }) => radio(`chosen-${i}-${code}`, code, name));
    });
    radio('chosen-unknown', 'unknown', labels.do_not_know);
  }
  Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false',
    'aria-controls': list.id }).forEach(([name, value]) => input.setAttribute(name, value));
  input.oninput = () => {
    clearTimeout(waiting);
    choice.textContent = '';
    if (field('stated_area').value) {
      field('stated_area').value = '';
      changed();
    }
    const q = input.value.trim();
    if (!q) {
      close();
      return;
    }
    waiting = setTimeout(async () => {
      const found = await askPlaces({ q });
      if (found && document.activeElement === input) offer(found.suggestions);
    }, 200);
  };
  input.onkeydown = (event) => {
    if (event.key === 'Escape' && !list.hidden) close();
    else if (event.key === 'Enter' && current >= 0) take(options[current]);
    else if (event.key === 'ArrowDown' && options.length) point((current + 1) % options.length);
    else if (event.key === 'ArrowUp' && options.length) point(current <= 0 ? options.length - 1 : current - 1);
    else return;
    event.preventDefault();
  };
  input.onblur = async () => {
    clearTimeout(waiting);
    close();
    const q = input.value.trim();
    if (!q || field('stated_area').value || choice.firstElementChild) return;
    const found = await askPlaces({ q });
    if (found?.meanings.length && input.value.trim() === q) settle(found.meanings);
  };
  field('stated_area').onchange = () => {
    choice.textContent = '';
    input.value = '';
    changed();
  };
  ['address', 'place_unknown'].forEach((name) => { field(name).onchange = changed; });

  /* Coordinates are read by the server, so that both ways understand the same. */
  field('coordinates').onchange = async () => {
    const typed = field('coordinates').value.trim();
    if (!typed) return changed();
    const found = await askOutlook({ ...more(), coordinates: typed });
    if (found?.errors?.length) return say(found.errors[0].detail);
    if (found?.pin) {
      byHand = true;
      put(found.pin, labels.placed);
      if (loaded) show();
    }
    return undefined;
  };

  function outlook(found) {
    const box = part('outlook');
    box.textContent = '';
    box.hidden = true;
    box.area = found?.area?.name;
    if (!found || found.errors) return;
    const { outside, link, area, agency, by_hand: sorted, reason, incidents } = found;
    if (!(outside || area || agency)) return;
    box.hidden = false;
    if (outside) {
      const words = add(box, 'p', outside + ' ');
      if (link) add(words, 'a', link.text, { href: link.url, rel: 'noopener noreferrer' });
      return;
    }
    if (agency) add(box, 'h2', labels.if_now);
    const facts = add(box, 'dl', '', { class: 'facts' });
    const fact = (term, text, at) => {
      if (!text) return;
      const row = add(facts, 'div');
      add(row, 'dt', term);
      const dd = add(row, 'dd', at ? '' : text);
      if (at) add(dd, 'time', text, { datetime: at });
    };
    fact(labels.area, area?.name);
    fact(sorted ? labels.office : labels.agency, agency);
    ['first_reply_due', 'outcome_due'].forEach((name) =>
      fact(labels[name], found[name]?.text, found[name]?.at));
    [reason, found.public].forEach((text) => text && add(box, 'p', text, { class: 'soft small' }));
    if (incidents.length) {
      add(box, 'h3', labels.incidents);
      const rows = add(box, 'ul');
      incidents.forEach(({ text, url }) => add(add(rows, 'li'), 'a', text, { href: url }));
    }
  }

  step.locate = () => look(false);
  step.refresh = async () => {
    const { lat, lon, stated_area: area } = read();
    if (!(lat && lon) && !area) {
      outlook(null);
      return;
    }
    const place = lat && lon ? { lat, lon } : { stated_area: area };
    const found = await askOutlook({ ...more(), ...place });
    if (found !== undefined) outlook(found);
  };
  step.photo = async (file) => {
    const { position } = await import('./photo_place.js');
    const found = await position(file).catch(() => null);
    if (!found || field('lat').value) return;
    said.textContent = labels.photo + ' ';
    add(said, 'button', labels.photo_use, { type: 'button', class: 'button button-quiet' }).onclick = () => {
      byHand = true;
      put(found, labels.placed);
      if (loaded) show();
    };
  };
  Object.defineProperty(step, 'value', { get: read });
  part('ways').hidden = false;
  step.refresh();
  (document.activeElement === input ? input.oninput : input.onblur)();
  return step;
}
