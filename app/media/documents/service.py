"""Verbs on documents: take one in, find its file, erase it.

1. What came in is read at once, in a process of its own (`rewrite`): whoever sent it is told what
   is wrong. Only the file that was written anew is ever handed out.
2. The bytes that were sent, with whatever digital signature they bear, are kept as one encrypted
   file that no page hands out.
3. Files first, then the row: a file without a row is swept after a day.
"""

import hashlib
import json
import logging
import signal
import subprocess
import sys
import uuid
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from app.core.db import after_commit
from app.core.errors import NotFound, Rejection, TooLarge
from app.core.installation import sealer, settings
from app.core.words.i18n import N_
from app.media import files
from app.media.documents.rewrite import Rewritten
from app.media.models import Document

log = logging.getLogger(__name__)

SCRIPT = Path(__file__).with_name("rewrite.py")
WALL_S = 25
FIELD = "document"
BEGINS = b"%PDF-"
LOOKED_AT = 1_024

MISSING = N_("Please choose the document as a PDF file.")
NOT_A_PDF = N_("This file is not a PDF document.")
TOO_BIG = N_("This document is too large. Please send one of at most %(megabytes)s MB.")
NO_DOCUMENT = N_("This document does not exist.")
REFUSED = {
    "broken": N_("This document is damaged or cannot be read. Please save it as PDF again."),
    "encrypted": N_("This document is protected by a password. Please send it without one."),
    "too_many_pages": N_("This document has too many pages."),
    "active": N_(
        "This document holds scripts, attached files or actions. Please print it to a plain PDF."
    ),
}


def store(session: Session, source: IO[bytes], *, now: datetime) -> Document:
    """Take a document in. Raises Rejection, TooLarge when it is none that we take."""
    limits = settings().media
    content = source.read(limits.max_file_bytes + 1)
    if not content:
        raise Rejection("document_missing", MISSING, field=FIELD)
    if len(content) > limits.max_file_bytes:
        params = {"megabytes": limits.max_file_bytes // 1_000_000}
        raise TooLarge("document_too_large", TOO_BIG, field=FIELD, params=params)
    if BEGINS not in content[:LOOKED_AT]:
        raise Rejection("not_a_document", NOT_A_PDF, field=FIELD)
    number = uuid.uuid4()
    size, pages = _keep(limits.folder, number, content)
    document = Document(
        id=number,
        sha256=hashlib.sha256(content).digest(),
        bytes_in=len(content),
        bytes_out=size,
        pages=pages,
        created_at=now,
    )
    session.add(document)
    session.flush()
    return document


def _keep(folder: Path, number: uuid.UUID, content: bytes) -> tuple[int, int]:
    """Write the new file and the sealed original; return (bytes, pages). Raises Rejection."""
    with files.scratch(folder) as place:
        source, target = place / "in.pdf", place / "out.pdf"
        files.write(source, content)
        result = _run(source, target)
        if result.refused is not None or not target.is_file():
            code = result.refused or "broken"
            raise Rejection(f"document_{code}", REFUSED.get(code, REFUSED["broken"]), field=FIELD)
        size = target.stat().st_size
        files.write(files.sealed_path(folder, number), sealer().seal_bytes(content))
        files.move(target, files.document_path(folder, number))
    return size, result.pages


def _run(source: Path, target: Path) -> Rewritten:
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and file, names of ours
            [sys.executable, "-I", "-B", str(SCRIPT), str(source), str(target)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
            timeout=WALL_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Rewritten(refused="broken")
    if done.returncode == -signal.SIGXCPU:
        return Rewritten(refused="broken")
    try:
        return Rewritten(**json.loads(done.stdout))
    except (ValueError, TypeError):
        log.warning("a document's reader ended with %d", done.returncode)
        return Rewritten(refused="broken")


def path(document_id: uuid.UUID) -> Path:
    """Return the file that may be handed out. Raises NotFound."""
    file = files.document_path(settings().media.folder, document_id)
    if not file.is_file():
        raise NotFound("unknown_document", NO_DOCUMENT)
    return file


def erase(session: Session, document: Document) -> None:
    """Delete a document with its original."""
    folder = settings().media.folder
    session.delete(document)
    session.flush()
    for file in (
        files.document_path(folder, document.id),
        files.sealed_path(folder, document.id),
    ):
        after_commit(session, partial(file.unlink, missing_ok=True))
