"""Reports without a point: what is open in the ward is offered by its words, and by nothing else."""

import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.catalog.queries import category, forget_kept
from app.reports import nearby
from app.reports import service as reports
from app.reports.nearby import Wanted, similar_to, wanted_after
from app.reports.similarity import (
    OFFERED,
    WARD_THRESHOLD,
    Candidate,
    Draft,
    best_in_ward,
    score_in_ward,
)
from app.tickets.models import Ticket
from tests import oracles
from tests.desk.scene import FORM
from tests.factories.tickets import (
    DAY,
    IN_WARD,
    MONDAY,
    WARD_AREA,
    act,
    coordinator,
    routed_ticket,
    statements,
    submitted,
)
from tests.reports.ward_pairs import WARD_PAIRS

WORDS, ALIKE = "Rác chất đống sau chợ Hạ", "Bãi rác chất đống phía sau chợ Hạ"
# Half of the pairs are hard: one matter in other words, or the same words about another corner.
GOOD_PRECISION, GOOD_RECALL = 0.85, 0.85


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no reason to offer nothing here; what a former test changed is forgotten."""
    forget_kept()
    monkeypatch.setattr(nearby, "PATIENCE_MS", 60_000)


def judged() -> list[tuple[bool, float, str]]:
    """(same?, score, line) for each pair."""
    found = []
    for line in WARD_PAIRS.strip().splitlines():
        verdict, code, days, said, there = line.split("|")
        draft = Draft(category=code, group="g", reach_m=1.0, text=said, at=MONDAY)
        candidate = Candidate(
            ticket_id=1, category=code, group="g", distance_m=0.0,
            received_at=MONDAY - int(days) * DAY, texts=(there,),
        )  # fmt: skip
        found.append((verdict == "same", score_in_ward(draft, candidate), line))
    return found


def test_what_people_judged() -> None:
    pairs = judged()
    assert len(pairs) >= 80
    offered = [same for same, value, _line in pairs if value >= WARD_THRESHOLD]
    wanted = sum(same for same, _value, _line in pairs)
    precision, recall = sum(offered) / len(offered), sum(offered) / wanted
    tally = oracles.tally("similar reports of a ward")
    tally.update(pairs=len(pairs), precision_percent=round(100 * precision))
    tally.update(recall_percent=round(100 * recall))
    wrong = [f"{v:.2f} {line}" for same, v, line in pairs if same != (v >= WARD_THRESHOLD)]
    assert precision >= GOOD_PRECISION, wrong
    assert recall >= GOOD_RECALL, wrong


def test_words_decide_alone_and_few_are_offered() -> None:
    draft = Draft(category="waste", group="g", reach_m=1.0, text=WORDS, at=MONDAY)
    values = {"category": "waste", "group": "g", "distance_m": 0.0, "received_at": MONDAY}
    unknown = Candidate(ticket_id=1, **values)
    assert score_in_ward(draft, unknown) == 0.0
    many = [Candidate(ticket_id=n, texts=(ALIKE,), **values) for n in range(1, 20)]
    assert [one.ticket_id for one, _ in best_in_ward(draft, many)] == list(range(1, OFFERED + 1))
    other = Candidate(ticket_id=1, texts=(WORDS,), **{**values, "group": "h", "category": "road"})
    assert score_in_ward(draft, other) == 0.0


def there(session: Session, **changes: object) -> Ticket:
    """An open ticket of the ward whose words are public."""
    values = {"place": None, "stated_area": WARD_AREA, "text": ALIKE, **changes}
    ticket = routed_ticket(session, **values)
    return act(session, ticket, "publish", coordinator(session))


def offers(session: Session, words: str = WORDS, area: str = WARD_AREA) -> list[str]:
    forget_kept()
    wanted = Wanted(category=category(session, "waste"), place=None, area=area, text=words)
    found = similar_to(session, wanted, now=MONDAY)
    assert all(entry.metres is None for entry in found)
    return [entry.ticket.reference for entry in found]


def test_the_ward_and_the_words_are_enough(session: Session) -> None:
    pinless, pinned = there(session), there(session, place=IN_WARD, stated_area=None)
    assert set(offers(session)) == {pinless.reference, pinned.reference}
    assert offers(session, words=" ") == offers(session, words="Ổ gà ở dốc nhà thờ") == []
    assert offers(session, area="06781") == offers(session, area="") == []


def _unchecked(session: Session, ticket: Ticket) -> None:
    ticket.content = "pending"


def _private(session: Session, ticket: Ticket) -> None:
    ticket.private = True


def _coarse(session: Session, ticket: Ticket) -> None:
    ticket.coarse = True


def _ended(session: Session, ticket: Ticket) -> None:
    ticket.status = "resolved"


def _about(session: Session, ticket: Ticket) -> None:
    ticket.about_agency_code = ticket.agency_code


def _restricted(session: Session, ticket: Ticket) -> None:
    session.get_one(Category, ticket.category_code).privacy = "restricted"


@pytest.mark.parametrize("change", [_unchecked, _private, _coarse, _ended, _about, _restricted])
def test_what_is_not_public_or_has_ended_is_not_offered(
    session: Session, change: Callable[[Session, Ticket], None]
) -> None:
    ticket = there(session)
    assert offers(session) == [ticket.reference]
    change(session, ticket)
    session.flush()
    session.expire_all()
    assert offers(session) == []


def test_it_is_found_by_its_index_whatever_the_number(session: Session) -> None:
    there(session)
    with statements() as few:
        offers(session)
    for _ in range(20):
        there(session)
    session.expire_all()
    session.execute(text("SET LOCAL enable_seqscan = off"))
    # In so small a table any other index is as cheap: whether this one can serve is asked here.
    others = "SELECT indexname FROM pg_indexes WHERE tablename = 'ticket'"
    others += " AND indexname LIKE 'ix_%' AND indexname <> 'ix_ticket_open_area'"
    for name in list(session.scalars(text(others))):
        session.execute(text(f'DROP INDEX "{name}"'))
    seen: list[tuple[str, dict]] = []

    def note(_c: object, _k: object, statement: str, parameters: dict, *_rest: object) -> None:
        if "newest.*" in statement:
            seen.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with statements() as many:
            assert len(offers(session)) == OFFERED
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(many) <= len(few) + 1, many
    statement, parameters = seen[0]
    lines = session.connection().exec_driver_sql("EXPLAIN " + statement, parameters)
    plan = "\n".join(row[0] for row in lines)
    assert "ix_ticket_open_area" in plan
    assert "Sort Key" not in plan


def test_it_is_offered_again_after_sending_and_joined(session: Session) -> None:
    into = there(session)
    done = submitted(session, place=None, stated_area=WARD_AREA, text="Rác chất đống",
                     address="phía sau chợ Hạ")  # fmt: skip
    wanted = wanted_after(session, done.report)
    assert wanted is not None
    assert (wanted.area, wanted.text) == (WARD_AREA, "Rác chất đống phía sau chợ Hạ")
    assert reports.join_own(session, done.report, into, now=MONDAY) is into
    assert into.reports_count == 2


def test_the_page_of_the_last_questions_offers_it(client: FlaskClient, session: Session) -> None:
    ticket = there(session)
    session.commit()
    forget_kept()
    page = f"/report/{uuid.uuid4()}"
    place = {"stated_area": WARD_AREA, "address": "chợ Hạ"}
    for step, form in (
        ("photo", {}),
        ("place", place),
        ("what", {"category": "waste", "text": WORDS}),
    ):
        assert client.post(f"{page}/{step}", data=form, headers=FORM).status_code == 303
    shown = client.get(f"{page}/details").text
    assert f"/tickets/{ticket.reference}/join" in shown
    assert "trong cùng phường, xã" in shown
