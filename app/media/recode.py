"""Decode one stranger's picture and write clean copies. Runs in a process of its own.

1. Started as a file, isolated (`python -I recode.py IN OUT_FOLDER MAX_PIXELS AREAS`), with an empty
   environment: no key, no database, nothing of ours is in this process's memory.
2. Limits on memory, CPU time and file size are set before the picture is opened.
3. The copies are JPEG made from pixels only: no EXIF, no comment, no trailing bytes. Orientation
   is applied, colours are brought to sRGB, transparency lies on white.
4. Areas (JSON: left, top, width, height in thousandths) are filled before anything is written, and
   on each copy again: scaling mixes nothing of their surroundings into them.
5. One line of JSON on standard output tells the result; anything else counts as a crash.
"""

import errno
import io
import json
import os
import resource
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import pillow_heif
from PIL import Image, ImageCms, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")
# Containers in which several pictures are usual (stereo pairs, gain maps): the main one is taken.
STILL_CONTAINERS = frozenset({"MPO", "HEIF"})
VARIANTS = {"large": 2048, "medium": 640, "thumb": 320}
QUALITY = 82
WHOLE = 1_000
EXIF, GPS = 0x8769, 0x8825
TAKEN, ZONE = 0x9003, 0x9011
MOST_LAT, MOST_LON = 90, 180
COVER = (64, 64, 64)

# Not the picture's fault: our own disk is full.
NO_ROOM = "no_room"
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

MEMORY_BYTES = 1 << 30
CPU_S = 15
FILE_BYTES = 32 << 20


@dataclass(frozen=True, kw_only=True)
class Recoded:
    """`refused`: a code, or None; then width and height are those of `large`, in pixels.

    `final` is False where another attempt may succeed (the process was killed); one that failed
    with `NO_ROOM` does not count as an attempt. taken_…: what its EXIF says, as ISO 8601 (with a
    zone where it has one) and in degrees; the copies have none of it.
    """

    refused: str | None
    width: int = 0
    height: int = 0
    final: bool = True
    taken_at: str | None = None
    taken_lat: float | None = None
    taken_lon: float | None = None


def set_limits() -> None:
    """Make this process unable to harm its machine. Limits that a system lacks are left out."""
    for which, amount in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(which, (amount, amount))
    with suppress(OSError):
        os.nice(5)


def recode(source: str, folder: str, max_pixels: int, areas: Sequence[Sequence[int]]) -> Recoded:
    """Write `<variant>.jpg` for each variant into `folder`."""
    register_decoders()
    with Image.open(source, formats=FORMATS) as image:
        if image.width * image.height > max_pixels:
            return Recoded(refused="too_many_pixels")
        if getattr(image, "n_frames", 1) > 1 and image.format not in STILL_CONTAINERS:
            return Recoded(refused="animated")
        profile = image.info.get("icc_profile")
        taken = _taken(image)
        small = _scalable(image)
        small.thumbnail((VARIANTS["large"], VARIANTS["large"]))
        # Turned after shrinking: turning the full picture would need its memory twice.
        upright = ImageOps.exif_transpose(small)
        clean = _flat(_in_srgb(upright, profile))
    size = clean.size
    _fill(clean, areas)
    for name, side in VARIANTS.items():
        clean.thumbnail((side, side))
        _fill(clean, areas)
        clean.save(
            os.path.join(folder, f"{name}.jpg"),  # noqa: PTH118 - no Path needed in this process
            "JPEG",
            quality=QUALITY,
            progressive=True,
            optimize=True,
        )
    return Recoded(refused=None, width=size[0], height=size[1], **taken)


def _taken(image: Image.Image) -> dict[str, Any]:
    """Return when and where it was taken, as far as its EXIF is to be understood."""
    found: dict[str, Any] = {}
    # Whatever a camera or a joker has written there: no reason to refuse the picture.
    with suppress(Exception):
        exif = image.getexif()
        shot = exif.get_ifd(EXIF)
        day, clock = str(shot[TAKEN]).strip("\0 ").split(" ")
        zone = str(shot.get(ZONE, "")).strip("\0 ")
        at = datetime.fromisoformat(f"{day.replace(':', '-')}T{clock}{zone}")
        found["taken_at"] = at.isoformat(timespec="seconds")
    with suppress(Exception):
        gps = image.getexif().get_ifd(GPS)
        lat, lon = (_degrees(gps[ref], gps[ref + 1]) for ref in (1, 3))
        if abs(lat) <= MOST_LAT and abs(lon) <= MOST_LON:
            found |= {"taken_lat": lat, "taken_lon": lon}
    return found


def _degrees(side: str, parts: Sequence[float]) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if side in {"S", "W"} else value


def _fill(image: Image.Image, areas: Sequence[Sequence[int]]) -> None:
    """Replace the pixels of each area; a pixel that it touches belongs to it."""
    for left, top, width, height in areas:
        box = (
            image.width * left // WHOLE,
            image.height * top // WHOLE,
            -(-image.width * (left + width) // WHOLE),
            -(-image.height * (top + height) // WHOLE),
        )
        image.paste(COVER, box)


def register_decoders() -> None:
    """Teach Pillow HEIF, and leave the limit of pixels to us."""
    pillow_heif.register_heif_opener()
    # The size is compared with the setting right after the header; Pillow's own limit would only
    # warn, through a global that threads share.
    Image.MAX_IMAGE_PIXELS = None


def _scalable(image: Image.Image) -> Image.Image:
    """Bring modes that cannot be averaged into ones that can."""
    if image.mode == "P":
        return _keep_exif(image, image.convert("RGBA"))
    if image.mode == "1":
        return _keep_exif(image, image.convert("L"))
    if image.mode.startswith("I"):
        return _keep_exif(image, image.convert("I").point(lambda value: value / 256).convert("L"))
    if image.mode == "F":
        return _keep_exif(image, image.convert("L"))
    return image


def _keep_exif(original: Image.Image, converted: Image.Image) -> Image.Image:
    if "exif" in original.info:
        converted.info["exif"] = original.info["exif"]
    return converted


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK"}:
        return image
    with suppress(ImageCms.PyCMSError, OSError, ValueError):
        converted = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB" if image.mode == "CMYK" else image.mode,
        )
        return converted or image
    return image


def _flat(image: Image.Image) -> Image.Image:
    """Return a fresh RGB picture that holds pixels and nothing else."""
    if image.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in image.info:
        front = image.convert("RGBA")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(front, mask=front.getchannel("A"))
        return paper
    plain = Image.new("RGB", image.size)
    plain.paste(image.convert("RGB"))
    return plain


def main(arguments: list[str]) -> Recoded:
    """Return the result; whatever a decoder raises means that the picture is broken."""
    source, folder, max_pixels, areas = arguments
    set_limits()
    try:
        return recode(source, folder, int(max_pixels), json.loads(areas))
    except MemoryError:
        return Recoded(refused="too_heavy")
    except FileNotFoundError:
        return Recoded(refused="lost")
    except Exception as error:  # noqa: BLE001 - decoders raise whatever they like
        if isinstance(error, OSError) and error.errno in FULL:
            return Recoded(refused=NO_ROOM, final=False)
        system = isinstance(error, OSError) and error.errno is not None
        return Recoded(refused="broken", final=not system)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(main(sys.argv[1:]))))
