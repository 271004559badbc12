"""Opens a file of real boundaries: GeoJSON, plain or gzip. What it holds is checked elsewhere."""

import gzip
import json
import zlib
from pathlib import Path

GZIP = b"\x1f\x8b"
_UNREADABLE = (
    ValueError, KeyError, TypeError, RecursionError, EOFError, gzip.BadGzipFile, zlib.error,
)  # fmt: skip


class NotBoundaries(Exception):  # noqa: N818 - names what was found
    """The file as a whole is not a GeoJSON FeatureCollection."""


def read_features(path: Path) -> list[object]:
    """Return the features of a file, unchecked. Raises NotBoundaries, OSError."""
    raw = path.read_bytes()
    try:
        document = json.loads(gzip.decompress(raw) if raw.startswith(GZIP) else raw)
        features = document["features"]
    except _UNREADABLE as error:
        raise NotBoundaries(f"{path.name} is not a GeoJSON FeatureCollection") from error
    if not isinstance(features, list):
        raise NotBoundaries(f"{path.name} is not a GeoJSON FeatureCollection")
    return features
