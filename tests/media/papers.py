"""PDF documents, good and bad, for tests: made here, from nobody's."""

import io

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)

SECRET = "Nguyen Van Mat"
CAMERA = b"Exif\0\0SECRETCAMERA"


def _names(**entries: object) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in entries.items()})


def paper(pages: int = 1) -> bytes:
    """A scan as offices send it: pictures with EXIF, title and author in the metadata."""
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    pictures = [Image.new("RGB", (60, 80), "navy") for _ in range(pages)]
    buffer = io.BytesIO()
    pictures[0].save(
        buffer, "PDF", save_all=True, append_images=pictures[1:], title=SECRET, author=SECRET
    )
    return buffer.getvalue()


def changed(**root: object) -> bytes:
    """A paper with something more in its catalog."""
    writer = PdfWriter(clone_from=io.BytesIO(paper()))
    for name, value in root.items():
        writer._root_object[NameObject(f"/{name}")] = value  # type: ignore[assignment]
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def action(kind: str, **more: object) -> DictionaryObject:
    return _names(S=NameObject(f"/{kind}"), **more)


def scripted() -> bytes:
    return changed(OpenAction=action("JavaScript", JS=TextStringObject("app.alert(7919)")))


def launching() -> bytes:
    return changed(OpenAction=action("Launch", F=TextStringObject("cmd.exe")))


def scripted_page() -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(paper()))
    run = action("JavaScript", JS=TextStringObject("app.alert(7919)"))
    writer.pages[0][NameObject("/AA")] = _names(O=run)
    return written(writer)


def attached() -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(paper()))
    writer.add_attachment("x.txt", b"hidden")
    return written(writer)


def locked() -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(paper()))
    writer.encrypt("secret")
    return written(writer)


def linked_and_stamped() -> bytes:
    """A link to somewhere, and the look of a signature."""
    writer = PdfWriter(clone_from=io.BytesIO(paper()))
    look = DecodedStreamObject()
    look.set_data(b"0 0 10 10 re f")
    look.update(_names(Type=NameObject("/XObject"), Subtype=NameObject("/Form"),
                       BBox=ArrayObject([FloatObject(n) for n in (0, 0, 10, 10)])))  # fmt: skip
    rect = ArrayObject([FloatObject(n) for n in (0, 0, 10, 10)])
    kept = writer._add_object(look)
    link = _names(Type=NameObject("/Annot"), Subtype=NameObject("/Link"), Rect=rect,
                  A=action("URI", URI=TextStringObject("https://evil.example/")))  # fmt: skip
    seal = _names(Type=NameObject("/Annot"), Subtype=NameObject("/Widget"), Rect=rect,
                  FT=NameObject("/Sig"), T=TextStringObject(SECRET), AP=_names(N=kept))  # fmt: skip
    writer.pages[0][NameObject("/Annots")] = ArrayObject([link, seal])
    return written(writer)


def with_exif() -> bytes:
    """A page whose JPEG tells by which camera it was taken."""
    writer = PdfWriter(clone_from=io.BytesIO(paper()))
    image = next(iter(writer.pages[0]["/Resources"]["/XObject"].values())).get_object()  # type: ignore[index]
    jpeg = image._data
    segment = b"\xff\xe1" + (len(CAMERA) + 2).to_bytes(2, "big") + CAMERA
    image._data = jpeg[:2] + segment + jpeg[2:]
    return written(writer)


def reader(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))
