"""Decoding in a process of its own: what comes out, and what cannot get out of hand."""

import errno
import io
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from PIL import Image

from app.media import files, sandbox
from app.media.recode import NO_ROOM, VARIANTS, Recoded
from tests.media.pictures import halves, phone_photo, picture, png_header_bomb

MEGAPIXELS_50 = 50_000_000


def make(
    folder: Path, content: bytes, max_pixels: int = MEGAPIXELS_50
) -> tuple[uuid.UUID, Recoded]:
    photo_id = uuid.uuid4()
    files.write(files.original_path(folder, photo_id), content)
    return photo_id, sandbox.make_copies(folder, photo_id, max_pixels)


def copy(folder: Path, photo_id: uuid.UUID, variant: str = "large") -> Image.Image:
    return Image.open(io.BytesIO(files.copy_path(folder, photo_id, variant).read_bytes()))


def test_copies_have_their_sizes_and_nothing_else(tmp_path: Path) -> None:
    content = phone_photo(1).replace(b"MarkerPhone", b"MarkerPhone") + b"<script>tail</script>"
    photo_id, result = make(tmp_path, content)
    assert (result.refused, result.width, result.height) == (None, 80, 40)
    assert (round(result.taken_lat or 0, 4), round(result.taken_lon or 0, 4)) == (20.951, 107.08)
    for variant in VARIANTS:
        raw = files.copy_path(tmp_path, photo_id, variant).read_bytes()
        assert b"Exif" not in raw
        assert b"MarkerPhone" not in raw
        assert b"script" not in raw
        image = copy(tmp_path, photo_id, variant)
        assert (image.format, image.mode) == ("JPEG", "RGB")
        assert image.info.get("progressive")
        assert not image.getexif()
        assert files.copy_path(tmp_path, photo_id, variant).stat().st_mode & 0o777 == 0o600
    assert list((tmp_path / "tmp").iterdir()) == []


def test_large_pictures_shrink_to_each_variant(tmp_path: Path) -> None:
    photo_id, result = make(tmp_path, picture("JPEG", (4000, 3000)))
    assert (result.width, result.height) == (2048, 1536)
    sizes = {variant: copy(tmp_path, photo_id, variant).size for variant in VARIANTS}
    assert sizes == {"large": (2048, 1536), "medium": (640, 480), "thumb": (320, 240)}


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [
        (1, (80, 40), (5, 20)),
        (3, (80, 40), (75, 20)),
        (6, (40, 80), (20, 5)),
        (8, (40, 80), (20, 75)),
    ],
)
def test_orientation_is_applied(
    tmp_path: Path, orientation: int, size: tuple[int, int], red_at: tuple[int, int]
) -> None:
    photo_id, _ = make(tmp_path, phone_photo(orientation))
    image = copy(tmp_path, photo_id)
    assert image.size == size
    red, _green, blue = image.getpixel(red_at)
    assert red > 200
    assert blue < 60


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "HEIF"])
def test_other_formats_are_turned_too_and_lose_their_exif(tmp_path: Path, kind: str) -> None:
    content = phone_photo(6, kind)
    photo_id, result = make(tmp_path, content)
    assert (result.refused, result.width, result.height) == (None, 40, 80)
    assert b"MarkerPhone" in content
    assert b"MarkerPhone" not in files.copy_path(tmp_path, photo_id, "large").read_bytes()


@pytest.mark.parametrize(
    ("kind", "mode", "expected"),
    [
        ("PNG", "RGBA", 227),
        ("PNG", "LA", 172),
        ("WEBP", "RGBA", 227),
        ("PNG", "P", None),
        ("PNG", "1", 255),
        ("PNG", "L", 1),
        ("PNG", "I;16", 0),
        ("JPEG", "CMYK", None),
        ("JPEG", "L", 1),
    ],
)
def test_every_colour_mode(tmp_path: Path, kind: str, mode: str, expected: int | None) -> None:
    photo_id, result = make(tmp_path, picture(kind, mode=mode))
    assert result.refused is None
    if expected is not None:
        # Transparent pixels lie on white: half of 200 and half of 255.
        assert abs(copy(tmp_path, photo_id).getpixel((30, 20))[0] - expected) < 6


def test_a_grey_scan_of_sixteen_bits_keeps_its_greys(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("I;16", (20, 20), 32_768).save(buffer, "PNG")
    photo_id, _ = make(tmp_path, buffer.getvalue())
    assert abs(copy(tmp_path, photo_id).getpixel((5, 5))[0] - 128) < 3


def test_the_first_of_two_pictures_is_taken(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    halves().save(buffer, "MPO", save_all=True, append_images=[Image.new("RGB", (10, 10))])
    assert make(tmp_path, buffer.getvalue())[1].width == 80


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_truncated(tmp_path: Path, kind: str) -> None:
    noise = Image.effect_noise((300, 300), 80).convert("RGB")
    buffer = io.BytesIO()
    noise.save(buffer, kind)
    content = buffer.getvalue()
    assert make(tmp_path, content[: len(content) * 2 // 3])[1].refused == "broken"
    assert not list((tmp_path / "out").rglob("*.jpg"))


def test_a_bomb_is_refused_at_once(tmp_path: Path) -> None:
    assert make(tmp_path, png_header_bomb(20_000, 20_000))[1].refused == "too_many_pixels"


def test_a_strip_as_wide_as_the_format_allows(tmp_path: Path) -> None:
    assert make(tmp_path, png_header_bomb(65_535, 1))[1] == Recoded(
        refused=None, width=2048, height=1
    )
    assert make(tmp_path, png_header_bomb(65_535, 700))[1].refused is None
    assert make(tmp_path, png_header_bomb(65_535, 65_535 // 8))[1].refused == "too_many_pixels"


def test_a_full_disk_is_told_from_a_broken_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "large.jpg").symlink_to("/dev/full")
    source = tmp_path / "source"
    source.write_bytes(picture())
    result = sandbox._run(source, tmp_path, MEGAPIXELS_50, ())
    assert result == Recoded(refused=NO_ROOM, final=False)

    def full(_source: Path, _target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "move", full)
    assert make(tmp_path, picture())[1] == Recoded(refused=NO_ROOM, final=False)


def test_a_missing_original(tmp_path: Path) -> None:
    assert sandbox.make_copies(tmp_path, uuid.uuid4(), 1).refused == "lost"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", ("unreadable", False)),
        ("print('not json')", ("unreadable", False)),
        ("raise SystemExit(3)", ("unreadable", False)),
        (
            "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass",
            ("too_heavy", True),
        ),
        ("import time; time.sleep(60)", ("too_heavy", False)),
    ],
    ids=["killed", "garbage", "exit", "cpu", "hang"],
)
def test_a_decoder_that_dies_or_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, expected: tuple[str, bool]
) -> None:
    path = tmp_path / "script.py"
    path.write_text(script)
    monkeypatch.setattr(sandbox, "SCRIPT", path)
    # On a busy machine a second of computing takes many: only what sleeps is cut short.
    monkeypatch.setattr(sandbox, "WALL_S", 1.5 if "sleep" in script else 120)
    result = make(tmp_path / "media", picture())[1]
    assert (result.refused, result.final) == expected


def test_the_limits_bind_and_no_secret_is_there() -> None:
    script = (
        "import os, sys; sys.path.insert(0, sys.argv[1]); import recode; recode.set_limits()\n"
        "try: bytearray(2 << 30)\nexcept MemoryError: print('memory', sorted(os.environ))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script, str(sandbox.SCRIPT.parent)],
        capture_output=True,
        text=True,
        check=False,
        env={"LC_ALL": "C.UTF-8"},
        timeout=20,
    )
    assert done.stdout.strip() == "memory ['LC_ALL']"
