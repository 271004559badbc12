"""The receipt: which way news come, and what becomes of what may be a legal complaint."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Consent
from app.catalog.queries import profile
from app.core import installation
from app.reports.legal import LegalKind
from app.reports.service import submit
from app.routing.service import route_pending
from config import Settings
from tests.desk.scene import FORM
from tests.factories.tickets import MONDAY, command

Configure = Callable[..., None]


@pytest.fixture
def ways(settings: Settings) -> Iterator[Configure]:
    """Switches ways on, into files."""

    def on(*names: str) -> None:
        changes = {name: replace(getattr(settings, name), kind="file") for name in names}
        installation.configure(replace(settings, **changes))  # type: ignore[arg-type]

    yield on
    installation.configure(settings)


def receipt(session: Session, kind: LegalKind | None = None) -> str:
    done = submit(session, command(legal_kind=kind), now=MONDAY)
    session.commit()
    return f"/sent/{done.ticket.reference}/{done.signature}"


@pytest.mark.parametrize(
    ("names", "vi", "en", "noted"),
    [
        ((), "qua thư điện tử<", "by e-mail<", "email"),
        (("sms",), "qua SMS hoặc thư điện tử<", "by SMS or e-mail<", "sms+email"),
        (("sms", "zalo", "push"), "qua Zalo, SMS hoặc thư điện tử<", "by Zalo, SMS, or e-mail<",
         "zalo+sms+email"),
    ],
)  # fmt: skip
def test_the_box_names_the_ways_and_the_proof_keeps_them(
    client: FlaskClient, session: Session, ways: Configure,
    names: tuple[str, ...], vi: str, en: str, noted: str,
) -> None:  # fmt: skip
    ways(*names)
    path = receipt(session)
    for lang, words in (("vi", vi), ("en", en)):
        assert words in client.get(path, headers={"Accept-Language": lang}).text
    follow = path.replace("/sent/", "/follow/")
    assert vi in client.get(follow).text
    given = {"email": "lan@people.example", "consent_updates": "1", "consent_text": "2026-11b"}
    assert client.post(f"{follow}/contact", data=given, headers=FORM).status_code == 303
    consent = session.scalars(select(Consent)).one()
    assert consent.text_version == f"2026-11b {noted}"


@pytest.mark.parametrize("kind", [LegalKind.DECISION, LegalKind.PERSON, LegalKind.UNANSWERED])
def test_a_legal_complaint_is_told_its_own_way(
    client: FlaskClient, session: Session, kind: LegalKind
) -> None:
    assert "legal-ways" in profile(session).pages
    page = client.get(receipt(session, kind), headers={"Accept-Language": "en"}).text
    assert 'href="/pages/legal-ways"' in page
    assert "on its way to the responsible agency" not in page


def test_an_ordinary_report_is_told_nothing_of_it(client: FlaskClient, session: Session) -> None:
    page = client.get(receipt(session), headers={"Accept-Language": "en"}).text
    assert "legal-ways" not in page
    assert "on its way to the responsible agency" in page


def test_it_waits_until_it_is_routed_and_then_tells_where(
    client: FlaskClient, session: Session
) -> None:
    client.set_cookie("lang", "en")
    done = submit(session, command(), now=MONDAY)
    session.commit()
    path = f"/sent/{done.ticket.reference}/{done.signature}"
    page = client.get(path).text
    assert "data-waiting" in page
    assert f'<a href="{path}">Look again</a>' in page
    while route_pending(session, now=MONDAY):
        pass
    session.commit()
    page = client.get(path).text
    assert "data-waiting" not in page
    for words in ("Responsible agency", "Why this agency", "Answer or result by", "First reply by"):
        assert words in page, words
