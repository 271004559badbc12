"""The first look: what is taken, and the words for what is not."""

import io

import pytest
from PIL import Image

from app.core.errors import Rejection, TooLarge
from app.media.probe import probe
from tests.media.pictures import (
    EPS,
    HTML,
    PDF,
    SVG,
    halves,
    moving,
    phone_photo,
    picture,
    png_header_bomb,
)

LIMITS = {"max_bytes": 2_000_000, "max_pixels": 50_000_000}


def code_of(content: bytes, **limits: int) -> str:
    with pytest.raises(Rejection) as caught:
        probe(content, **{**LIMITS, **limits})
    assert caught.value.field == "photos"
    assert caught.value.message % caught.value.params
    return caught.value.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_phone_formats_are_taken(kind: str) -> None:
    found = probe(picture(kind), **LIMITS)
    assert (found.kind, found.width, found.height) == (kind, 64, 48)


def test_two_pictures_in_one_phone_file_are_one_photo() -> None:
    buffer = io.BytesIO()
    halves().save(buffer, "MPO", save_all=True, append_images=[halves()])
    assert probe(buffer.getvalue(), **LIMITS).kind == "MPO"


@pytest.mark.parametrize(
    "content",
    [
        SVG,
        EPS,
        HTML,
        PDF,
        b"plain",
        b"\0" * 64,
        picture("GIF", mode="P"),
        moving("GIF"),
        picture("TIFF"),
        picture("BMP"),
        picture("ICO"),
        picture("JPEG2000"),
    ],
    ids=[
        "svg",
        "eps",
        "html",
        "pdf",
        "text",
        "zeros",
        "gif",
        "moving gif",
        "tiff",
        "bmp",
        "ico",
        "jp2",
    ],
)
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    assert code_of(content) == "not_a_photo"


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_moving_pictures_are_refused(kind: str) -> None:
    assert code_of(moving(kind)) == "photo_animated"


def test_empty() -> None:
    assert code_of(b"") == "photo_empty"


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8\xff",
        phone_photo(1)[:30],
        picture("PNG")[:20],
        b"RIFF\x10\0\0\0WEBPVP8 junk",
        b"\0\0\0\x18ftypheicjunkjunk",
    ],
)
def test_damaged_headers_have_their_own_words(content: bytes) -> None:
    assert code_of(content) == "photo_broken"


def test_too_many_bytes() -> None:
    with pytest.raises(TooLarge) as caught:
        probe(b"\xff" * 100, max_bytes=99, max_pixels=10)
    assert caught.value.status == 413


def test_too_many_pixels_are_seen_without_decoding() -> None:
    assert code_of(png_header_bomb(20_000, 20_000)) == "photo_too_many_pixels"
    assert code_of(picture("HEIF"), max_pixels=3_000) == "photo_too_many_pixels"


def test_the_name_decides_nothing() -> None:
    """A PNG stays a PNG and a polyglot is what its decoder sees."""
    assert probe(picture("PNG") + HTML, **LIMITS).kind == "PNG"
    assert code_of(HTML + picture("JPEG")) == "not_a_photo"


def test_pillows_limit_does_not_interfere() -> None:
    assert Image.MAX_IMAGE_PIXELS is None
