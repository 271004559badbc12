"""Raster tiles of an MBTiles archive (SQLite), read only."""

import sqlite3
from contextlib import closing
from pathlib import Path

TYPES = {b"\x89PNG": "image/png", b"\xff\xd8\xff\xe0": "image/jpeg", b"RIFF": "image/webp"}


def read_tile(archive: Path, z: int, x: int, y: int) -> tuple[bytes, str] | None:
    """Return (image, content type) of a tile in the web's numbering, or None."""
    row = (1 << z) - 1 - y  # MBTiles count rows from the south
    with closing(sqlite3.connect(f"{archive.as_uri()}?mode=ro", uri=True)) as connection:
        found = connection.execute(
            "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
            (z, x, row),
        ).fetchone()
    if found is None:
        return None
    image = bytes(found[0])
    kind = TYPES.get(image[:4]) or ("image/jpeg" if image[:2] == b"\xff\xd8" else "image/png")
    return image, kind
