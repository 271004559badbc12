/* Rectangles on a photo, by pointer and by keys. The numbers below are what is sent: each rectangle
   is one row of them, in percent, and a row that is typed draws its rectangle. */
'use strict';
(() => {
  const form = document.getElementById('redact');
  if (!form) return;
  const stage = document.getElementById('redact-stage');
  const rows = document.getElementById('redact-rows');
  const add = document.getElementById('redact-add');
  const SIDES = ['left', 'top', 'width', 'height'];
  const LEAST = 1;
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  const inputs = (row) => SIDES.map((name) => row.querySelector(`[name=${name}]`));
  const number = (input) => Number.parseFloat(input.value.replace(',', '.'));
  const boxes = new Map();

  const empty = (row) => inputs(row).every((input) => input.value.trim() === '');
  const label = () => {
    [...boxes.entries()].forEach(([, box], index) =>
      box.setAttribute('aria-label', form.dataset.label.replace('{n}', index + 1)));
  };
  /* A row for one more: an empty one, else a copy of the last with ids of its own. */
  const freeRow = () => {
    const free = [...rows.children].find(empty);
    if (free) return free;
    const row = rows.lastElementChild.cloneNode(true);
    const index = rows.children.length + 1;
    const legend = row.querySelector('legend');
    legend.textContent = legend.textContent.replace(/\d+/, index);
    for (const input of inputs(row)) {
      input.value = '';
      input.previousElementSibling.htmlFor = input.id = `${input.name}-${index}`;
    }
    rows.append(row);
    return row;
  };

  const show = (row) => {
    const values = inputs(row).map(number);
    if (values.some(Number.isNaN)) {
      boxes.get(row)?.remove();
      boxes.delete(row);
    } else {
      if (!boxes.has(row)) boxes.set(row, make(row));
      SIDES.forEach((name, index) => { boxes.get(row).style[name] = `${values[index]}%`; });
    }
    label();
  };
  const put = (row, values) => {
    const [width, height] = [clamp(values[2], LEAST, 100), clamp(values[3], LEAST, 100)];
    const placed = [clamp(values[0], 0, 100 - width), clamp(values[1], 0, 100 - height), width, height];
    inputs(row).forEach((input, index) => { input.value = String(Math.round(placed[index] * 10) / 10); });
    show(row);
  };
  const drop = (row) => {
    for (const input of inputs(row)) input.value = '';
    show(row);
    add.focus();
  };

  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const make = (row) => {
    const box = document.createElement('button');
    box.type = 'button';
    box.className = 'redact-box';
    box.onkeydown = (event) => {
      if (event.key === 'Delete' || event.key === 'Backspace') drop(row);
      else if (STEPS[event.key]) {
        const values = inputs(row).map(number);
        const at = event.shiftKey ? 2 : 0;
        values[at] += STEPS[event.key][0];
        values[at + 1] += STEPS[event.key][1];
        put(row, values);
      } else return;
      event.preventDefault();
    };
    box.onpointerdown = (event) => {
      event.stopPropagation();
      const values = inputs(row).map(number);
      follow(event, ([x, y], [x0, y0]) => put(row, [values[0] + x - x0, values[1] + y - y0, values[2], values[3]]));
    };
    stage.append(box);
    return box;
  };

  const at = (event) => {
    const frame = stage.getBoundingClientRect();
    return [100 * (event.clientX - frame.left) / frame.width, 100 * (event.clientY - frame.top) / frame.height]
      .map((value) => clamp(value, 0, 100));
  };
  const follow = (event, moved) => {
    const from = at(event);
    const target = event.currentTarget;
    target.setPointerCapture(event.pointerId);
    target.onpointermove = (next) => moved(at(next), from);
    target.onpointerup = target.onpointercancel = () => {
      target.onpointermove = target.onpointerup = target.onpointercancel = null;
    };
  };

  stage.onpointerdown = (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    const row = freeRow();
    follow(event, ([x, y], [x0, y0]) =>
      put(row, [Math.min(x, x0), Math.min(y, y0), Math.abs(x - x0), Math.abs(y - y0)]));
  };
  add.onclick = () => {
    const row = freeRow();
    put(row, [40, 40, 20, 20]);
    boxes.get(row).focus();
  };
  rows.addEventListener('input', (event) => show(event.target.closest('.redact-row')));

  for (const row of rows.children) show(row);
  stage.classList.add('redact-on');
  document.getElementById('redact-how').hidden = add.hidden = false;
  document.getElementById('rectangles').open = false;
})();
