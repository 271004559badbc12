"""Leaflet, served from the pinned wheel: nothing is copied, nothing comes from another host.

1. Only the files in `FILES` can be asked for.
2. The script must have the SHA-256 that we looked at: a changed wheel stops the start.
"""

import hashlib
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

WHEEL = "django-js-lib-leaflet"
FILES = {
    "leaflet.js": "text/javascript; charset=utf-8",
    "leaflet.css": "text/css; charset=utf-8",
    "images/marker-icon.png": "image/png",
    "images/marker-icon-2x.png": "image/png",
    "images/marker-shadow.png": "image/png",
    "images/layers.png": "image/png",
    "images/layers-2x.png": "image/png",
}
SCRIPT_SHA256 = "db49d009c841f5ca34a888c96511ae936fd9f5533e90d8b2c4d57596f4e5641a"


class AssetError(Exception):
    """The wheel is missing or is not the one that we checked."""


@cache
def version() -> str:
    """Return the wheel's version, for addresses that may be cached for ever."""
    return distribution(WHEEL).version


@cache
def asset_path(name: str) -> Path:
    """Return the file of an asset. Raises KeyError for an unknown name, AssetError."""
    FILES[name]
    for file in distribution(WHEEL).files or ():
        if file.as_posix().endswith(f"/static/js_lib_leaflet/{name}"):
            return Path(str(distribution(WHEEL).locate_file(file)))
    raise AssetError(f"{WHEEL} does not hold {name}")


def check_assets() -> None:
    """Raises AssetError unless every file is there and the script is the known one."""
    for name in FILES:
        asset_path(name)
    digest = hashlib.sha256(asset_path("leaflet.js").read_bytes()).hexdigest()
    if digest != SCRIPT_SHA256:
        raise AssetError("leaflet.js is not the file that was checked")
