"""What somebody added is shown or not by itself: the words of the others stay as they are."""

import io
import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Forbidden, NotFound
from app.core.time import now
from app.media.models import Photo
from app.reports import service as reports
from app.reports.models import Report
from app.reports.queries import public_photos, public_words
from app.reports.service import judge_part, waiting_parts
from app.tickets.models import Ticket
from app.tickets.schemas import Command
from app.tickets.verify import Checked, problems
from tests.desk.scene import a_ticket, as_, do, member, post
from tests.factories.tickets import command, coordinator, events, officer
from tests.journeys.way import photo

LEAD, ADDED, SECOND = "Rác chất đống", "Tôi cũng thấy, sau chợ", "Ông Tư đổ ra đấy"


def joined(session: Session, ticket: Ticket, text: str = ADDED, *, photos: int = 0) -> Report:
    """A report that joined, with photos that are ready."""
    sent = command(category=ticket.category_code, text=text)
    report = reports.join(session, sent, ticket, now=now()).report
    for _ in range(photos):
        photographed(session, report)
    return report


def photographed(session: Session, report: Report) -> None:
    """A photo of a report, ready to be shown."""
    sent = io.BytesIO(photo("red"))
    attached, _again = reports.put_photo(session, report, uuid.uuid4(), sent, now=now())
    session.get_one(Photo, attached.photo_id).state = "ready"
    session.flush()


@pytest.fixture
def ticket(session: Session) -> Ticket:
    """A ticket whose own words were checked and are public."""
    found = a_ticket(session, text=LEAD)
    do(session, found, "publish", member(session, "coordinator"))
    return found


def verdict(
    session: Session, ticket: Ticket, verb: str, part: int = 2, *, code: str | None = None
) -> Ticket:
    order = Command(reference=ticket.reference, verb=verb, expected_version=ticket.row_version,
                    code=code, part=part)  # fmt: skip
    return judge_part(session, order, actor=coordinator(session), now=now())


def shown(session: Session, ticket: Ticket) -> list[str]:
    session.expire_all()
    return list(public_words(session, ticket).values())


def test_an_addition_is_published_by_itself(session: Session, ticket: Ticket) -> None:
    added = joined(session, ticket, photos=1)
    joined(session, ticket, SECOND)
    assert shown(session, ticket) == [LEAD]
    assert set(waiting_parts(session, ticket).values()) == {2, 3}
    verdict(session, ticket, "publish")
    assert shown(session, ticket) == [LEAD, ADDED]
    assert len(public_photos(session, ticket)) == 1
    # The other one waits, and so does the ticket.
    assert set(waiting_parts(session, ticket).values()) == {3}
    assert ticket.checked_at is None
    assert added.part_checked_at is not None
    assert events(session, ticket)[-1].params == {"part": 2}


def test_an_addition_is_hidden_by_itself(session: Session, ticket: Ticket) -> None:
    joined(session, ticket, SECOND, photos=1)
    before = ticket.content, ticket.hidden_code
    verdict(session, ticket, "hide", code="insult")
    assert shown(session, ticket) == [LEAD]
    assert public_photos(session, ticket) == []
    assert (ticket.content, ticket.hidden_code) == before == ("published", None)
    # Nothing else waits: the ticket has been looked at, and stays so.
    assert ticket.checked_at is not None
    assert waiting_parts(session, ticket) == {}
    do(session, ticket, "publish", member(session, "coordinator"))
    assert shown(session, ticket) == [LEAD]
    assert list(problems(session, now(), Checked())) == []


def test_words_that_came_later_are_a_matter_of_the_whole_ticket(
    session: Session, ticket: Ticket
) -> None:
    added = joined(session, ticket)
    reports.add_words(session, added, "Hôm nay vẫn còn", now=now())
    assert ticket.content == "pending"
    with pytest.raises(NotFound):
        verdict(session, ticket, "publish")
    # Where words are looked at afterwards the addition has its verdict, and the ticket waits on.
    ticket.content = "published"
    verdict(session, ticket, "publish")
    assert ticket.checked_at is None


def test_photos_that_came_later_are_judged_again(session: Session, ticket: Ticket) -> None:
    added = joined(session, ticket)
    joined(session, ticket, SECOND)
    verdict(session, ticket, "publish")
    photographed(session, added)
    assert public_photos(session, ticket) == []
    assert set(waiting_parts(session, ticket).values()) == {2, 3}
    verdict(session, ticket, "publish")
    assert len(public_photos(session, ticket)) == 1


def test_only_what_waits_is_judged(session: Session, ticket: Ticket) -> None:
    added = joined(session, ticket)
    for part in (0, 1, 3, 99):
        with pytest.raises(NotFound):
            verdict(session, ticket, "publish", part)
    with pytest.raises(NotFound):
        verdict(session, ticket, "note")
    with pytest.raises(Conflict):
        verdict(session, ticket, "hide")  # without a reason
    order = Command(reference=ticket.reference, verb="publish", expected_version=0, part=2)
    with pytest.raises(Conflict, match="changed_meanwhile"):
        judge_part(session, order, actor=coordinator(session), now=now())
    order = Command(reference=ticket.reference, verb="publish", part=2,
                    expected_version=ticket.row_version)  # fmt: skip
    with pytest.raises((Conflict, Forbidden, NotFound)):
        judge_part(session, order, actor=officer(session), now=now())
    reports.withdraw(session, added, now=now())
    with pytest.raises(NotFound):
        verdict(session, ticket, "publish")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_screen_has_a_verdict_for_each(
    client: FlaskClient, session: Session, ticket: Ticket, lang: str
) -> None:
    joined(session, ticket)
    joined(session, ticket, SECOND)
    session.commit()
    as_(client, session, "screener")
    client.set_cookie("lang", lang)
    page = client.get(f"/desk/check/{ticket.reference}").text
    assert {"vi": "Công khai nội dung bổ sung này", "en": "Publish this addition"}[lang] in page
    path = f"/desk/tickets/{ticket.reference}/parts/3/hide"
    assert f'action="{path}"' in page
    answer = post(client, path, version=str(ticket.row_version), code="insult")
    assert answer.headers["Location"].startswith(f"/desk/check/{ticket.reference}")
    session.refresh(ticket)
    path = f"/desk/tickets/{ticket.reference}/parts/2/publish"
    assert post(client, path, version=str(ticket.row_version)).status_code == 303
    client.delete_cookie("desk")
    public = client.get(f"/tickets/{ticket.reference}").text
    assert ADDED in public
    assert LEAD in public
    assert SECOND not in public
    words = {
        "vi": "Đã kiểm tra nội dung người dân bổ sung",
        "en": "What somebody added was checked",
    }
    assert words[lang] in public
