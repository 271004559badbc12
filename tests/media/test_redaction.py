"""Redacted parts are gone from every copy; the original is one encrypted file, for a while."""

import io
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, InvalidToken
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.crypto import Sealer
from app.core.db import transaction
from app.core.errors import Conflict, NotFound, Rejection
from app.media import files, service
from app.media.models import Photo
from app.media.recode import COVER, NO_ROOM, VARIANTS, Recoded
from app.media.redaction import service as redaction
from app.media.redaction.areas import MOST, Area, area, check
from config import Settings
from tests.media.pictures import phone_photo
from tests.media.test_service import leased, recorded, stored, sweep_all

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
MIDDLE = Area(left=250, top=250, width=500, height=500)
# What JPEG blocks that lie across the edge may change.
EDGE = 16


@pytest.fixture
def folder(settings: Settings) -> Path:
    return settings.media.folder


def noise(size: tuple[int, int] = (1600, 1200)) -> bytes:
    """A picture in which no two parts are alike."""
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "MarkerPhone"
    Image.effect_noise(size, 90).convert("RGB").save(buffer, "JPEG", quality=90, exif=exif)
    return buffer.getvalue()


def ready(content: bytes | None = None) -> Photo:
    photo = stored(content or noise())
    lease = next(item for item in leased() if item.photo_id == photo.id)
    recorded(lease, service.prepare(lease))
    return photo


def redacted(photo: Photo, *areas: Area, at: datetime = NOW) -> Photo:
    with transaction() as session:
        return redaction.redact(session, photo, areas or [MIDDLE], now=at)


def leases(at: datetime = NOW) -> list[redaction.Burning]:
    with transaction() as session:
        return redaction.lease_redactions(session, now=at, limit=10)


def burnt(at: datetime = NOW) -> list[Recoded]:
    results = []
    for lease in leases(at):
        results.append(redaction.burn(lease))
        with transaction() as session:
            redaction.record(session, lease, results[-1], now=at)
    return results


def fresh(session: Session, photo: Photo) -> Photo:
    return session.get_one(Photo, photo.id, populate_existing=True)


def opened(folder: Path, photo: Photo, variant: str) -> Image.Image:
    return Image.open(io.BytesIO(files.copy_path(folder, photo.id, variant).read_bytes()))


def test_every_copy_is_uniform_under_the_rectangle(session: Session, folder: Path) -> None:
    photo = ready()
    successor = redacted(photo)
    assert [result.refused for result in burnt()] == [None]
    assert fresh(session, successor).state == "ready"
    for variant in VARIANTS:
        image = opened(folder, successor, variant)
        inside = image.crop(
            (
                image.width // 4 + EDGE, image.height // 4 + EDGE,
                image.width * 3 // 4 - EDGE, image.height * 3 // 4 - EDGE,
            )
        )  # fmt: skip
        assert inside.getcolors() == [(inside.width * inside.height, COVER)], variant
        outside = image.crop((0, 0, image.width // 4 - EDGE, image.height))
        assert len(outside.getcolors(1 << 24) or []) > 50, "the rest is there"
        assert not image.getexif(), variant
        raw = files.copy_path(folder, successor.id, variant).read_bytes()
        assert b"MarkerPhone" not in raw


def test_the_edge_is_covered_too(session: Session, folder: Path) -> None:
    photo = ready(noise((333, 217)))
    successor = redacted(photo, area(990, 0, 500, 1000), area(-200, 995, 400, 100))
    burnt()
    image = opened(folder, successor, "large")
    assert image.getpixel((image.width - 1, 3)) != opened(folder, successor, "large").getpixel(
        (3, 3)
    )
    column = image.crop((image.width - 2, 20, image.width, image.height - 20)).resize((1, 1))
    pixel = column.getpixel((0, 0))
    assert isinstance(pixel, tuple)
    assert all(abs(value - COVER[0]) < 45 for value in pixel)
    assert fresh(session, successor).state == "ready"


def test_the_former_copies_are_gone_and_the_original_is_sealed(
    session: Session, folder: Path, settings: Settings
) -> None:
    photo = ready()
    large = files.copy_path(folder, photo.id, "large").read_bytes()
    successor = redacted(photo)
    assert fresh(session, photo).hidden_code == "redacted"
    assert fresh(session, successor).state == "redact", "closed until it is burnt"
    burnt()
    assert fresh(session, photo).state == "sealed"
    assert not any(files.copy_path(folder, photo.id, variant).exists() for variant in VARIANTS)
    sealed = files.sealed_path(folder, photo.id)
    assert sealed.stat().st_mode & 0o777 == 0o600
    assert b"\xff\xd8\xff" not in sealed.read_bytes(), "no JPEG"
    with pytest.raises(InvalidToken):
        Sealer([Fernet.generate_key().decode()]).open_bytes(sealed.read_bytes())
    assert redaction.original(session, successor.id) == large
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert large not in everything


def test_redacted_again_the_first_original_stays(session: Session, folder: Path) -> None:
    photo = ready()
    large = files.copy_path(folder, photo.id, "large").read_bytes()
    between = redacted(photo)
    burnt()
    last = redacted(between, Area(left=0, top=0, width=100, height=100))
    assert [result.refused for result in burnt()] == [None]
    assert redaction.original(session, last.id) == large
    assert session.get(Photo, between.id, populate_existing=True) is None
    assert not files.copy_path(folder, between.id, "large").exists()
    assert not files.sealed_path(folder, between.id).exists()
    image = opened(folder, last, "large")
    assert image.getpixel((image.width // 2, image.height // 2)) == COVER


def test_what_is_being_redacted_is_not_redacted_twice(session: Session) -> None:
    photo = ready()
    successor = redacted(photo)
    for which in (photo, successor):
        with pytest.raises(Conflict):
            redacted(which)


def test_a_worker_that_dies_leaves_it_to_the_next(session: Session, folder: Path) -> None:
    successor = redacted(ready())
    (lease,) = leases()
    redaction.burn(lease)
    assert leases() == [], "leased"
    later = NOW + timedelta(hours=1)
    assert [result.refused for result in burnt(later)] == [None]
    assert fresh(session, successor).state == "ready"
    assert leases(later + timedelta(days=1)) == []


def test_a_full_disk_counts_for_nothing(session: Session) -> None:
    successor = redacted(ready())
    for hour in range(service.ATTEMPTS + 2):
        (lease,) = leases(NOW + timedelta(hours=hour))
        with transaction() as inner:
            full = Recoded(refused=NO_ROOM, final=False)
            redaction.record(inner, lease, full, now=NOW + timedelta(hours=hour))
    assert fresh(session, successor).state == "redact"
    burnt(NOW + timedelta(days=1))
    assert fresh(session, successor).state == "ready"


def test_what_cannot_be_burnt_is_never_shown_instead(session: Session, folder: Path) -> None:
    photo = ready()
    successor = redacted(photo)
    files.copy_path(folder, photo.id, "large").write_bytes(b"not a picture any more")
    for hour in range(service.ATTEMPTS + 1):
        burnt(NOW + timedelta(hours=hour))
    assert fresh(session, successor).state == "refused"
    assert fresh(session, photo).hidden_code == "redacted"


def test_retention_deletes_the_original_and_nothing_else(session: Session, folder: Path) -> None:
    photo = ready()
    successor = redacted(photo)
    burnt()
    with transaction() as inner:
        assert redaction.forget_originals(inner, before=NOW - timedelta(seconds=1), limit=9) == 0
        assert redaction.forget_originals(inner, before=NOW, limit=9) == 1
    assert not files.sealed_path(folder, photo.id).exists()
    assert session.scalars(select(Photo).where(Photo.id == photo.id)).first() is None
    assert fresh(session, successor).redacts is None
    assert files.copy_path(folder, successor.id, "large").exists()
    with pytest.raises(NotFound):
        redaction.original(session, successor.id)


def test_erasing_the_photo_erases_its_original(session: Session, folder: Path) -> None:
    photo = ready()
    successor = redacted(photo)
    burnt()
    with transaction() as inner:
        service.erase(inner, successor.id)
    assert not files.sealed_path(folder, photo.id).exists()
    assert not files.copy_path(folder, successor.id, "large").exists()
    assert session.get(Photo, photo.id, populate_existing=True) is None


def test_the_sweep_leaves_what_is_kept_and_takes_what_is_nobodys(
    session: Session, folder: Path
) -> None:
    import os

    photo = ready()
    successor = redacted(photo)
    burnt()
    nobodys = files.sealed_path(folder, uuid.uuid4())
    files.write(nobodys, b"x")
    files.write(files.copy_path(folder, photo.id, "thumb"), b"left by a killed worker")
    old = (NOW - timedelta(days=2)).timestamp()
    for path in [*folder.rglob("*")]:
        os.utime(path, (old, old))
    sweep_all(NOW)
    assert files.sealed_path(folder, photo.id).exists()
    assert files.copy_path(folder, successor.id, "large").exists()
    assert not nobodys.exists()
    assert not files.copy_path(folder, photo.id, "thumb").exists()


def test_a_phones_turned_photo_is_covered_where_it_was_seen(session: Session, folder: Path) -> None:
    successor = redacted(ready(phone_photo(6)), Area(left=0, top=0, width=1000, height=500))
    burnt()
    image = opened(folder, successor, "large")
    assert (image.width, image.height) == (40, 80)
    assert image.getpixel((20, 10)) == COVER
    assert image.getpixel((20, 70)) != COVER


@pytest.mark.parametrize(
    "numbers", [(0, 0, 0, 10), (1000, 0, 5, 5), (0, 2000, 9, 9), (5, 5, 0.2, 9)]
)
def test_a_rectangle_has_a_part_of_the_photo(numbers: tuple[float, ...]) -> None:
    with pytest.raises(Rejection):
        area(*numbers)


def test_some_rectangles_are_needed_and_not_too_many() -> None:
    for count in (0, MOST + 1):
        with pytest.raises(Rejection):
            check([MIDDLE] * count)
    check([MIDDLE] * MOST)
    assert area(-10, -10, 2000, 2000) == Area(left=0, top=0, width=1000, height=1000)
