/* The public map: tiles of counts become clusters and signs, all real buttons. */
'use strict';
CityMap.reports = (() => {
  const { APART, add, byId, fill, get, sign } = CityMap;

  // A view has an address: the hash, which filter forms keep.
  function remember(map) {
    const [zoom, lat, lon] = location.hash.slice(1).split('/').map(Number);
    if (map.limits.contains([lat || 0, lon || 0])) map.setView([lat, lon], zoom || map.getZoom());
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
    let failed;

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

    function press(group, event) {
      // A click that ends a drag is none; a key's click has no detail.
      if (event.detail && map.dragging.moved()) return;
      const places = L.latLngBounds(group.cells.map((cell) => [cell[1], cell[0]]));
      const one = places.getNorthEast().distanceTo(places.getSouthWest()) < 1;
      const known = group.cells.every((cell) => cell[3]);
      if (map.getZoom() >= map.getMaxZoom() || (one && known)) {
        tell(group.cells, event.currentTarget);
        return;
      }
      if (!event.detail) box.focus();
      if (one || !known) map.setView(group.at, map.getZoom() + 2);
      else map.fitBounds(places, { padding: [60, 60] });
    }

    function marker(group) {
      const { n, late } = group;
      const { 4: word, 6: title } = group.cells[0];
      const button = document.createElement('button');
      button.type = 'button';
      button.className = n > 1 ? 'citymap-cluster' : 'citymap-pin';
      const text = [n > 1 ? count(labels.cluster, n) : labels.words[word]];
      if (title && n < 2) text.unshift(title);
      if (late) text.push(n > 1 ? count(labels.overdue_count, late) : labels.overdue);
      button.setAttribute('aria-label', text.join(', '));
      if (n > 1) {
        button.dataset.size = Math.min(3, Math.floor(Math.log10(n)));
        button.style.setProperty('--late', late / n + 'turn');
        add(button, 'span', '', short.format(n));
      } else {
        sign(button, map, word);
        if (late) add(button, 'span', 'late', '!');
      }
      button.onclick = (event) => press(group, event);
      const icon = L.divIcon({ className: 'citymap-spot', html: button, iconSize: [APART, APART] });
      return L.marker(group.at, { icon, interactive: false, keyboard: false });
    }

    function draw() {
      const view = map.getBounds();
      const groups = [];
      const here = [...tiles.values()].filter(({ z }) => z === map.getZoom());
      const cells = here.flatMap((tile) => tile.cells).filter((c) => view.contains([c[1], c[0]]));
      cells.sort((a, b) => b[2] - a[2] || a[0] - b[0] || a[1] - b[1]).forEach((cell) => {
        const at = [cell[1], cell[0]];
        const spot = map.latLngToLayerPoint(at);
        let group = groups.find((other) => other.spot.distanceTo(spot) < APART);
        if (!group) groups.push(group = { at, spot, n: 0, late: 0, cells: [] });
        group.n += cell[2];
        group.late += cell[5];
        group.cells.push(cell);
      });
      const kept = new Set(groups.map((group) => {
        const key = JSON.stringify(group.cells);
        if (!shown.has(key)) shown.set(key, marker(group).addTo(map));
        return key;
      }));
      shown.forEach((old, key) => kept.has(key) || (old.remove(), shown.delete(key)));
      map.spots = groups.map(({ spot }) => spot);
      map.fire('signs');
      failed = here.some((tile) => tile.error);
      const total = count(labels.summary, groups.reduce((sum, { n }) => sum + n, 0));
      summary.textContent = failed ? total + ' ' + labels.partial : total;
    }

    remember(map);
    const grid = new Grid({ tileSize: 512, minZoom: 1, noWrap: true, keepBuffer: 0,
      updateWhenIdle: true, updateWhenZooming: false, bounds: map.limits });
    grid.on('tileunload', ({ tile }) => {
      tiles.get(tile).stop.abort();
      tiles.delete(tile);
    });
    grid.on('load', draw);
    map.on('moveend', () => grid.isLoading() || draw());
    addEventListener('online', () => failed && grid.redraw());
    grid.addTo(map);
  }

  return reports;
})();
