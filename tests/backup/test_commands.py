"""`python -m backup`: where the passphrase comes from, and how a refusal looks."""

from pathlib import Path

import pytest

import backup.__main__ as command
from backup import Refused
from backup.database import Tools
from backup.making import make


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command changes signals and the mask of its process, which is this one."""
    monkeypatch.setattr(command.signal, "signal", lambda *_: None)
    monkeypatch.setattr(command.os, "umask", lambda _: None)
    monkeypatch.delenv("BACKUP_PASSPHRASE", raising=False)
    monkeypatch.delenv("BACKUP_PASSPHRASE_FILE", raising=False)


def test_a_passphrase_stands_in_the_environment_or_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_text("  from the file \nand not from here\n")
    assert command.passphrase_of({}) == ""
    assert command.passphrase_of({"BACKUP_PASSPHRASE_FILE": str(file)}) == "from the file"
    both = {"BACKUP_PASSPHRASE": "given", "BACKUP_PASSPHRASE_FILE": str(file)}
    assert command.passphrase_of(both) == "given"


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe"])
def test_a_passphrase_file_without_one_never_means_none(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "passphrase"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(Refused, match=r"BACKUP_PASSPHRASE_FILE.*(cannot be read|is empty)"):
        command.passphrase_of({"BACKUP_PASSPHRASE_FILE": str(file)})


def test_a_short_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="at least 12 characters"):
        make(
            tmp_path / "into", {}, Tools(tmp_path), passphrase="short", settings_file=tmp_path / "x"
        )
    assert not (tmp_path / "into").exists()


def test_a_refusal_is_one_line_and_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["look", str(tmp_path / "nothing")]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "cannot be read: No such file or directory" in said.err


def test_wrong_settings_are_all_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command.os, "nice", lambda _: None)
    monkeypatch.setenv("SECRET_KEY", "short")
    monkeypatch.setenv("SMTP_PORT", "none")
    words = ["make", str(tmp_path), "--programs", "/", "--settings", "/x"]
    assert command.main(words) == 1
    said = capsys.readouterr().err
    assert "SECRET_KEY is shorter" in said
    assert "SMTP_PORT must be" in said
