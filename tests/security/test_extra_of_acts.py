"""What a verb of the desk does not ask for it does not read: columns, and fields of other verbs."""

import pytest

from app.desk.acts.asks import ASKS
from app.desk.acts.asks.suggestion import SUGGESTION_ASKS
from app.tickets.facts import Verb
from tests.security.access.forms import act_form
from tests.security.access.people import ALL_ACTS, Act
from tests.security.access.rows import Rows, differs, extras
from tests.security.access.scene import Scene

# The fields of all verbs of the desk: what a verb does not ask for is extra.
OF_ACTS = {
    "agency": "TTRA", "category": "waste", "place": "20.95, 107.08", "person": "1",
    "code": "fixed", "until": "2030-01-01", "target": "QN-26-222222", "kept": "1", "report": "1", "text": "Khác",
}  # fmt: skip
IDEAS = {"unread", "idea", "questioned", "delivering"}


@pytest.mark.parametrize("act", ALL_ACTS, ids=str)
def test_an_act_reads_what_it_asks_for(scene: Scene, act: Act) -> None:
    who, rows = min(act.may), Rows(scene.connection, scene.rows)
    verb, of_idea = Verb(act.verb), act.state in IDEAS
    ask = SUGGESTION_ASKS.get(verb, ASKS.get(verb)) if of_idea else ASKS[verb]
    asked = {field.name for field in ask.fields} | {"version"}
    path = f"/desk/tickets/{scene.tickets[act.state][1]}/{act.verb}"
    for more in (False, True):
        form = {name: v for name, v in act_form(scene, act).items() if name in asked}
        if more:
            form = _more(asked) | form
        with scene.undone():
            answer = scene.send(who, "POST", path, **form)
            assert answer.status_code == 303, (act, more, answer.status_code)
            rows.look()
    assert rows.seen[0], "an act that changes nothing"
    assert not (wrong := differs(rows, str(act))), wrong


def _more(asked: set[str]) -> dict[str, str]:
    """Extra fields, as many as a form with files may have parts."""
    unasked = {name: value for name, value in OF_ACTS.items() if name not in asked}
    found = unasked | extras(asked | {"seen", "back", "after"} | set(unasked))
    return dict(list(found.items())[:80]) if {"photos", "document"} & asked else found
