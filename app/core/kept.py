"""Reads that every page needs and that hardly change: kept for a few seconds in each process.

1. What is kept belongs to no session, is shared by all threads, and is only read.
2. It depends on the arguments alone; where words depend on the language, that is an argument.
3. `forget_all` drops everything in this process, after something of it was changed. The other
   processes see the change within `KEPT_SECONDS`.
"""

import time
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

KEPT_SECONDS = 5.0
Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")
Read = Callable[Concatenate[Session, Arguments], Value]

_all: list[dict[Hashable, tuple[float, Any]]] = []


def kept(read: Read[Arguments, Value]) -> Read[Arguments, Value]:
    """Keep what `read` returns for each database and each set of arguments."""
    found: dict[Hashable, tuple[float, Value]] = {}
    _all.append(found)

    @wraps(read)
    def look(session: Session, /, *args: Arguments.args, **named: Arguments.kwargs) -> Value:
        key = (session.get_bind().engine, args, tuple(named.items()))
        old = found.get(key)
        if old and time.monotonic() - old[0] < KEPT_SECONDS:
            return old[1]
        fresh = read(session, *args, **named)
        found[key] = (time.monotonic(), fresh)
        return fresh

    return look


def forget_all() -> None:
    """Drop what is kept in this process."""
    for found in _all:
        found.clear()
