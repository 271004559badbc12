"""Store, prepare, record, sweep: the database and the folder tell the same story."""

import io
import os
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.core.errors import Conflict, NotFound, Rejection, TooLarge
from app.core.work import jobs
from app.core.work.jobs import JobName
from app.media import files, queries, service
from app.media.models import Photo
from app.media.recode import NO_ROOM, Recoded
from config import Settings
from tests.media.pictures import SVG, phone_photo, picture

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def folder(settings: Settings) -> Path:
    return settings.media.folder


def stored(content: bytes | None = None, **options: object) -> Photo:
    with transaction() as session:
        return service.store(session, content or picture(), now=NOW, **options)  # type: ignore[arg-type]


def leased(at: datetime = NOW) -> list[service.Lease]:
    with transaction() as session:
        return service.lease_stored(session, now=at, limit=10)


def recorded(lease: service.Lease, result: Recoded, at: datetime = NOW) -> None:
    with transaction() as session:
        service.record(session, lease, result, now=at)


def fresh(session: Session, photo_id: uuid.UUID) -> Photo:
    return session.get_one(Photo, photo_id, populate_existing=True)


def test_a_photos_whole_way(session: Session, folder: Path) -> None:
    photo = stored(phone_photo(6))
    original = files.original_path(folder, photo.id)
    assert original.read_bytes() == phone_photo(6)
    assert original.stat().st_mode & 0o777 == 0o600
    assert original.parent.stat().st_mode & 0o777 == 0o700
    with pytest.raises(NotFound):
        queries.shown(session, photo.id)
    (lease,) = leased()
    recorded(lease, service.prepare(lease))
    ready = queries.shown(session, photo.id)
    assert (ready.state, ready.width, ready.height, ready.ready_at) == ("ready", 40, 80, NOW)
    assert not original.exists()
    for variant in ("large", "medium", "thumb"):
        assert queries.path(folder, photo.id, variant).is_file()
    assert leased(NOW + timedelta(days=1)) == []


def test_a_hint_is_sent_after_the_commit_only(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[JobName] = []
    monkeypatch.setitem(
        jobs._SENDERS, JobName.PREPARE_PHOTOS, lambda: sent.append(JobName.PREPARE_PHOTOS)
    )
    with transaction() as inner:
        service.store(inner, picture(), now=NOW)
        assert sent == []
    assert sent == [JobName.PREPARE_PHOTOS]


def test_refused_at_the_door_leaves_nothing(
    session: Session, folder: Path, settings: Settings
) -> None:
    before = sorted(folder.rglob("*"))
    with pytest.raises(Rejection):
        stored(SVG)
    with pytest.raises(TooLarge), transaction() as inner:
        service.store(inner, io.BytesIO(b"\xff" * (settings.media.max_file_bytes + 1)), now=NOW)
    assert sorted(folder.rglob("*")) == before


def test_the_same_key_again(session: Session) -> None:
    key = uuid.uuid4()
    content = picture()
    first = stored(content, photo_id=key)
    assert stored(content, photo_id=key) is first
    with pytest.raises(Conflict):
        stored(picture("PNG"), photo_id=key)


def test_a_lease_excludes_others_until_it_is_over(session: Session) -> None:
    stored()
    assert len(leased()) == 1
    assert leased(NOW + service.LEASE) == []
    (second,) = leased(NOW + service.LEASE + timedelta(seconds=1))
    assert second.attempt == 2


def test_a_photo_that_kills_its_worker_is_refused_in_the_end(session: Session) -> None:
    photo = stored()
    at = NOW
    for _ in range(service.ATTEMPTS):
        leased(at)
        at += service.LEASE * 2
    (last,) = leased(at)
    recorded(last, service.prepare(last), at)
    assert fresh(session, photo.id).refused_code == "unreadable"


def test_a_passing_failure_is_tried_again_a_final_one_is_not(
    session: Session, folder: Path
) -> None:
    photo = stored()
    (lease,) = leased()
    recorded(lease, Recoded(refused="too_heavy", final=False))
    assert fresh(session, photo.id).state == "stored"
    assert files.original_path(folder, photo.id).exists()
    (again,) = leased(NOW + service.LEASE * 2)
    recorded(again, Recoded(refused="broken"))
    assert fresh(session, photo.id).state == "refused"
    assert not files.original_path(folder, photo.id).exists()


def test_a_full_disk_is_not_the_pictures_fault(session: Session, folder: Path) -> None:
    photo = stored()
    at = NOW
    for _ in range(service.ATTEMPTS * 2):
        (lease,) = leased(at)
        recorded(lease, Recoded(refused=NO_ROOM, final=False), at)
        at += service.LEASE * 2
    assert fresh(session, photo.id).state == "stored"
    (lease,) = leased(at)
    recorded(lease, service.prepare(lease), at)
    assert fresh(session, photo.id).state == "ready"


def test_a_row_without_its_file_is_refused(session: Session, folder: Path) -> None:
    photo = stored()
    files.original_path(folder, photo.id).unlink()
    (lease,) = leased()
    recorded(lease, service.prepare(lease))
    assert fresh(session, photo.id).refused_code == "lost"


def test_a_late_worker_changes_nothing(session: Session) -> None:
    photo = stored()
    (lease,) = leased()
    recorded(lease, Recoded(refused=None, width=5, height=5))
    recorded(lease, Recoded(refused="broken"))
    assert fresh(session, photo.id).state == "ready"


def test_hidden_photos_are_not_shown(session: Session) -> None:
    photo = stored()
    (lease,) = leased()
    recorded(lease, service.prepare(lease))
    assert queries.shown(session, photo.id).id == photo.id
    session.get_one(Photo, photo.id).hidden_code = "redacted"
    session.flush()
    with pytest.raises(NotFound):
        queries.shown(session, photo.id)


def test_unknown_variants_and_photos_have_no_path(session: Session, folder: Path) -> None:
    for variant in ("thumb", "../../etc/passwd", ""):
        with pytest.raises(NotFound):
            queries.path(folder, uuid.uuid4(), variant)


def sweep_all(at: datetime) -> int:
    swept = 0
    for shard in range(files.SHARDS):
        with transaction() as session:
            swept += service.sweep(
                session, now=at + timedelta(seconds=shard * service.SWEEP_STEP_S)
            )
    return swept


def test_only_what_belongs_to_nothing_is_swept(session: Session, folder: Path) -> None:
    waiting, done = stored(), stored()
    (_, lease) = sorted(leased(), key=lambda item: item.photo_id == done.id)
    recorded(lease, service.prepare(lease))
    orphan = files.original_path(folder, uuid.uuid4())
    files.write(orphan, b"rolled back")
    left = files.original_path(folder, done.id)
    files.write(left, b"killed before it was deleted")
    unfinished = orphan.with_name(".unfinished")
    files.write(unfinished, b"half")
    (folder / "tmp" / "left").mkdir(parents=True)
    young = files.original_path(folder, uuid.uuid4())
    old = (NOW - timedelta(days=2)).timestamp()
    for path in [*folder.rglob("*")]:
        os.utime(path, (old, old))
    files.write(young, b"another transaction may still commit")
    os.utime(young, (NOW.timestamp(), NOW.timestamp()))
    assert sweep_all(NOW) >= 3
    assert not orphan.exists()
    assert not left.exists()
    assert not unfinished.exists()
    assert not (folder / "tmp" / "left").exists()
    assert young.exists()
    assert files.original_path(folder, waiting.id).exists()
    assert queries.path(folder, done.id, "thumb").exists()


def test_a_broken_write_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.write(tmp_path / "a" / "b", b"x")
    assert list((tmp_path / "a").iterdir()) == []
