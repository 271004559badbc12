/* Photos become small enough for a thin network, on the phone, one at a time.

   1. At most 1280 pixels and about 200 kB as JPEG. Drawn anew, so that nothing hidden (place of
      shooting, make of the phone) goes along.
   2. What cannot be drawn here (HEIC in many browsers) stays as it is; the server draws it anew.
   3. Works in a page and in a service worker. */
'use strict';
self.photos = (() => {
  const AIM = 200000;
  const TRIES = [[1280, .8], [1280, .65], [1280, .5], [1024, .55], [1024, .4]];
  const made = new WeakSet();
  let last = Promise.resolve();

  const picture = (file) => {
    if (self.createImageBitmap) {
      return createImageBitmap(file, {imageOrientation: 'from-image'});
    }
    return new Promise((done, fail) => {
      const image = new Image();
      image.onload = () => done(image);
      image.onerror = () => fail(new Error('no picture'));
      image.src = URL.createObjectURL(file);
    });
  };

  const canvas = (width, height) => {
    if (!self.document) return new OffscreenCanvas(width, height);
    return Object.assign(document.createElement('canvas'), {width, height});
  };

  const jpeg = (board, quality) => {
    if (board.convertToBlob) return board.convertToBlob({type: 'image/jpeg', quality});
    return new Promise((done) => { board.toBlob(done, 'image/jpeg', quality); });
  };

  const draw = async (drawn, edge, quality) => {
    const width = drawn.naturalWidth || drawn.width;
    const height = drawn.naturalHeight || drawn.height;
    const scale = Math.min(1, edge / Math.max(width, height));
    const board = canvas(Math.max(1, Math.round(width * scale)),
      Math.max(1, Math.round(height * scale)));
    const pen = board.getContext('2d');
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, board.width, board.height);
    pen.drawImage(drawn, 0, 0, board.width, board.height);
    return jpeg(board, quality);
  };

  const make = async (file) => {
    let drawn = null;
    try {
      drawn = await picture(file);
      let small = null;
      for (const [edge, quality] of TRIES) {
        small = await draw(drawn, edge, quality);
        if (small && small.size <= AIM) break;
      }
      if (small) made.add(small);
      return small || file;
    } catch (wrong) {
      return file;
    } finally {
      if (drawn && drawn.close) drawn.close();
      if (drawn && drawn.src) URL.revokeObjectURL(drawn.src);
    }
  };

  /* Several large pictures at once would be more than a cheap phone can hold. */
  const shrink = (file) => {
    last = last.then(() => make(file));
    return last;
  };

  return {shrink, made};
})();
