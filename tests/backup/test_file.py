"""The file itself: what was written comes back, and whatever was done to it is noticed."""

import contextlib
import io
import resource
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest

from backup import Refused
from backup.file import sealing
from backup.file.contents import ABOUT, FORMAT, KEYS, About
from backup.file.reading import Head, read
from backup.file.sealing import CHUNK, OpeningSource, SealingSink
from backup.file.writing import Archive, new_archive

PASSPHRASE = "correct horse battery"
PHOTO = "photos/out/1a/1ab09a78-b8c9-4b67-bd81-a230c0c7cbea-large.jpg"
ABOUT_THIS = About(
    format=FORMAT, made_at="2026-11-25 17:46:00Z", pack="a_city", application="1", revision="0001",
    postgres=15, database_bytes=1, rows={"ticket": 1},
)  # fmt: skip


class Kept:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.heads: list[Head] = []
        self.content = b""
        self.photos: dict[str, bytes] = {}

    def begin(self, head: Head) -> None:
        self.heads.append(head)

    def dump(self, block: bytes) -> None:
        self.content += block

    @contextlib.contextmanager
    def photo(self, name: str) -> Iterator[IO[bytes]]:
        buffer = io.BytesIO()
        yield buffer
        self.photos[name] = buffer.getvalue()


@pytest.fixture(autouse=True)
def _cheap_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deriving a key is slow by purpose; the drill does it as it is."""
    real = sealing.Scrypt
    monkeypatch.setattr(sealing, "Scrypt", lambda **given: real(**given | {"n": 2}))


def fill(archive: Archive) -> None:
    archive.add(ABOUT, ABOUT_THIS.to_json())
    archive.add(KEYS, b"SECRET_KEY=a\n")
    archive.add("database/000001", b"first " * 30_000)
    archive.add("database/000002", b"second")
    archive.add(PHOTO, b"a photo")


def made(path: Path, passphrase: str = "", fill: Callable[[Archive], None] = fill) -> Path:
    with new_archive(path, passphrase) as archive:
        fill(archive)
        archive.finish(0)
    return path


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
def test_what_was_written_comes_back(tmp_path: Path, passphrase: str) -> None:
    path = made(tmp_path / "file", passphrase)
    kept = Kept()
    head, manifest = read(path, passphrase, kept)
    assert kept.heads == [head]
    assert (head.about, head.keys, head.settings) == (ABOUT_THIS, b"SECRET_KEY=a\n", b"")
    assert kept.content == b"first " * 30_000 + b"second"
    assert kept.photos == {PHOTO.removeprefix("photos/"): b"a photo"}
    assert (manifest.photos, manifest.photo_bytes, manifest.files) == (1, 7, 5)
    assert manifest.dump_bytes == len(kept.content)
    assert (b"SECRET_KEY" in path.read_bytes()) is (passphrase == "")
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
def test_every_cut_is_noticed(tmp_path: Path, passphrase: str) -> None:
    content = made(tmp_path / "file", passphrase).read_bytes()
    cut = tmp_path / "cut"
    # A plain tar ends in zeros that mean nothing; a sealed file has no byte too many.
    end = len(content) if passphrase else len(content.rstrip(b"\0")) - 1
    for length in [*range(0, end, 997), end - 1]:
        cut.write_bytes(content[:length])
        with pytest.raises(Refused, match=r"damaged|not whole|no backup"):
            read(cut, passphrase, Kept())


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
def test_every_changed_byte_is_noticed(tmp_path: Path, passphrase: str) -> None:
    content = made(tmp_path / "file", passphrase).read_bytes()
    kept = Kept()
    whole = read(tmp_path / "file", passphrase, kept)
    changed = tmp_path / "changed"
    for place in range(0, len(content), 499):
        spoilt = bytearray(content)
        spoilt[place] ^= 0x55
        changed.write_bytes(spoilt)
        again = Kept()
        try:
            found = read(changed, passphrase, again)
        except Refused:
            continue
        # In a plain tar some bytes mean nothing: owners, times, what fills a block.
        assert not passphrase
        assert (found, again.content, again.photos) == (whole, kept.content, kept.photos)


def test_something_behind_the_end_is_noticed(tmp_path: Path) -> None:
    path = made(tmp_path / "file", PASSPHRASE)
    with path.open("ab") as file:
        file.write(b"more")
    with pytest.raises(Refused, match="damaged"):
        read(path, PASSPHRASE, Kept())


def test_chunks_cannot_be_moved_or_left_out() -> None:
    sink = io.BytesIO()
    sealing_sink = SealingSink(sink, PASSPHRASE)
    sealing_sink.write(b"a" * CHUNK + b"b" * CHUNK + b"c" * CHUNK)
    sealing_sink.finish()
    content = sink.getvalue()
    header, size = content[: sealing.HEADER], CHUNK + 16
    chunks = [content[sealing.HEADER + n * size :][:size] for n in range(3)]
    good = OpeningSource(io.BytesIO(header + b"".join(chunks)), PASSPHRASE)
    assert good.read(4 * CHUNK) == b"a" * CHUNK + b"b" * CHUNK + b"c" * CHUNK
    for order in ([1, 0, 2], [0, 2], [0, 1], [0, 1, 1, 2], [0, 1, 2, 2], []):
        spoilt = header + b"".join(chunks[n] for n in order)
        with pytest.raises(Refused, match="damaged"):
            OpeningSource(io.BytesIO(spoilt), PASSPHRASE).read(9 * CHUNK)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_every_length_comes_back(size: int) -> None:
    sink = io.BytesIO()
    sealing_sink = SealingSink(sink, PASSPHRASE)
    for start in range(0, size, 1000):
        sealing_sink.write(b"x" * min(1000, size - start))
    sealing_sink.finish()
    opened = OpeningSource(io.BytesIO(sink.getvalue()), PASSPHRASE)
    assert opened.read(size + 1) == b"x" * size
    assert opened.read(1) == b""


def test_a_wrong_passphrase_and_none_are_said(tmp_path: Path) -> None:
    path = made(tmp_path / "file", PASSPHRASE)
    with pytest.raises(Refused, match="The passphrase is not the one"):
        read(path, "another", Kept())
    with pytest.raises(Refused, match="set BACKUP_PASSPHRASE"):
        read(path, "", Kept())


def _member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return member


HOSTILE = [
    _member("../../etc/passwd"),
    _member("/etc/passwd"),
    _member("photos/../../../x"),
    _member("photos/out/1a/../../../../x.jpg"),
    _member("photos/out/1a/1ab09a78-b8c9-4b67-bd81-a230c0c7cbea-large.jpg/x"),
    _member("database/000003"),
    _member("database/1"),
    _member(KEYS),
    _member(ABOUT),
    _member(PHOTO, tarfile.SYMTYPE, "/etc/passwd"),
    _member(PHOTO, tarfile.LNKTYPE, "keys.env"),
    _member(PHOTO, tarfile.CHRTYPE),
    _member(PHOTO, tarfile.FIFOTYPE),
    _member("photos", tarfile.DIRTYPE),
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda member: f"{member.name} {member.type!r}")
def test_only_plain_files_of_our_names_are_taken(tmp_path: Path, hostile: tarfile.TarInfo) -> None:
    path = tmp_path / "file"
    with tarfile.open(path, "w") as tar:
        for name, content in ((ABOUT, ABOUT_THIS.to_json()), (KEYS, b""), ("database/000001", b"")):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        tar.addfile(hostile)
    with pytest.raises(Refused, match=r"does not belong there|is no plain file"):
        read(path, "", Kept())


def test_what_is_no_backup_is_said(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with pytest.raises(Refused, match="cannot be read: No such file"):
        read(path, "", Kept())
    for content in (b"", b"hello", b"\0" * 20_000, b"PK" + b"x" * 20_000):
        path.write_bytes(content)
        with pytest.raises(Refused, match=r"no backup|not whole"):
            read(path, "", Kept())


@pytest.mark.parametrize("about", [b"{}", b"[]", b"no", b'{"format": 1}', b"\xff"])
def test_a_description_that_is_none_is_said(tmp_path: Path, about: bytes) -> None:
    def fill(archive: Archive) -> None:
        archive.add(ABOUT, about)

    with pytest.raises(Refused, match=r"not one of ours|has the format"):
        read(made(tmp_path / "file", fill=fill), "", Kept())


def test_a_file_appears_complete_or_not_at_all(tmp_path: Path) -> None:
    def stopped(archive: Archive) -> None:
        archive.add(ABOUT, b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made(tmp_path / "file", fill=stopped)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
def test_a_disk_that_takes_no_more_leaves_nothing(tmp_path: Path, passphrase: str) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            made(tmp_path / "file", passphrase)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    with pytest.raises(Refused, match="is there already"):
        made(tmp_path / "file")
    assert (tmp_path / "file").read_text() == "kept"


def test_what_another_command_writes_is_left_alone(tmp_path: Path) -> None:
    with new_archive(tmp_path / "hoi-am-one", "") as archive:
        made(tmp_path / "hoi-am-two")
        assert (tmp_path / ".hoi-am-one.part").exists()
        fill(archive)
        archive.finish(0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hoi-am-one", "hoi-am-two"]
