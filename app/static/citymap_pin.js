/* The pin of the report form: by tap, by drag, by keys or by the device's position. */
'use strict';
CityMap.pin = (map, { lat, lon, accuracy, labels }) => {
  const { byId, fill } = CityMap;
  const name = map.getContainer().id;
  const say = (text, values) => { byId(name + '-status').textContent = fill(text, values); };
  const fields = [lat, lon, accuracy].map((id) => id && byId(id));
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'citymap-drop';
  button.setAttribute('aria-label', labels.pin);
  const marker = L.marker(map.getCenter(), { draggable: true, keyboard: false, autoPan: true,
    icon: L.divIcon({ className: 'citymap-spot', html: button, iconSize: [44, 56], iconAnchor: [22, 52] }) });
  const circle = L.circle(map.getCenter(), { className: 'citymap-accuracy', interactive: false });

  function put(at, metres) {
    if (!map.limits.contains(at)) {
      say(labels.outside);
      if (fields[0].value) marker.setLatLng([fields[0].value, fields[1].value]);
      return;
    }
    const values = [at.lat.toFixed(6), at.lng.toFixed(6), metres ? Math.round(metres) : ''];
    fields.forEach((field, i) => {
      if (!field) return;
      field.value = values[i];
      field.dispatchEvent(new Event('change', { bubbles: true }));
    });
    marker.setLatLng(at).addTo(map);
    circle.remove();
    if (metres) {
      circle.setLatLng(at).setRadius(metres).addTo(map);
      map.fitBounds(circle.getBounds(), { maxZoom: map.city.near + 1 });
      say(metres > 100 ? labels.coarse : labels.found, { n: values[2] });
    } else say(labels.placed, { lat: values[0], lon: values[1] });
  }

  map.on('click', (event) => put(event.latlng));
  marker.on('dragend', () => put(marker.getLatLng()));
  button.onkeydown = (event) => {
    const step = { ArrowUp: [0, -8], ArrowDown: [0, 8], ArrowLeft: [-8, 0], ArrowRight: [8, 0] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    put(map.layerPointToLatLng(map.latLngToLayerPoint(marker.getLatLng()).add(step)));
    map.panInside(marker.getLatLng(), { padding: [60, 60] });
  };
  byId(name + '-status').firstChild.hidden = false;
  const offer = (part, act) => {
    byId(`${name}-${part}`).hidden = false;
    byId(`${name}-${part}`).onclick = act;
  };
  offer('centre', () => put(map.getCenter()));
  if (navigator.geolocation) {
    offer('locate', () => {
      say(labels.locating);
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => put(L.latLng(coords.latitude, coords.longitude), coords.accuracy),
        () => say(labels.unavailable), { enableHighAccuracy: true, timeout: 15000 });
    });
  }
  if (fields[0].value && fields[1].value) {
    const at = L.latLng(fields[0].value, fields[1].value);
    put(at);
    map.setView(at, map.city.near + 1);
  }
};
