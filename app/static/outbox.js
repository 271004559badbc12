/* Reports wait on this phone until they have arrived: stored first, then sent, exactly once.

   1. `put({fields, photos, key})` stores, tries once to send the words, and tells the outcome:
      {state: 'sent', sent: path of the receipt}, {state: 'refused', wrong: [{code, field, detail}]}
      or {state: 'waiting'}. It fails only if nothing can be stored: then send the plain form.
      A page from the worker's shelf has the same key for everybody: take `newKey()`.
   2. Words and place go first and bring the reference; photos follow, smaller, one by one.
   3. Sent again under the same key (a photo: uuid) until the server answers, which takes each once.
      Locks keep tabs and worker from sending the same at once.
   4. What is refused stays, with the server's words, until its author changes or deletes it. All
      else is tried again: soon, then rarely, and when a page is opened or a network is back.
   5. Words that have arrived are forgotten here. Works in a page and in a service worker. */
'use strict';
self.outbox = (() => {
  const NAME = 'outbox';
  const WORDS_MS = 30000, PHOTO_MS = 240000, SOON_MS = 4000, RARELY_MS = 600000;
  const DRAWN_AT_MOST = 3;
  const BUSY = [0, 408, 425, 429];
  const script = self.document && document.currentScript;
  const channel = self.BroadcastChannel ? new BroadcastChannel(NAME) : null;
  const watchers = [];
  let opened = null, timer = 0, running = null;

  /* The store. */
  const database = () => {
    opened = opened || new Promise((done, fail) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore('reports', {keyPath: 'key'});
        asked.result.createObjectStore('photos', {keyPath: 'id'}).createIndex('key', 'key');
      };
      asked.onerror = () => fail(asked.error);
      asked.onsuccess = () => {
        const db = asked.result;
        db.onversionchange = () => { db.close(); opened = null; };
        db.onclose = () => { opened = null; };
        done(db);
      };
    }).catch((wrong) => { opened = null; throw wrong; });
    return opened;
  };

  /* One transaction; `work` gets the two stores and a place for its result. */
  const within = async (mode, work) => {
    const db = await database();
    return new Promise((done, fail) => {
      const whole = db.transaction(['reports', 'photos'], mode);
      const found = {};
      whole.oncomplete = () => done(found.result);
      whole.onabort = whole.onerror = () => fail(whole.error || new Error('not stored'));
      work(whole.objectStore('reports'), whole.objectStore('photos'), found);
    });
  };

  const keep = (ask, found) => { ask.onsuccess = () => { found.result = ask.result; }; };
  const all = (store) => within('readonly', (reports, pictures, found) => {
    keep((store === 'photos' ? pictures : reports).getAll(), found);
  });
  const one = (key) => within('readonly', (reports, _, found) => keep(reports.get(key), found));

  /* Change a row if it is still there: what its author has deleted does not come back. */
  const change = async (store, id, values) => {
    await within('readwrite', (reports, pictures) => {
      const rows = store === 'photos' ? pictures : reports;
      const ask = rows.get(id);
      ask.onsuccess = () => { if (ask.result) rows.put(Object.assign(ask.result, values)); };
    });
    tell();
  };

  const remove = async (key) => {
    await within('readwrite', (reports, pictures) => {
      reports.delete(key);
      const ask = pictures.index('key').getAllKeys(key);
      ask.onsuccess = () => { ask.result.forEach((id) => pictures.delete(id)); };
    });
    tell();
  };

  /* Who looks on. */
  const tell = () => {
    watchers.forEach((watcher) => watcher());
    if (channel) channel.postMessage('');
  };
  const watch = (watcher) => {
    watchers.push(watcher);
    if (channel) channel.onmessage = () => watchers.forEach((one) => one());
    watcher();
  };

  const newKey = () => {
    if (self.crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = bytes[6] & 15 | 64;
    bytes[8] = bytes[8] & 63 | 128;
    const hex = Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  };

  /* One request: {status, body}; status 0 is no answer, or none of ours (a hotspot's page). */
  const ask = async (address, options, limit) => {
    const stop = self.AbortController ? new AbortController() : null;
    const clock = setTimeout(() => { if (stop) stop.abort(); }, limit);
    try {
      const answer = await fetch(address, Object.assign({
        credentials: 'same-origin', cache: 'no-store', signal: stop ? stop.signal : undefined,
      }, options));
      const body = await answer.json();
      return {status: answer.status, body, after: Number(answer.headers.get('Retry-After')) || 0};
    } catch (wrong) {
      return {status: 0, body: {}, after: 0};
    } finally {
      clearTimeout(clock);
    }
  };

  const sentences = (body) => body.errors && body.errors.length
    ? body.errors.map(({code, field, detail}) => ({code, field, detail}))
    : [{code: '', field: null, detail: body.title || ''}];
  const refuses = ({status}) => status >= 400 && status < 500 && !BUSY.includes(status);

  /* Doubling pauses, different on each phone, so that not all come back at the same moment. */
  const later = (row, {after}) => {
    const pause = Math.min(SOON_MS * 2 ** row.tries, RARELY_MS) * (.5 + Math.random() / 2);
    const held = Date.now() + Math.min(after * 1000, RARELY_MS);
    return {next: Math.max(Date.now() + pause, held), held};
  };
  const due = (row, hurry) => {
    const at = hurry ? row.held : row.next;
    // A clock that was put back must not keep anything here.
    return row.state === 'waiting' && (at <= Date.now() || at > Date.now() + 2 * RARELY_MS);
  };

  const locked = (name, work) => self.navigator.locks
    ? navigator.locks.request(`${NAME}-${name}`, work) : work();

  /* A question that comes back when its author may be gone is not answered: so it is sent. */
  const unanswered = (row, wrong) => !row.fields.legal_asked
    && wrong.every(({code}) => code === 'needs_choice');

  /* present: the author waits for the outcome. */
  const sendWords = async (row, present) => {
    await change('reports', row.key, {tries: row.tries + 1});
    const answer = await ask('/send/report', {
      method: 'POST',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify(Object.assign({}, row.fields,
        {key: row.key, lang: row.lang, photos: row.photos})),
    }, WORDS_MS);
    const {reference, signature, sent} = answer.body;
    if (answer.status < 300 && reference) {
      const values = {state: 'sent', reference, signature, sent, fields: null};
      await change('reports', row.key, values);
    } else if (refuses(answer)) {
      const wrong = sentences(answer.body);
      if (!present && unanswered(row, wrong)) {
        const fields = Object.assign({}, row.fields, {legal_asked: '1'});
        await change('reports', row.key, {fields});
        return sendWords(Object.assign(row, {fields}), present);
      }
      await change('reports', row.key, {state: 'refused', wrong});
    } else {
      await change('reports', row.key, later(row, answer));
    }
    return answer.status;
  };

  const words = (hurry, present) => locked('words', async () => {
    const rows = (await all('reports')).filter((row) => due(row, hurry));
    rows.sort((a, b) => a.made - b.made);
    for (const row of rows) {
      if (await sendWords(row, row.key === present) === 0) break;
    }
  });

  // Before its script is there, the name means the page's field.
  const drawing = () => self.photos && self.photos.shrink ? self.photos : null;

  const shrinker = async () => {
    if (!drawing() && script) {
      await new Promise((done) => {
        const part = document.createElement('script');
        part.src = script.dataset.photos;
        part.onload = part.onerror = done;
        document.head.append(part);
      });
    }
    return drawing();
  };

  const bytesOf = (file) => new Response(file).arrayBuffer();

  /* A picture on which the browser breaks down again and again is sent as it is in the end. */
  const smaller = async (photo) => {
    await change('photos', photo.id, {raw: photo.raw - 1});
    const shrink = await shrinker();
    const file = new Blob([photo.bytes], {type: photo.type});
    const small = shrink ? await shrink.shrink(file) : file;
    const values = {type: small.type, bytes: await bytesOf(small), raw: 0};
    await change('photos', photo.id, values);
    return Object.assign(photo, values);
  };

  const arrived = async (photo, address, token) => {
    const answer = await ask(address, {headers: {'X-Follow-Token': token}}, WORDS_MS);
    return (answer.body.photos || []).includes(photo.id);
  };

  const sendPhoto = async (kept, report) => {
    const photo = kept.raw ? await smaller(kept) : kept;
    const address = `/send/${report.reference}/photos`;
    await change('photos', photo.id, {tries: photo.tries + 1});
    const there = photo.tries && await arrived(photo, address, report.signature);
    const answer = there ? {status: 200} : await ask(`${address}/${photo.id}`, {
      method: 'PUT',
      headers: {'Content-Type': photo.type, 'X-Follow-Token': report.signature},
      body: photo.bytes,
    }, PHOTO_MS);
    if (answer.status && answer.status < 300) {
      await within('readwrite', (_, pictures) => { pictures.delete(photo.id); });
      await forget(report.key);
    } else if (refuses(answer)) {
      await change('photos', photo.id, {state: 'refused', wrong: sentences(answer.body)});
    } else {
      await change('photos', photo.id, later(photo, answer));
    }
    return answer.status;
  };

  const pictures = (hurry) => locked('photos', async () => {
    const reports = (await all('reports')).filter((row) => row.state === 'sent');
    for (const report of reports) {
      const mine = (await all('photos')).filter((photo) => photo.key === report.key);
      mine.sort((a, b) => a.position - b.position);
      for (const photo of mine) {
        if (due(photo, hurry) && await sendPhoto(photo, report) === 0) return;
      }
    }
  });

  /* A report that has arrived whole, and whose receipt was opened, is no more business of ours. */
  const forget = async (key) => {
    const report = await one(key);
    const left = (await all('photos')).some((photo) => photo.key === key);
    if (report && report.state === 'sent' && report.seen && !left) await remove(key); else tell();
  };
  const seen = async (key) => {
    await change('reports', key, {seen: true});
    await forget(key);
  };

  const waiting = async () => [...await all('reports'), ...await all('photos')]
    .filter((row) => row.state === 'waiting');

  /* Send all that is due. Resolves to the number of what still waits. */
  const flush = (hurry = true) => {
    running = running || (async () => {
      try {
        await words(hurry);
        await pictures(hurry);
      } finally {
        running = null;
        plan(await waiting());
      }
      return (await waiting()).length;
    })();
    return running;
  };

  const plan = (left) => {
    clearTimeout(timer);
    if (!left.length || !self.document) return;
    const next = Math.min(...left.map((row) => row.next));
    timer = setTimeout(() => flush(false).catch(() => {}), Math.max(1000, Math.min(next - Date.now(), RARELY_MS)));
    wish();
  };

  /* Ask the browser to wake the worker when there is a network, even if no page is open. */
  const wish = async () => {
    try {
      const worker = await navigator.serviceWorker.getRegistration();
      await worker.sync.register(NAME);
    } catch (wrong) {
      // No worker, no Background Sync, or not allowed: timer and events are enough.
    }
  };

  const stored = async (files, key) => {
    const rows = [];
    for (const [position, file] of files.entries()) {
      rows.push({id: newKey(), key, position, name: file.name || '', type: file.type,
        bytes: await bytesOf(file), raw: drawing() && drawing().made.has(file) ? 0 : DRAWN_AT_MOST, state: 'waiting', tries: 0, next: 0,
        held: 0});
    }
    return rows;
  };

  /* The same key again takes the place of the former, unless that has arrived meanwhile. */
  const store = (row, rows) => within('readwrite', (reports, kept) => {
    const former = reports.get(row.key);
    former.onsuccess = () => {
      if (former.result && former.result.state === 'sent') return;
      reports.put(row);
      const old = kept.index('key').getAllKeys(row.key);
      old.onsuccess = () => {
        old.result.forEach((id) => kept.delete(id));
        rows.forEach((photo) => kept.put(photo));
      };
    };
  });

  const put = async ({fields, photos = [], key = newKey()}) => {
    const rows = await stored(photos, key);
    await store({key, fields, lang: document.documentElement.lang, made: Date.now(),
      photos: rows.length, state: 'waiting', tries: 0, next: 0, held: 0}, rows);
    tell();
    try {
      await words(true, key);
    } catch (wrong) {
      // It is stored: whatever went wrong now, it is tried again.
    }
    // A page that now opens the receipt would only break off a photo.
    clearTimeout(timer);
    timer = setTimeout(hope, SOON_MS);
    wish();
    return one(key);
  };

  /* What is needed to write a report anew that was refused. */
  const take = async (key) => {
    const row = await one(key);
    const mine = (await all('photos')).filter((photo) => photo.key === key);
    return row && row.fields && {fields: row.fields, wrong: row.wrong || [], photos: mine.map((photo) =>
      new File([photo.bytes], photo.name || 'photo.jpg', {type: photo.type}))};
  };

  /* Storing may be forbidden (private windows): then there is nothing to send either. */
  const works = Boolean(self.indexedDB && self.fetch);
  const hope = () => {
    if (works && !(self.document && document.hidden)) flush().catch(() => {});
  };
  if (self.document) {
    addEventListener('online', hope);
    addEventListener('pageshow', hope);
    document.addEventListener('visibilitychange', hope);
  }

  return {put, take, flush, watch, remove, seen, newKey, works, within, tell,
    reports: () => all('reports'), photos: () => all('photos')};
})();
