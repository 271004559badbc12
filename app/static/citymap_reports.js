/* The public map: tiles of counts become clusters and signs, all real buttons. */
'use strict';
CityMap.reports = (() => {
  const { APART, add, byId, fill, get, sign } = CityMap;

  // A view has an address: the hash, which filter forms keep.
  function remember(map, whole) {
    const [zoom, lat, lon] = location.hash.slice(1).split('/').map(Number);
    if (map.limits.contains([lat || 0, lon || 0])) map.setView([lat, lon], zoom || map.getZoom());
    else if (whole) map.fitBounds(map.limits.pad(-.1));
    map.on('moveend', () => {
      const { lat: y, lng: x } = map.getCenter();
      history.replaceState(null, '', `#${map.getZoom()}/${y.toFixed(5)}/${x.toFixed(5)}`);
    });
    addEventListener('submit', ({ target }) => {
      if (target.method === 'get') target.action = target.action.split('#')[0] + location.hash;
    });
  }

  function reports(map, o) {
    const { labels, list } = o;
    const box = map.getContainer();
    const summary = byId(box.id + '-summary');
    const panel = byId(box.id + '-panel');
    const query = box.dataset.query && '?' + box.dataset.query;
    const rules = new Intl.PluralRules(map.city.lang);
    const full = new Intl.NumberFormat(map.city.lang);
    const short = new Intl.NumberFormat(map.city.lang, { notation: 'compact' });
    const count = (forms, n) => fill(forms[rules.select(n)] || forms.other, { n: full.format(n) });
    const tiles = new Map();
    const shown = new Map();
    let failed, numbers, read = 0;
    // Whole areas, where they are drawn, until one step nearer than the whole city.
    const far = () => o.numbers && map.ground && (o.still || map.getZoom() <= map.getMinZoom() + 1);

    const Grid = L.GridLayer.extend({
      createTile(at, done) {
        const tile = document.createElement('div');
        const stop = new AbortController();
        const put = (cells, error) => {
          if (stop.signal.aborted) return;
          tiles.set(tile, { stop, z: at.z, cells, error });
          done(error, tile);
        };
        tiles.set(tile, { stop, z: at.z, cells: [] });
        get(fill(o.tiles, { z: at.z - 1, x: at.x, y: at.y }) + query, stop.signal).then(
          (answer) => put((answer.cells || []).slice(0, 500)),
          (error) => put([], error));
        return tile;
      },
    });

    function tell(cells, from) {
      panel.textContent = '';
      const close = add(panel, 'button', 'close', '×');
      close.type = 'button';
      close.setAttribute('aria-label', labels.close);
      close.onclick = () => {
        panel.hidden = true;
        (from.isConnected ? from : box).focus();
      };
      const rows = add(panel, 'ul');
      cells.filter((cell) => cell[3]).slice(0, 50).forEach(([, , , id, word, late, title]) => {
        const row = add(rows, 'li');
        sign(row, map, word);
        const link = add(row, 'a', '', title || id);
        link.href = fill(o.ticket, { id: encodeURIComponent(id) });
        add(row, 'span', 'word', (labels.words[word] || '') + (title ? ' · ' + id : ''));
        if (late) add(row, 'span', 'overdue', labels.overdue);
      });
      if (cells.length > 50 || !rows.firstChild) {
        add(panel, 'a', 'all', labels.all_in_list).href = list + query;
      }
      panel.hidden = false;
      panel.focus({ preventScroll: true });
      panel.scrollIntoView({ block: 'nearest' });
    }

    // A click that ends a drag is none; a key's click has no detail.
    const dragged = (event) => event.detail && map.dragging.moved();

    function press({ at, all }, event) {
      if (dragged(event)) return;
      const cells = all.map(({ cell }) => cell);
      const places = L.latLngBounds(all.map((one) => one.at));
      const one = places.getNorthEast().distanceTo(places.getSouthWest()) < 1;
      const known = cells.every((cell) => cell[3]);
      if (map.getZoom() >= map.getMaxZoom() || (one && known)) {
        tell(cells, event.currentTarget);
        return;
      }
      if (!event.detail) box.focus();
      if (one || !known) map.setView(at, map.getZoom() + 2);
      else map.fitBounds(places, { padding: [60, 60] });
    }

    function enter({ all }, event) {
      if (dragged(event)) return;
      const places = all.reduce((sum, { layer }) => sum.extend(layer.getBounds()),
        L.latLngBounds([]));
      if (!event.detail) box.focus();
      map.setView(places.getCenter(), Math.max(map.getBoundsZoom(places), map.getMinZoom() + 2));
    }

    function spot({ at, n, late }, name, text, pressed) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'citymap-' + name;
      if (late) text.push(n > 1 ? count(labels.overdue_count, late) : labels.overdue);
      button.setAttribute('aria-label', text.join(', '));
      button.onclick = pressed;
      const icon = L.divIcon({ className: 'citymap-spot', html: button, iconSize: [APART, APART] });
      return [button, L.marker(at, { icon, interactive: false, keyboard: false })];
    }

    function marker(group) {
      const { n, late } = group;
      const { 4: word, 6: title } = group.all[0].cell;
      const text = [n > 1 ? count(labels.cluster, n) : labels.words[word]];
      if (title && n < 2) text.unshift(title);
      const [button, mark] =
        spot(group, n > 1 ? 'cluster' : 'pin', text, (event) => press(group, event));
      if (n > 1) {
        button.dataset.size = Math.min(3, Math.floor(Math.log10(n)));
        button.style.setProperty('--late', late / n + 'turn');
        add(button, 'span', '', short.format(n));
      } else {
        sign(button, map, word);
        if (late) add(button, 'span', 'late', '!');
      }
      return mark;
    }

    function area(group) {
      const names = group.all.map(({ layer }) => layer.feature.properties.name).join(', ');
      const [button, mark] = spot(group, 'number', [names, count(labels.cluster, group.n)],
        (event) => enter(group, event));
      add(button, 'span', '', short.format(group.n));
      if (group.late) add(button, 'span', 'late', short.format(group.late));
      return mark;
    }

    // Numbers of areas are wider than high.
    const meet = (one, other) => one.distanceTo(other) < APART ||
      far() && Math.abs(one.x - other.x) < 2 * APART && Math.abs(one.y - other.y) < APART * .6;

    // What lies closer than two signs may is one group, named by its largest.
    function put(found, draw) {
      const groups = [];
      found.sort((a, b) => b.n - a.n || a.at[1] - b.at[1] || a.at[0] - b.at[0]).forEach((one) => {
        const spot = map.latLngToLayerPoint(one.at);
        let group = groups.find((other) => meet(other.spot, spot));
        if (!group) groups.push(group = { at: one.at, spot, n: 0, late: 0, all: [] });
        group.n += one.n;
        group.late += one.late;
        group.all.push(one);
      });
      const kept = new Set(groups.map((group) => {
        const key = JSON.stringify(group.all.map(({ at, n, late, cell }) => [at, n, late, cell]));
        if (!shown.has(key)) shown.set(key, draw(group).addTo(map));
        return key;
      }));
      shown.forEach((old, key) => kept.has(key) || (old.remove(), shown.delete(key)));
      map.spots = groups.map((group) => group.spot);
      map.fire('signs');
      return groups.reduce((sum, { n }) => sum + n, 0);
    }

    function drawAreas() {
      const most = Math.max(1, ...Object.values(numbers.areas).map(([n]) => n));
      const found = [];
      map.ground.eachLayer((layer) => {
        const [n, late] = numbers.areas[layer.feature.properties.code] || [0, 0];
        const element = layer.getElement();
        if (element) element.dataset.shade = Math.ceil(5 * Math.log1p(n) / Math.log1p(most));
        const { label } = layer.feature.properties;
        if (n) found.push({ at: [label[1], label[0]], n, late, layer });
      });
      put(found, area);
      failed = false;
      summary.textContent = o.still ? numbers.text + ' ' + o.still : numbers.text;
    }

    function drawCells() {
      const view = map.getBounds();
      const here = [...tiles.values()].filter(({ z }) => z === map.getZoom());
      const found = here.flatMap((tile) => tile.cells)
        .map((cell) => ({ at: [cell[1], cell[0]], n: cell[2], late: cell[5], cell }))
        .filter(({ at }) => view.contains(at));
      if (map.ground) map.ground.eachLayer((l) => l.getElement()?.removeAttribute('data-shade'));
      const total = count(labels.summary, put(found, marker));
      failed = here.some((tile) => tile.error);
      summary.textContent = failed ? total + ' ' + labels.partial : total;
    }

    function draw() {
      if (!far()) {
        if (!grid.isLoading()) drawCells();
        return;
      }
      if (numbers) drawAreas();
      if (performance.now() - read < o.fresh * 1e3 && read) return;
      read = performance.now();
      get(o.numbers + query).then((found) => {
        numbers = found;
        if (far()) drawAreas();
      }, () => {
        read = 0;
        failed = true;
        summary.textContent = labels.partial;
      });
    }

    // Where somebody stands stays on their phone.
    function nearMe() {
      const corner = L.control({ position: 'topleft' });
      corner.onAdd = () => {
        const bar = L.DomUtil.create('div', 'leaflet-bar');
        const button = add(bar, 'button', 'near', '◎');
        button.type = 'button';
        button.title = labels.near_me;
        button.setAttribute('aria-label', labels.near_me);
        L.DomEvent.disableClickPropagation(bar);
        button.onclick = () => navigator.geolocation.getCurrentPosition(({ coords }) => {
          const at = [coords.latitude, coords.longitude];
          if (map.limits.contains(at)) map.setView(at, Math.max(map.getZoom(), 16));
          else summary.textContent = labels.near_outside;
        }, () => { summary.textContent = labels.near_failed; }, { timeout: 15e3, maximumAge: 6e4 });
        return bar;
      };
      corner.addTo(map);
    }

    if (navigator.geolocation && isSecureContext && !o.still) nearMe();
    remember(map, o.numbers);
    const grid = new Grid({ tileSize: 512, minZoom: 1, noWrap: true, keepBuffer: 0,
      updateWhenIdle: true, updateWhenZooming: false, bounds: map.limits });
    grid.on('tileunload', ({ tile }) => {
      tiles.get(tile).stop.abort();
      tiles.delete(tile);
    });
    grid.on('load', draw);
    map.on('moveend ground', draw);
    addEventListener('online', () => failed && (far() ? draw() : grid.redraw()));
    // Until the areas have come nobody knows whether they are shown: tiles can wait that long.
    const begin = () => {
      grid.options.minZoom = o.numbers && map.ground ? map.getMinZoom() + 2 : 1;
      if (!map.hasLayer(grid) && !o.still) grid.addTo(map);
    };
    map.on('ground', begin);
    if (!o.numbers) begin();
  }

  return reports;
})();
