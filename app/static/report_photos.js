/* Photos of a report that is being written: shown, taken out, kept on this phone until it is sent.

   Bytes are kept, not files: some browsers forget what a kept file points to. */
const NAME = 'report';

const opened = () => new Promise((done, fail) => {
  const asked = indexedDB.open(NAME, 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore('photos', { keyPath: 'id', autoIncrement: true });
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => fail(asked.error);
});
const within = async (work) => {
  const db = await opened();
  return new Promise((done, fail) => {
    const whole = db.transaction('photos', 'readwrite');
    const ask = work(whole.objectStore('photos'));
    whole.oncomplete = () => { db.close(); done(ask.result); };
    whole.onabort = () => { db.close(); fail(whole.error); };
  });
};

export class Photos {
  constructor(section, key, changed) {
    this.list = section.querySelector('[data-shots]');
    this.inputs = [...section.querySelectorAll('input[type="file"]')];
    this.changed = changed;
    this.key = key;
    this.rows = [];
    this.onfile = () => {};
    this.inputs.forEach((input) => input.addEventListener('change', () => {
      const files = [...input.files];
      input.value = '';
      files.slice(0, this.most - this.rows.length).forEach((file) => this.add(file));
    }));
  }

  get most() { return Number(this.list.dataset.most); }

  get files() { return this.rows.map(({ file }) => file); }

  async add(file) {
    const row = { file };
    this.rows.push(row);
    this.draw();
    this.onfile(file);
    try {
      const bytes = await new Response(file).arrayBuffer();
      row.id = await within((store) => store.add({ key: this.key, name: file.name, type: file.type, bytes }));
    } catch {
      // Not kept; it is still in the page.
    }
  }

  async remove(row) {
    this.rows = this.rows.filter((other) => other !== row);
    this.draw();
    URL.revokeObjectURL(row.url);
    if (row.id) await within((store) => store.delete(row.id)).catch(() => {});
  }

  async restore() {
    const kept = await within((store) => store.getAll()).catch(() => []);
    kept.filter(({ key }) => key === this.key).forEach(({ id, name, type, bytes }) =>
      this.rows.push({ id, file: new File([bytes], name || 'photo.jpg', { type }) }));
    this.draw();
  }

  clear() { return within((store) => store.clear()).catch(() => {}); }

  draw() {
    const { list } = this;
    list.replaceChildren(...this.rows.map((row, number) => {
      const item = document.createElement('li');
      const image = item.appendChild(document.createElement('img'));
      image.src = row.url ??= URL.createObjectURL(row.file);
      image.alt = list.dataset.photo.replace('{n}', number + 1);
      const button = item.appendChild(document.createElement('button'));
      Object.assign(button, { type: 'button', className: 'flow-remove', textContent: '×' });
      button.setAttribute('aria-label', list.dataset.remove.replace('{n}', number + 1));
      button.onclick = () => { this.remove(row); this.inputs[0].focus(); };
      return item;
    }));
    list.hidden = !this.rows.length;
    this.inputs.forEach((input) => { input.disabled = this.rows.length >= this.most; });
    this.changed();
  }
}
