"""The first look at an uploaded file: only its header is read.

1. Accepted by what the decoder recognises (JPEG, PNG, WebP, HEIF, AVIF), never by name or MIME.
2. Bytes, pixels and frames are limited before anything is decoded; decoding happens elsewhere.
3. Each refusal tells the person what to do instead.
"""

import io
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from app.core.errors import Rejection, TooLarge
from app.core.words.i18n import N_
from app.media.recode import FORMATS, STILL_CONTAINERS, register_decoders

FIELD = "photos"

NOT_A_PICTURE = N_("This file is not a photo. Please send a JPEG, PNG, WebP or HEIC picture.")
BROKEN = N_("This photo is damaged or incomplete. Please choose it again or take a new one.")
EMPTY = N_("This file is empty. Please choose the photo again.")
ANIMATED = N_("Moving pictures are not accepted. Please send a still photo.")
TOO_MANY_PIXELS = N_(
    "This photo has too many pixels. Please send one of at most %(megapixels)s megapixels."
)
TOO_LARGE = N_("This photo is too large. Please send one of at most %(megabytes)s MB.")

register_decoders()


@dataclass(frozen=True, kw_only=True)
class Probed:
    """What the header says. Width and height in pixels, before any turning."""

    kind: str
    width: int
    height: int


def probe(content: bytes, *, max_bytes: int, max_pixels: int) -> Probed:
    """Look at the header. Raises Rejection (empty, too large, no picture, broken, …)."""
    if not content:
        raise Rejection("photo_empty", EMPTY, field=FIELD)
    if len(content) > max_bytes:
        raise too_large(max_bytes)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            kind = image.format or ""
            width, height = image.size
            frames = 1 if kind in STILL_CONTAINERS else getattr(image, "n_frames", 1)
    except UnidentifiedImageError:
        raise _unreadable(content) from None
    except Exception:  # noqa: BLE001 - decoders raise whatever they like on strange bytes
        raise Rejection("photo_broken", BROKEN, field=FIELD) from None
    if frames > 1:
        raise Rejection("photo_animated", ANIMATED, field=FIELD)
    if width * height > max_pixels:
        params = {"megapixels": max_pixels // 1_000_000}
        raise Rejection("photo_too_many_pixels", TOO_MANY_PIXELS, field=FIELD, params=params)
    return Probed(kind=kind, width=width, height=height)


def too_large(max_bytes: int) -> TooLarge:
    """Return the refusal of a file above the cap."""
    params = {"megabytes": max_bytes // 1_000_000}
    return TooLarge("photo_too_large", TOO_LARGE, field=FIELD, params=params)


def _unreadable(content: bytes) -> Rejection:
    """A damaged photo needs other words than a document that never was one."""
    claims = (
        content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
        or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")
        or (content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS)
    )
    if claims:
        return Rejection("photo_broken", BROKEN, field=FIELD)
    return Rejection("not_a_photo", NOT_A_PICTURE, field=FIELD)


_HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"})
