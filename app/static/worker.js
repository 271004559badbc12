/* Keeps the shell for the time without a network, and sends what waits when there is one again.

   1. Kept are SHELL.pages and the files that they name, nothing else: no page of anybody's, no
      answer to anything that was sent. The pages are asked for without cookies.
   2. Pages come from the network; from here only if that fails or takes too long, and then
      together with the very files that they were written for.
   3. A new version is complete before it takes over, and the former is deleted then. */
'use strict';
importScripts(...SHELL.scripts);

const PREFIX = 'shell-';
const SHELF = PREFIX + SHELL.version;
const PATIENCE_MS = 5000;
const LANGUAGE = '/language';
const FILES = /\/(?:static|assets|map)\/[^"'\s<>&]+?\.(?:js|css|svg|png)(?:\?v=\w+)?/g;

const fill = async () => {
  const shelf = await caches.open(SHELF);
  const files = new Set([...SHELL.scripts, ...SHELL.files]);
  for (const page of SHELL.pages) {
    const answer = await fetch(page, {credentials: 'omit', cache: 'no-store'});
    if (!answer.ok) throw new Error(page);
    (await answer.clone().text()).match(FILES).forEach((file) => files.add(file));
    await shelf.put(page, answer);
  }
  await shelf.addAll([...files]);
  // The person's language is in a cookie that only the server reads.
  await speak(await fetch(SHELL.offline, {method: 'HEAD', cache: 'no-store'}));
};

const speak = async (answer) => {
  const lang = answer.headers.get('Content-Language');
  if (!SHELL.languages.includes(lang)) return;
  await (await caches.open(SHELF)).put(LANGUAGE, new Response(lang));
};

const clear = async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== SHELF) await caches.delete(name);
  }
  await self.clients.claim();
};

/* The page in the person's language; in place of one that is not kept, the page of what waits. */
const fromShelf = async (url) => {
  const shelf = await caches.open(SHELF);
  const known = await shelf.match(LANGUAGE);
  const asked = url.searchParams.get('lang');
  const lang = SHELL.languages.includes(asked) ? asked
    : known ? await known.text() : SHELL.languages[0];
  const path = url.pathname === SHELL.report ? SHELL.report : SHELL.offline;
  return shelf.match(`${path}?lang=${lang}`);
};

const visit = async (event, url) => {
  const online = fetch(event.request);
  event.waitUntil(online.then(speak).catch(() => {}));
  const kept = url.pathname === SHELL.report || url.pathname === SHELL.offline;
  const patience = new Promise((done) => setTimeout(done, PATIENCE_MS));
  try {
    const answer = await (kept ? Promise.race([online, patience]) : online);
    if (answer && !(kept && answer.status >= 502)) return answer;
  } catch (wrong) {
    // No network.
  }
  return await fromShelf(url) || online;
};

const file = async (request) => await caches.match(request) || fetch(request);

self.addEventListener('install', (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});
self.addEventListener('activate', (event) => event.waitUntil(clear()));
self.addEventListener('fetch', (event) => {
  const {method, mode, url: address} = event.request;
  const url = new URL(address);
  if (method !== 'GET' || url.origin !== location.origin) return;
  if (mode === 'navigate') {
    if (!/^\/(desk|admin|api|send)(\/|$)/.test(url.pathname)) event.respondWith(visit(event, url));
  } else if (/^\/(static|assets|map)\/.+\.(js|css|svg|png)$/.test(url.pathname)) {
    event.respondWith(file(event.request));
  }
});
self.addEventListener('sync', (event) => {
  event.waitUntil(outbox.flush().then((left) => {
    if (left) throw new Error('some still wait');
  }));
});
