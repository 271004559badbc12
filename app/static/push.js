/* "Tell me on this screen": asks for the permission after a tap, never before. */
'use strict';
(() => {
  const form = document.getElementById('push');
  if (!form || !('serviceWorker' in navigator) || !('PushManager' in window) || !('Notification' in window)) return;
  const said = form.querySelector('[role=status]'), button = form.querySelector('button');
  if (Notification.permission === 'denied') return;
  const bytes = (text) => Uint8Array.from(
    atob(text.replace(/-/g, '+').replace(/_/g, '/')), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  navigator.serviceWorker.getRegistration().then((worker) => {
    if (!worker) return;
    form.hidden = false;
    form.onsubmit = (event) => {
      if (form.elements.endpoint.value) return;
      event.preventDefault();
      button.disabled = true;
      Notification.requestPermission().then(async (answer) => {
        if (answer !== 'granted') throw new Error(answer);
        const found = await worker.pushManager.subscribe(
          {userVisibleOnly: true, applicationServerKey: bytes(form.dataset.key)});
        form.elements.endpoint.value = found.endpoint;
        form.elements.p256dh.value = text(found.getKey('p256dh'));
        form.elements.auth.value = text(found.getKey('auth'));
        form.submit();
      }).catch(() => {
        button.disabled = false;
        said.textContent = form.dataset.refused;
      });
    };
  });
})();
