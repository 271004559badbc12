"""The folder that `run` lies in, and the names inside it."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from launcher import Refusal


@dataclass(frozen=True)
class Clone:
    """One checkout of the project."""

    root: Path

    @classmethod
    def here(cls) -> "Clone":
        """Return the clone that this code belongs to."""
        return cls(Path(__file__).resolve().parents[1])

    @property
    def var(self) -> Path:
        """Everything that a running installation writes."""
        return self.root / "var"

    @property
    def venv(self) -> Path:
        """Environment of the application and its tests."""
        return self.root / ".venv"

    @property
    def tools(self) -> Path:
        """Environment of `./run check`."""
        return self.root / ".venv-tools"

    @property
    def python(self) -> Path:
        """Interpreter of the application."""
        return self.venv / "bin" / "python"

    @property
    def log(self) -> Path:
        """Folder of the launcher's own logs."""
        return self.var / "log"

    @property
    def mark(self) -> str:
        """Twelve characters that tell this clone from others on the machine."""
        return hashlib.sha256(str(self.root).encode()).hexdigest()[:12]

    def make_var(self) -> None:
        """Create `var/`. Raises Refusal where we may not write."""
        try:
            for folder in (self.var, self.log):
                folder.mkdir(exist_ok=True)
        except OSError as error:
            raise Refusal(f"{self.var} cannot be written: {error.strerror}.") from None
        # Another user's database server may have to pass through, but nobody may look around.
        if self.var.stat().st_uid == os.geteuid():
            self.var.chmod(0o711 if os.geteuid() == 0 else 0o700)
            self.log.chmod(0o700)
