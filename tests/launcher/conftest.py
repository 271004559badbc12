"""A folder of its own for every test, in the place of a clone."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.clone import Clone


@pytest.fixture
def clone() -> Iterator[Clone]:
    """A clone without code. Not under pytest's own folder: no other user may enter that."""
    root = Path(tempfile.mkdtemp(prefix="hoi-am-launcher-")).resolve()
    root.chmod(0o711)
    made = Clone(root)
    made.make_var()
    yield made
    shutil.rmtree(root)
