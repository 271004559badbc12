"""Documents and sealed originals are in a backup, and come back with it."""

import uuid
from pathlib import Path

from sqlalchemy import create_engine, text

from app.cli.migrate import upgrade
from app.media import files
from backup import restoring
from backup.database import Tools
from backup.file.contents import KEY_NAMES
from backup.making import make
from backup.target import KeyFiles
from launcher.software.binaries import find_client
from tests.backup.test_versions import CITY
from tests.conftest import environment
from tests.installation import ROOT, new_database

DOCUMENT, SEALED = uuid.UUID(int=7), uuid.UUID(int=8)
ROWS = """
    INSERT INTO document (id, sha256, bytes_in, bytes_out, pages, created_at)
    VALUES (:document, '\\x00', 1, 1, 1, now());
    INSERT INTO photo (id, state, sha256, bytes_in, created_at, sealed_at)
    VALUES (:sealed, 'sealed', '\\x00', 1, now(), now())
"""


def test_documents_and_sealed_originals_come_back(tmp_path: Path) -> None:
    folder = find_client(0)
    assert folder is not None
    tools = Tools(folder)
    with new_database("hoi_am_papers") as here, new_database("hoi_am_papers_there") as there:
        env = environment(here, tmp_path / "here")
        engine = create_engine(here)
        upgrade(engine)
        code = next((ROOT / "cities").glob("*/city.yaml")).parent.name
        with engine.begin() as connection:
            connection.execute(text(CITY), {"code": code})
            for statement in ROWS.split(";"):
                names = {"document": DOCUMENT, "sealed": SEALED}
                used = {name: value for name, value in names.items() if f":{name}" in statement}
                connection.execute(text(statement), used)
        engine.dispose()
        media = tmp_path / "here" / "media"
        paths = (
            files.document_path(media, DOCUMENT),
            files.sealed_path(media, DOCUMENT),
            files.sealed_path(media, SEALED),
        )
        for number, path in enumerate(paths):
            files.write(path, b"%d" % number)
        made = make(tmp_path, env, tools, passphrase="", settings_file=Path("/nowhere"))
        assert (made.manifest.photos, made.manifest.photos_missing) == (3, 0)
        where = {name: value for name, value in env.items() if name not in KEY_NAMES}
        where |= {"DATABASE_URL": there, "VAR_DIR": str(tmp_path / "there")}
        keys = KeyFiles(keys=tmp_path / "secrets.env", settings=tmp_path / "settings.env")
        restoring.restore(made.path, where, tools, passphrase="", files=keys, disk=None)
    for number, path in enumerate(paths):
        restored = tmp_path / "there" / "media" / path.relative_to(media)
        assert restored.read_bytes() == b"%d" % number
