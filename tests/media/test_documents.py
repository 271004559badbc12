"""PDF documents: what is taken, what is refused, and what is left of them."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.core.errors import NotFound, Rejection, TooLarge
from app.core.installation import sealer, settings
from app.core.time import now
from app.media import files
from app.media.documents import service
from app.media.documents.rewrite import MOST_PAGES, without_notes
from app.media.models import Document
from app.media.service import sweep
from tests.media import papers
from tests.media.pictures import HTML, PDF, picture


def stored(session: Session, content: bytes) -> bytes:
    document = service.store(session, io.BytesIO(content), now=now())
    session.flush()
    return service.path(document.id).read_bytes()


def refusal(session: Session, content: bytes) -> str:
    with pytest.raises(Rejection) as refused:
        service.store(session, io.BytesIO(content), now=now())
    assert refused.value.field == "document"
    return refused.value.code


def test_a_document_keeps_its_pages_and_forgets_who_wrote_it(session: Session) -> None:
    content = papers.paper(pages=3)
    assert papers.SECRET.encode() in content or b"N\0g\0u" in content or b"\0N\0g\0u" in content
    new = stored(session, content)
    read = papers.reader(new)
    assert len(read.pages) == 3
    assert read.metadata is None
    assert "/XObject" in str(read.pages[0]["/Resources"])
    document = session.scalars(select(Document)).one()
    assert (document.pages, document.bytes_out) == (3, len(new))


def test_what_came_in_is_kept_sealed(session: Session) -> None:
    content = papers.paper()
    document = service.store(session, io.BytesIO(content), now=now())
    sealed = files.sealed_path(settings().media.folder, document.id).read_bytes()
    assert content not in sealed
    assert sealer().open_bytes(sealed) == content


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "document_missing"),
        (HTML, "not_a_document"),
        (picture(), "not_a_document"),
        (PDF, "document_broken"),
        (papers.paper()[:300], "document_broken"),
        (b"%PDF-1.7\n" + b"\0" * 5_000, "document_broken"),
        (papers.scripted(), "document_active"),
        (papers.scripted_page(), "document_active"),
        (papers.launching(), "document_active"),
        (papers.attached(), "document_active"),
        (papers.locked(), "document_encrypted"),
        (papers.paper(pages=MOST_PAGES + 1), "document_too_many_pages"),
    ],
)
def test_what_is_refused(session: Session, content: bytes, code: str) -> None:
    assert refusal(session, content) == code
    assert session.scalars(select(Document)).all() == []


def test_too_many_bytes(session: Session) -> None:
    with pytest.raises(TooLarge):
        service.store(session, io.BytesIO(b"%PDF-" + b"x" * 12_000_001), now=now())


def test_a_signature_stays_as_it_looks_and_links_go(session: Session) -> None:
    new = stored(session, papers.linked_and_stamped())
    drawn = [entry.get_object() for entry in papers.reader(new).pages[0]["/Annots"]]  # type: ignore[attr-defined]
    assert [entry["/Subtype"] for entry in drawn] == ["/Stamp"]
    assert "/N" in drawn[0]["/AP"]
    assert b"evil.example" not in new
    assert papers.SECRET.encode() not in new


def test_pictures_in_it_tell_nothing_about_themselves(session: Session) -> None:
    content = papers.with_exif()
    assert b"SECRETCAMERA" in content
    new = stored(session, content)
    assert b"SECRETCAMERA" not in new
    page = papers.reader(new).pages[0]
    assert page.images[0].image is not None
    assert without_notes(b"no jpeg") == b"no jpeg"


def test_a_reader_that_dies_is_a_refusal(
    session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dying = tmp_path / "dying.py"
    dying.write_text("import os; os.abort()")
    monkeypatch.setattr(service, "SCRIPT", dying)
    assert refusal(session, papers.paper()) == "document_broken"
    dying.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(service, "WALL_S", 1)
    assert refusal(session, papers.paper()) == "document_broken"


def test_erased_and_swept(session: Session) -> None:
    document = service.store(session, io.BytesIO(papers.paper()), now=now())
    session.commit()
    folder = settings().media.folder
    paths = [files.document_path(folder, document.id), files.sealed_path(folder, document.id)]
    shard = int(document.id.hex[:2], 16)
    moment = now()
    while int(moment.timestamp() // 20) % 256 != shard:
        moment += timedelta(seconds=20)
    for path in paths:
        os.utime(path, (0, 0))
    sweep(session, now=moment)
    assert all(path.is_file() for path in paths)
    number = document.id
    with transaction() as inner:
        service.erase(inner, inner.get_one(Document, number))
    assert not any(path.is_file() for path in paths)
    with pytest.raises(NotFound):
        service.path(number)
