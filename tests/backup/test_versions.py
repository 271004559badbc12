"""A backup of older code is restored as it was, then brought up to date."""

from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from app.cli.migrate import alembic_config, current, upgrade
from backup import restoring
from backup.database import Tools
from backup.file.contents import KEY_NAMES
from backup.making import make
from backup.target import KeyFiles
from launcher.software.binaries import find_client
from tests.conftest import environment
from tests.installation import ROOT, new_database

CITY = """
    INSERT INTO city (id, code, pack_version, profile, loaded_at)
    VALUES (1, :code, '1', '{}', now())
"""


def test_an_older_backup_is_brought_up_to_date(tmp_path: Path) -> None:
    folder = find_client(0)
    assert folder is not None
    tools = Tools(folder)
    with new_database("hoi_am_older") as older, new_database("hoi_am_newer") as newer:
        env = environment(older, tmp_path / "older")
        engine = create_engine(older)
        upgrade(engine, "0001")
        code = next((ROOT / "cities").glob("*/city.yaml")).parent.name
        with engine.begin() as connection:
            connection.execute(text(CITY), {"code": code})
        engine.dispose()
        mine = tmp_path / "mine.env"
        mine.write_text("SMTP_HOST=mail.example.org\n")
        made = make(tmp_path, env, tools, passphrase="", settings_file=mine)
        assert made.about.revision == "0001"

        there = {name: value for name, value in env.items() if name not in KEY_NAMES}
        there |= {"DATABASE_URL": newer, "VAR_DIR": str(tmp_path / "newer")}
        files = KeyFiles(keys=tmp_path / "secrets.env", settings=tmp_path / "settings.env.restored")
        restoring.restore(made.path, there, tools, passphrase="", files=files, disk=None)
        engine = create_engine(newer)
        assert current(engine) == "0001"
        upgrade(engine)
        assert current(engine) == ScriptDirectory.from_config(alembic_config()).get_current_head()
        with engine.connect() as connection:
            assert connection.execute(text("SELECT code FROM city")).scalar_one() == code
        engine.dispose()
    assert files.keys.read_text() == "".join(f"{name}={env[name]}\n" for name in KEY_NAMES)
    assert files.settings.read_text() == mine.read_text()
    assert files.settings.stat().st_mode & 0o777 == 0o600
