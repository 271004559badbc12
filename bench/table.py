"""The findings as a table for people."""

from typing import Any

_SKIPPED = {"at", "machine", "shapes"}


def text(found: dict[str, Any]) -> str:
    """Return one line for each measurement, and what it was measured on."""
    where = found["machine"]
    lines = [
        f"{found['at']}  {where['processor']}, {where['cores']} cores, {where['memory']}",
        f"PostgreSQL {where['postgresql']}, Python {where['python']}",
        f"revision {where['revision']}, shapes {found['shapes']}",
        "",
    ]
    for name, figures in found.items():
        if name in _SKIPPED:
            continue
        shown = (
            "  ".join(f"{key} {value}" for key, value in figures.items())
            if isinstance(figures, dict)
            else str(figures)
        )
        lines.append(f"{name:<18} {shown}")
    return "\n".join(lines)
