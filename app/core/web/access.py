"""Every route says who may come in; the gate (`app.gate`) enforces it before the view runs.

1. `@public` or `@staff(...)` is required on every view (an architecture test walks the URL map).
2. `@staff()` without roles: any signed-in member of staff.
3. `@proved(...)` asks for password and code again where they were given long ago.
4. Whose role asks for a second step that is not set up yet comes in at `@newcomer` only.
5. Views read the person through `current_actor()`; services get it as an argument.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import g

from app.core.actor import REPORTER, Actor

View = TypeVar("View", bound=Callable[..., Any])

ATTRIBUTE = "access"


@dataclass(frozen=True, kw_only=True)
class Access:
    """open: no sign-in needed. Otherwise one of `roles` (empty: any staff role).

    early: also for staff who still have to set up their second step. proved: only shortly after
    password and code.
    """

    open: bool
    roles: frozenset[str] = frozenset()
    early: bool = False
    proved: bool = False


def public(view: View) -> View:
    """Anybody may call this view."""
    setattr(view, ATTRIBUTE, Access(open=True))
    return view


def staff(*roles: str) -> Callable[[View], View]:
    """Only signed-in staff with one of `roles` may call this view."""

    def mark(view: View) -> View:
        setattr(view, ATTRIBUTE, Access(open=False, roles=frozenset(roles)))
        return view

    return mark


def proved(*roles: str) -> Callable[[View], View]:
    """Only staff with one of `roles` who have just shown that it is really them."""

    def mark(view: View) -> View:
        setattr(view, ATTRIBUTE, Access(open=False, roles=frozenset(roles), proved=True))
        return view

    return mark


def newcomer(view: View) -> View:
    """Any signed-in member of staff, also one who still has to set up the second step."""
    setattr(view, ATTRIBUTE, Access(open=False, early=True))
    return view


def current_actor() -> Actor:
    """Return who is signed in, or the anonymous reporter."""
    actor: Actor = g.get("actor", REPORTER)
    return actor
