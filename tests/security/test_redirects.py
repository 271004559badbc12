"""What a page is asked to lead to stays on this site, whatever is asked."""

import re
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.service import set_password
from app.core.time import now
from app.core.web.forms import local_path, report_path
from tests.desk.scene import FORM, a_ticket, act, as_, enter, member, post

ROOT = Path(__file__).parents[2]
HERE = "http://localhost"
PASSWORD = "a long day at the desk"
AWAY = (
    "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example",
    "\\/evil.example", "https:evil.example", "https://evil.example", "http:/\\evil.example",
    "//evil.example/%2f..", "/%5cevil.example", "%2f%2fevil.example", "/%2f%2fevil.example",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,x",
    "/\t/evil.example", "/\n/evil.example", "\t//evil.example", " //evil.example", "\x00//evil",
    "/\x0b/evil.example", "/ /evil.example", "/\u2028/evil.example", "//evil.example@localhost",
    "http://localhost@evil.example", "@evil.example", ".evil.example", "//localhost:80@evil.example",
    "/.//evil.example", "/..//evil.example", "/;//evil.example", "//%0d%0aevil.example",
    "/x\r\nLocation: https://evil.example", "//[::1", "//①②.example", "/／evil.example",
    "／／evil.example", "https:///evil.example", "?//evil.example", "#//evil.example", "mailto:a@b",
)  # fmt: skip


def away(wanted: str) -> bool:
    """Whether a browser that gets this as its Location leaves the site.

    As the URL standard reads it: tabs and line ends are dropped, `\\` is `/`.
    """
    read = re.sub(r"[\t\r\n]", "", wanted.strip("\x00- ")).replace("\\", "/")
    parts = urlsplit(urljoin(HERE + "/desk/sign-in", read))
    return (parts.scheme, parts.netloc) != ("http", "localhost")


@pytest.mark.parametrize("wanted", AWAY)
def test_no_path_leads_away(wanted: str) -> None:
    for found in (local_path(wanted), report_path(wanted)):
        assert found == "" or (found.startswith("/") and not away(found)), found


def test_a_path_of_this_site_is_followed() -> None:
    for path in ("/desk", "/desk?tab=all&q=%C4%91", "/report/x", "/tickets/QN-26-222222/join"):
        assert local_path(path) == path


@pytest.mark.parametrize("wanted", AWAY)
def test_every_way_in_leads_to_this_site(
    client: FlaskClient, session: Session, wanted: str
) -> None:
    account = member(session)
    set_password(session, account, PASSWORD, now=now())
    session.commit()
    email = account.email
    asked = f"next={quote(wanted)}"
    answers = [
        client.post(
            f"/desk/sign-in?{asked}",
            data={"email": email, "password": PASSWORD, "next": wanted}, headers=FORM,
        ),
        client.get(f"/desk/sign-in?{asked}"),
    ]  # fmt: skip
    enter(client, session, account)
    answers.append(post(client, f"/desk/prove?{asked}", password=PASSWORD, next=wanted))
    for answer in answers:
        assert answer.status_code in {302, 303}
        assert not away(answer.headers["Location"]), answer.headers["Location"]


@pytest.mark.parametrize("wanted", AWAY)
def test_no_form_carries_it_on(client: FlaskClient, wanted: str) -> None:
    for page in ("/desk/sign-in", "/desk/password/forgotten", "/my-reports"):
        text = client.get(f"{page}?next={quote(wanted)}").text
        for value in re.findall(r'(?:name="next" value|href|action)="([^"]*)"', text):
            allowed = value.startswith(("https://", "tel:")) and "evil" not in value
            assert allowed or value == "" or not away(value), value


def test_the_way_back_of_a_desk_form_is_a_name(client: FlaskClient, session: Session) -> None:
    as_(client, session)
    for wanted in AWAY[:12]:
        ticket = a_ticket(session)
        answer = act(client, ticket, "accept", back=wanted, after=wanted)
        assert answer.headers["Location"].startswith(f"/desk/tickets/{ticket.reference}")


def test_no_redirect_follows_what_somebody_sent() -> None:
    """Every place that reads an address to lead to reads it through `local_path`."""
    reads = re.compile(
        r'(\w*)\(?request\.(?:args|form|values|headers)(?:\.get\(|\[)\s*"'
        r'(next|back|url|return|return_to|goto|continue|redirect|dest|referer|to)"',
        re.IGNORECASE,
    )
    found = {}
    for path in sorted((ROOT / "app").rglob("*.py")):
        for through, name in reads.findall(path.read_text("utf-8")):
            found.setdefault(name, set()).add(through)
    assert found.pop("next") <= {"local_path", "report_path"}
    # `back` is compared with names of lists, `to` would be an account.
    assert set(found) <= {"back", "to"}, found
    text = "\n".join(path.read_text("utf-8") for path in (ROOT / "app").rglob("*.py"))
    assert "request.referrer" not in text
    assert "Referer" not in re.sub(r'""".*?"""|#.*', "", text, flags=re.DOTALL)
