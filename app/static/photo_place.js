/* Where a photo was taken, if it tells: the GPS part of Exif in a JPEG's first 128 kB.
   Many phones take it out before a page sees the photo, so it is a bonus and never relied on.
   position(file) resolves with {lat, lon} or null; what cannot be read is null. */
const MOST = 131072;
const GPS = 0x8825;
const SIZE = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8 };

/* The Exif block of a JPEG: segments are FF, a mark, two bytes of length. */
function exif(view) {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 10 < view.byteLength && view.getUint8(at) === 0xff) {
    const mark = view.getUint8(at + 1);
    const length = view.getUint16(at + 2);
    if (mark === 0xe1 && view.getUint32(at + 4) === 0x45786966) {
      const end = Math.min(at + 2 + length, view.byteLength);
      return new DataView(view.buffer, at + 10, end - at - 10);
    }
    if (mark === 0xda || length < 2) return null;
    at += 2 + length;
  }
  return null;
}

/* {tag: [where its values stand, how many]} of a directory. */
function directory(tiff, at, little) {
  const found = {};
  const count = tiff.getUint16(at, little);
  for (let i = 0; i < count; i += 1) {
    const row = at + 2 + 12 * i;
    const n = tiff.getUint32(row + 4, little);
    const bytes = n * (SIZE[tiff.getUint16(row + 2, little)] || 1);
    found[tiff.getUint16(row, little)] = [bytes > 4 ? tiff.getUint32(row + 8, little) : row + 8, n];
  }
  return found;
}

function degrees(tiff, little, [at, n], [sign]) {
  let value = 0;
  for (let i = 0; i < Math.min(n, 3); i += 1) {
    const below = tiff.getUint32(at + 8 * i + 4, little);
    value += below ? tiff.getUint32(at + 8 * i, little) / below / 60 ** i : 0;
  }
  return 'SW'.includes(String.fromCharCode(tiff.getUint8(sign))) ? -value : value;
}

export async function position(file) {
  const view = new DataView(await file.slice(0, MOST).arrayBuffer());
  try {
    const tiff = exif(view);
    if (!tiff) return null;
    const little = tiff.getUint16(0) === 0x4949;
    const [gps] = directory(tiff, tiff.getUint32(4, little), little)[GPS];
    const { 1: north, 2: lat, 3: east, 4: lon } = directory(tiff, tiff.getUint32(gps, little), little);
    const place = { lat: degrees(tiff, little, lat, north), lon: degrees(tiff, little, lon, east) };
    const real = Math.abs(place.lat) <= 90 && Math.abs(place.lon) <= 180 && (place.lat || place.lon);
    return real ? place : null;
  } catch {
    return null; // torn or odd: it tells nothing
  }
}
