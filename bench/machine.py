"""What was measured on: without it a figure says nothing."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

PACKAGES = ("flask", "sqlalchemy", "psycopg", "granian", "rq", "shapely")


def describe(connection: Connection) -> dict[str, Any]:
    """Return processor, memory, versions and the database settings that decide most."""
    return {
        "system": platform.platform(),
        "processor": _first("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory": _first("/proc/meminfo", "MemTotal"),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "postgresql": connection.execute(text("SHOW server_version")).scalar_one(),
        "postgis": connection.execute(text("SELECT postgis_lib_version()")).scalar_one(),
        "postgresql_settings": {
            name: connection.execute(text(f"SHOW {name}")).scalar_one()
            for name in ("fsync", "synchronous_commit", "shared_buffers", "wal_level")
        },
        "revision": _revision(),
    }


def _first(path: str, name: str) -> str:
    for line in Path(path).read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return "unknown"


def _revision() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"
