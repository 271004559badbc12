"""Who may do what: every route for everybody, as `access.table` declares it.

Reads are seen or not there; what was allowed has happened, and what was refused has left no trace.
"""

import re

import pytest
from flask import Flask

from app.core.web.access import ATTRIBUTE, Access
from app.core.web.protection import SAFE_METHODS
from app.desk.acts.asks import ASKS
from app.desk.acts.asks.suggestion import SUGGESTION_ASKS
from tests.security.access.forms import FORMS, act_form, arguments
from tests.security.access.people import (
    ALL_ACTS,
    ALL_DOORS,
    EVERYBODY,
    ROLES,
    SECRETS,
    SEEN,
    Act,
    Door,
    Who,
)
from tests.security.access.scene import Scene
from tests.security.access.table import ACT_ROUTE

TICKET_PAGE = ("GET", "/desk/tickets/<reference>")
LISTS = (
    "/desk?tab=all&everyone=1", "/desk?q=đèn", "/desk/news?tab=all&everyone=1", "/desk/suggestions",
    "/desk/approvals", "/desk/check", "/desk/triage",
)  # fmt: skip
TRIAGED = {"triage", "appealed", "private", "about_us", "unread"}
# Whose good form is refused all the same, and why.
BESIDES = {
    "POST /desk/account/password": (422, "nobody of the scene has a password"),
    "POST /desk/prove": (422, "nobody of the scene has a password"),
}


def routes(app: Flask) -> set[tuple[str, str]]:
    """Every method and rule of the application."""
    return {
        (method, rule.rule.replace(", ", ","))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_no_route_is_forgotten(app: Flask) -> None:
    closed = {(door.method, door.rule) for door in ALL_DOORS} | {ACT_ROUTE}
    assert closed.isdisjoint(SECRETS)
    assert routes(app) == closed | set(SECRETS)
    for rule in app.url_map.iter_rules():
        access: Access | None = getattr(app.view_functions[rule.endpoint], ATTRIBUTE, None)
        is_open = access is None or access.open
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            known = (method, rule.rule.replace(", ", ","))
            assert (known in SECRETS) == is_open, known


def test_no_act_is_forgotten() -> None:
    assert {act.verb for act in ALL_ACTS} == {verb.value for verb in (*ASKS, *SUGGESTION_ASKS)}
    assert {act.state for act in ALL_ACTS} >= set(SEEN) - {"owned"}


def seen(state: str) -> frozenset[Who]:
    """To whom a ticket in this state is there."""
    return SEEN[state if state in TRIAGED else "owned"]


def test_a_ticket_is_there_or_is_not(scene: Scene) -> None:
    wrong = []
    for state in SEEN:
        reference = scene.tickets["work" if state == "owned" else state][1]
        for who in sorted(EVERYBODY):
            answer = scene.send(who, "GET", f"/desk/tickets/{reference}")
            expected = 200 if who in SEEN[state] else 404
            if answer.status_code != expected:
                wrong.append(f"{state} {who}: {answer.status_code}, not {expected}")
    assert not wrong, "\n".join(wrong)


def test_lists_have_what_may_be_seen(scene: Scene) -> None:
    """Whatever a list, a search, or its polling says: no ticket that is not there."""
    wrong = []
    codes = {reference: state for state, (_id, reference, _v) in scene.tickets.items()}
    for who in sorted(EVERYBODY):
        for page in LISTS:
            answer = scene.send(who, "GET", page)
            wrong += [
                f"{who} {page}: {state}"
                for code, state in codes.items()
                if code in answer.text and who not in seen(state)
            ]
    shown = {page: scene.send(Who("C", "city"), "GET", page).text for page in LISTS}
    shown["/desk/approvals"] = scene.send(Who("M", "own"), "GET", "/desk/approvals").text
    empty = {page for page, text in shown.items() if not any(code in text for code in codes)}
    assert empty <= {"/desk?q=đèn", "/desk/news?tab=all&everyone=1"}, (
        "a list of nothing shows nothing"
    )
    everything = shown["/desk?tab=all&everyone=1"]
    assert sum(code in everything for code in codes) > len(codes) / 2
    assert not wrong, "\n".join(wrong)


def test_a_whole_code_in_the_search_leads_to_what_one_may_see(scene: Scene) -> None:
    for who in (Who("O", "other"), Who("S", "city"), Who("N", "city"), Who("A", "city")):
        for state, (_id, code, _version) in scene.tickets.items():
            answer = scene.send(who, "GET", f"/desk?q={code}")
            led = f"/tickets/{code}" in answer.headers.get("Location", "")
            assert led == (who in seen(state) and who.letter != "S"), f"{who} {state}"


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal shows the whole ticket again: here its answer is enough, `tests/desk` reads it."""
    monkeypatch.setattr("app.desk.routes.acts.ticket_page", lambda *_, **__: None)
    monkeypatch.setattr("app.desk.routes.acts.render_template", lambda *_, **__: "refused")


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("act", ALL_ACTS, ids=str)
def test_an_act_is_done_by_whom_it_is_for(scene: Scene, act: Act) -> None:
    path = f"/desk/tickets/{scene.tickets[act.state][1]}/{act.verb}"
    wrong, before, events = [], scene.rows(), len(scene.events(act.state))
    for who in sorted(EVERYBODY - act.may):
        answer = scene.send(who, "POST", path, **act_form(scene, act))
        expected = 409 if who in seen(act.state) else 404
        if answer.status_code != expected:
            wrong.append(f"{who}: {answer.status_code}, not {expected}")
    if changed := scene.changed(before):
        wrong.append(f"refused, but changed {changed}")
    assert act.may, "a line for nobody tests nothing"
    for who in sorted(act.may):
        with scene.undone():
            answer = scene.send(who, "POST", path, **act_form(scene, act))
            done = scene.events(act.state)[events:]
            if answer.status_code != 303 or (act.verb, scene.accounts[who]) not in done:
                wrong.append(f"{who}: {answer.status_code}, {done}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("door", ALL_DOORS, ids=str)
def test_a_door_is_open_for_whom_it_is_for(scene: Scene, app: Flask, door: Door) -> None:
    values = arguments(scene, door.method, door.rule)
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), door.rule)
    people = ROLES if door.may is None else EVERYBODY
    may = door.door & (people if door.may is None else door.may)
    wrong, before = [], scene.rows()
    for who in sorted(people - may):
        form = FORMS.get(str(door), lambda *_: {})(scene, who)
        answer = scene.send(who, door.method, path, **form)
        expected = _refusal(door, who)
        if answer.status_code != expected:
            wrong.append(f"{who}: {answer.status_code}, not {expected}")
    nobody = scene.send(None, door.method, path)
    if door.method in SAFE_METHODS:
        if not nobody.headers.get("Location", "").startswith("/desk/sign-in?next="):
            wrong.append(f"without a session: {nobody.status_code}")
    elif nobody.status_code != 403:
        wrong.append(f"without a session: {nobody.status_code}")
    if changed := scene.changed(before):
        wrong.append(f"refused, but changed {changed}")
    wrong += [line for who in sorted(may) if (line := _opened(scene, door, path, who))]
    assert not wrong, "\n".join(wrong)


def _refusal(door: Door, who: Who) -> int:
    if who not in door.door:
        return 403
    hidden = "<reference>" in door.rule and who not in seen("work")
    return 404 if hidden else door.otherwise


def _opened(scene: Scene, door: Door, path: str, who: Who) -> str:
    """What is wrong where somebody may: the page is shown, or the act has happened."""
    form = FORMS.get(str(door), lambda *_: {})(scene, who)
    with scene.undone():
        before = scene.rows() if door.method not in SAFE_METHODS else set()
        answer = scene.send(who, door.method, path, **form)
        if str(door) in BESIDES:
            good = answer.status_code == BESIDES[str(door)][0]
        elif door.method in SAFE_METHODS:
            away = answer.headers.get("Location", "").startswith("/desk/sign-in")
            good = answer.status_code in {200, 302} and not away
        else:
            good = answer.status_code in {200, 303} and (
                bool(scene.rows() ^ before) or str(door) == "POST /desk/bulk"
            )
    return "" if good else f"{who} may, but: {answer.status_code}"
