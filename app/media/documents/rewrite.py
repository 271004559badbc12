"""Read one PDF that somebody sent and write it anew. Runs in a process of its own.

1. Started as a file, isolated (`python -I rewrite.py IN OUT`), with an empty environment and limits
   on memory, CPU time and file size: no key, no database, nothing of ours is in its memory.
2. What could run, open or carry something else (scripts, launching, attached files, forms that
   send, films) is refused, not taken out: a document that has it is not what was signed.
3. The new file has the pages and how they look, and nothing else: no names, no history, no form,
   no links, no metadata of the document or of a picture in it. The look of a signature stays as a
   stamp.
4. One line of JSON on standard output tells the result; anything else counts as a crash.
"""

import json
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    StreamObject,
)

MEMORY_BYTES = 1 << 30
CPU_S = 15
FILE_BYTES = 48 << 20
MOST_PAGES = 200
MOST_OBJECTS = 100_000
DEEPEST = 200

ACTIVE_KEYS = frozenset(
    {"/JS", "/JavaScript", "/EF", "/EmbeddedFiles", "/RichMedia", "/RichMediaContent", "/XFA"}
)
ACTIONS = frozenset(
    {
        "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition", "/Movie",
        "/Sound", "/RichMediaExecute", "/Trans3D", "/GoTo3DView",
    }
)  # fmt: skip
CARRIERS = frozenset(
    {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D", "/EmbeddedFile"}
)
KEPT_OF_A_PAGE = frozenset(
    {
        "/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/Contents",
        "/UserUnit", "/Group",
    }
)  # fmt: skip
DROPPED = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/AA", "/OpenAction")
# Segments of a JPEG that tell about it: EXIF and XMP, Photoshop's notes, comments.
TELLING_SEGMENTS = frozenset({0xE1, 0xED, 0xFE})


@dataclass(frozen=True, kw_only=True)
class Rewritten:
    """`refused`: a code, or None; then `pages` counts them."""

    refused: str | None
    pages: int = 0


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


def rewrite(source: str, target: str) -> Rewritten:
    """Write the document anew. Does not raise for what is no good document."""
    try:
        return _rewritten(source, target)
    except Exception:  # noqa: BLE001 - readers raise whatever they like on strange bytes
        return Rewritten(refused="broken")


def _rewritten(source: str, target: str) -> Rewritten:
    reader = PdfReader(source, strict=False)
    if reader.is_encrypted:
        return Rewritten(refused="encrypted")
    if not len(reader.pages):
        return Rewritten(refused="broken")
    if len(reader.pages) > MOST_PAGES:
        return Rewritten(refused="too_many_pages")
    if any(_is_active(found) for found in _objects(reader)):
        return Rewritten(refused="active")
    writer = PdfWriter()
    for page in reader.pages:
        _undress(page)
        writer.add_page(page)
    writer.metadata = None
    for found in _objects(writer):
        _forget(found)
    writer.write(target)
    again = PdfReader(target, strict=False)
    if any(_is_active(found) for found in _objects(again)):
        return Rewritten(refused="active")
    return Rewritten(refused=None, pages=len(again.pages))


def _objects(document: PdfReader | PdfWriter) -> Iterator[Any]:
    """Yield every dictionary of a document, also of parts that no page leads to."""
    if isinstance(document, PdfWriter):
        roots: list[Any] = [entry for entry in document._objects if entry is not None]  # noqa: SLF001 - there is no other list of them
    else:
        numbers = [(n, generation) for generation, at in document.xref.items() for n in at]
        numbers += [(n, 0) for n in document.xref_objStm]
        if len(numbers) > MOST_OBJECTS:
            raise ValueError("too many objects")
        roots = [document.trailer]
        roots += [document.get_object(IndirectObject(n, g, document)) for n, g in numbers]
    for root in roots:
        yield from _inside(root, 0)


def _inside(found: Any, depth: int) -> Iterator[Any]:  # noqa: ANN401 - whatever a document has
    """Yield the dictionaries within one object; what it only refers to is another object."""
    if depth > DEEPEST:
        raise ValueError("too deep")
    if isinstance(found, DictionaryObject):
        yield found
        parts: Any = [found.raw_get(key) for key in found]
    elif isinstance(found, ArrayObject):
        parts = list.__iter__(found)
    else:
        return
    for part in parts:
        if not isinstance(part, IndirectObject):
            yield from _inside(part, depth + 1)


def _is_active(found: DictionaryObject) -> bool:
    kinds = {str(found.get(name)) for name in ("/S", "/Subtype", "/Type") if name in found}
    return bool(ACTIVE_KEYS & set(found)) or bool(kinds & (ACTIONS | CARRIERS))


def _undress(page: PageObject) -> None:
    """Leave what a page looks like; what is drawn on top of it stays as a stamp (rule 3)."""
    stamps = [_stamp(entry.get_object()) for entry in page.get("/Annots", None) or ()]
    for key in set(page) - KEPT_OF_A_PAGE:
        del page[key]
    drawn = [stamp for stamp in stamps if stamp is not None]
    if drawn:
        page[NameObject("/Annots")] = ArrayObject(drawn)


def _stamp(annotation: Any) -> DictionaryObject | None:  # noqa: ANN401 - whatever a document has
    look = annotation.get("/AP")
    look = look.get_object() if look is not None else None
    if not isinstance(look, DictionaryObject) or "/N" not in look or "/Rect" not in annotation:
        return None
    if not isinstance(look["/N"], StreamObject):
        return None  # a box with several states
    stamp = DictionaryObject()
    stamp[NameObject("/Type")] = NameObject("/Annot")
    stamp[NameObject("/Subtype")] = NameObject("/Stamp")
    stamp[NameObject("/Rect")] = annotation["/Rect"]
    if "/F" in annotation:
        stamp[NameObject("/F")] = annotation["/F"]
    normal = DictionaryObject()
    normal[NameObject("/N")] = look.raw_get("/N")
    stamp[NameObject("/AP")] = normal
    return stamp


def _forget(found: DictionaryObject) -> None:
    for key in DROPPED:
        if key in found:
            del found[key]
    if isinstance(found, StreamObject) and found.get("/Filter") == "/DCTDecode":
        found._data = without_notes(found._data)  # noqa: SLF001 - as it is stored, not decoded


def without_notes(jpeg: bytes) -> bytes:
    """Return a JPEG without the segments that tell about it; anything else as it is."""
    if jpeg[:2] != b"\xff\xd8":
        return jpeg
    kept, at = [jpeg[:2]], 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if jpeg[at + 1] not in TELLING_SEGMENTS:
            kept.append(jpeg[at:end])
        at = end
    return b"".join([*kept, jpeg[at:]])


if __name__ == "__main__":
    set_limits()
    print(json.dumps(asdict(rewrite(sys.argv[1], sys.argv[2]))))  # noqa: T201 - rule 4
