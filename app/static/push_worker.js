/* Shows a message of ours on the screen, and opens the report behind it. Part of the service worker. */
'use strict';
self.addEventListener('push', (event) => {
  let said = {};
  try { said = event.data.json(); } catch { /* not from us */ }
  // A browser that gets nothing to show would say so itself, in its own words. Android shows no SVG.
  event.waitUntil(self.registration.showNotification(said.title || self.location.hostname, {
    body: said.body || '', tag: said.tag || 'message', lang: said.lang, data: {url: said.url},
    icon: '/static/icon-192.png', renotify: true,
  }));
});
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const {url} = event.notification.data || {};
  const inside = url && new URL(url, self.location).origin === self.location.origin;
  event.waitUntil((async () => {
    const target = inside ? url : '/my-reports';
    const open = await self.clients.matchAll({type: 'window', includeUncontrolled: true});
    const there = open.find((one) => one.url.split('?')[0] === target);
    return there ? there.focus() : self.clients.openWindow(target);
  })());
});
