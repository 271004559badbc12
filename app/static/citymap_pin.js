/* The pin of the report form: by tap, by drag or by keys. It knows no field and no sentence:
   `pin-put` on the canvas sets it, `pin-placed` and `pin-outside` tell what a person did. */
'use strict';
CityMap.pin = (map, { labels }) => {
  const box = map.getContainer();
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'citymap-drop';
  button.setAttribute('aria-label', labels.pin);
  const marker = L.marker(map.getCenter(), { draggable: true, keyboard: false, autoPan: true,
    icon: L.divIcon({ className: 'citymap-spot', html: button, iconSize: [44, 56], iconAnchor: [22, 52] }) });
  const circle = L.circle(map.getCenter(), { className: 'citymap-accuracy', interactive: false });
  const say = (name, detail) =>
    box.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  let last;

  function show(at, metres) {
    last = at;
    marker.setLatLng(at).addTo(map);
    circle.remove();
    if (metres) circle.setLatLng(at).setRadius(metres).addTo(map);
  }

  function place(at) {
    if (map.limits.contains(at)) {
      show(at);
      say('pin-placed', { lat: at.lat, lon: at.lng });
      return;
    }
    if (last) marker.setLatLng(last);
    say('pin-outside');
  }

  box.addEventListener('pin-put', ({ detail: { lat, lon, metres } }) => {
    const at = L.latLng(lat, lon);
    if (!map.limits.contains(at)) return;
    show(at, metres);
    if (metres) map.fitBounds(circle.getBounds(), { maxZoom: map.city.near + 1 });
    else map.setView(at, Math.max(map.getZoom(), map.city.near + 1));
  });
  map.on('click', (event) => place(event.latlng));
  marker.on('dragend', () => place(marker.getLatLng()));
  button.onkeydown = (event) => {
    const step = { ArrowUp: [0, -8], ArrowDown: [0, 8], ArrowLeft: [-8, 0], ArrowRight: [8, 0] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    place(map.layerPointToLatLng(map.latLngToLayerPoint(marker.getLatLng()).add(step)));
    map.panInside(marker.getLatLng(), { padding: [60, 60] });
  };
  const centre = CityMap.byId(box.id + '-centre');
  centre.hidden = false;
  centre.onclick = () => place(map.getCenter());
};
