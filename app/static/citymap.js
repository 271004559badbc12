/* What every map has, and the small map of a ticket. Contracts: geo/city_map.
   Everything shown is set as text, never as markup. */
'use strict';
var CityMap = (() => {
  const APART = 48; // px between signs: targets never overlap
  const byId = (id) => document.getElementById(id);
  const fill = (text, values) => text.replace(/{(\w+)}/g, (_, key) => values[key]);
  const add = (parent, tag, name, text) => {
    const node = parent.appendChild(document.createElement(tag));
    node.className = name && 'citymap-' + name;
    if (text) node.textContent = text;
    return node;
  };

  function create(id, city) {
    const box = byId(id);
    box.textContent = '';
    const map = L.map(id, {
      attributionControl: false, zoomControl: false, maxZoom: city.maxZoom,
      zoomAnimation: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      maxBounds: city.bounds, maxBoundsViscosity: 1,
    });
    map.city = city;
    map.limits = L.latLngBounds(city.bounds);
    const fit = () => map.setMinZoom(map.getBoundsZoom(map.limits));
    L.control.zoom({ zoomInTitle: city.zoomIn, zoomOutTitle: city.zoomOut }).addTo(map);
    city.notes.forEach(([position, text, href]) => {
      const corner = L.control({ position });
      corner.onAdd = () => {
        const note = L.DomUtil.create('div', 'citymap-note');
        add(note, href ? 'a' : 'span', '', text).href = href;
        return note;
      };
      corner.addTo(map);
    });
    // The whole city, but for its rim; on a phone its centre.
    const narrow = map.getSize().x < 600;
    map.setView(narrow ? city.center : map.limits.getCenter(),
      Math.min(city.zoom, map.getBoundsZoom(map.limits.pad(-.1)) + narrow));
    fit();
    map.on('resize', fit);
    return map;
  }

  const get = (url, signal) => fetch(url, { signal }).then((answer) =>
    answer.ok ? answer.json() : answer.status === 404 ? {} : Promise.reject(answer));

  function areas(map, { url, fine, lines }) {
    map.createPane('areas').style.zIndex = 250;
    map.createPane('names').style.zIndex = 350;
    let names = [];
    const draw = (collection) => {
      map.ground?.remove();
      map.ground = L.geoJSON(collection, { pane: 'areas', interactive: false,
        style: { className: lines ? 'citymap-border' : 'citymap-area' } }).addTo(map);
      names.forEach((name) => name.mark.remove());
      names = lines ? [] : collection.features.map(({ properties: { name, label, room } }) => {
        const html = document.createElement('span');
        html.textContent = name;
        const icon = L.divIcon({ className: 'citymap-name', html, iconSize: [0, 0] });
        const at = L.latLng(label[1], label[0]);
        const mark = L.marker(at, { icon, pane: 'names', interactive: false, keyboard: false });
        return { at, mark, room, half: name.length * 3.6 };
      });
      place();
    };
    // A name stands where there is room in its area.
    const place = () => {
      const placed = [];
      names.forEach(({ at, mark, room, half }) => {
        const reach = room * 128 * 2 ** map.getZoom() / 360;
        const { x, y } = map.latLngToLayerPoint(at);
        const free = (up) => Math.abs(up) < reach && !map.spots.some((spot) =>
          Math.abs(spot.x - x) < half + 24 && Math.abs(spot.y - y - up) < 32) &&
          !placed.some((name) =>
            Math.abs(name.x - x) < half + name.half && Math.abs(name.y - y - up) < 18);
        const up = reach < half ? undefined : [0, -36, 36, -60, 60].find(free);
        if (up === undefined) return mark.remove();
        placed.push({ x, y: y + up, half });
        return mark.setLatLng(map.layerPointToLatLng([x, y + up])).addTo(map);
      });
    };
    map.spots = [];
    map.on('zoomend signs', place);
    get(url).then(draw, () => {}).then(() => map.fire('ground'));
    const refine = () => {
      if (!fine || map.getZoom() < 13) return;
      map.off('zoomend', refine);
      get(fine).then(draw, () => {});
    };
    map.on('zoomend', refine);
    refine();
  }

  function sign(parent, map, word) {
    const known = map.city.shapes[word] ? word : '';
    const draw = (to, tag, attributes) => {
      const node = to.appendChild(document.createElementNS('http://www.w3.org/2000/svg', tag));
      Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
      return node;
    };
    const svg = draw(parent, 'svg', { viewBox: '0 0 32 32', 'aria-hidden': true,
      class: 'citymap-sign citymap-sign-' + (known || 'other') });
    const [outline, glyph] = map.city.shapes[known];
    draw(svg, 'path', { d: outline });
    draw(svg, 'path', { d: glyph, class: 'citymap-glyph' });
  }

  function show(map) {
    const { lat, lon, word } = map.getContainer().dataset;
    const html = document.createElement('span');
    html.className = 'citymap-pin';
    sign(html, map, word);
    ['dragging', 'keyboard', 'scrollWheelZoom', 'touchZoom', 'doubleClickZoom', 'boxZoom']
      .forEach((way) => map[way].disable());
    map.setView([lat, lon], map.city.near);
    const taken = () => {
      map.spots = [map.latLngToLayerPoint([lat, lon])];
      map.fire('signs');
    };
    map.on('zoomend', taken);
    taken();
    L.marker([lat, lon], { interactive: false, keyboard: false,
      icon: L.divIcon({ className: 'citymap-spot', html, iconSize: [APART, APART] }) }).addTo(map);
  }

  return { APART, add, areas, byId, create, fill, get, show, sign };
})();
