"""The page of one ticket: who sees it, what is on it, which acts it offers."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.schemas import ContactInput
from app.agencies.models import Agency
from app.core.installation import settings
from app.core.time import frozen, now
from app.media.files import copy_path
from app.media.models import Photo
from app.media.service import store
from app.reports.models import ReportPhoto
from app.reports.queries import reports_of
from app.tickets.models import Ticket
from tests.desk.scene import a_ticket, as_, communes, do, enter, member, offered
from tests.factories.tickets import statements
from tests.media.pictures import picture

DAY = timedelta(days=1)
TALK = {"comment", "note", "file_reply"}
WORK = TALK | {
    "pause", "extend", "cooperate", "transfer", "correct", "merge", "resolve", "answer", "entrust",
    "plan", "split",
}  # fmt: skip
CHECK = {"publish", "hide"}


def show(client: FlaskClient, ticket: Ticket, lang: str = "en") -> str:
    answer = client.get(f"/desk/tickets/{ticket.reference}?lang={lang}")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    ("role", "verbs"),
    [
        ("officer", WORK | {"accept", "return"}),
        ("manager", WORK | {"accept", "return", "escalate"}),
        ("crew", {"note", "resolve", "answer"}),
        ("intake", set()),
        (
            "coordinator",
            TALK
            | CHECK
            | {"transfer", "correct", "cooperate", "merge", "split", "escalate", "convert"},
        ),
        ("screener", CHECK | {"note", "convert"}),
    ],
)
def test_acts_on_a_new_ticket(
    client: FlaskClient, session: Session, role: str, verbs: set[str]
) -> None:
    ticket = a_ticket(session)
    as_(client, session, role)
    assert offered(show(client, ticket)) == verbs


def test_acts_follow_the_status(client: FlaskClient, session: Session) -> None:
    ticket, account = a_ticket(session), as_(client, session)
    do(session, ticket, "accept", account)
    assert offered(show(client, ticket)) == WORK
    do(session, ticket, "pause", account, code="weather", until=now() + 5 * DAY)
    assert offered(show(client, ticket)) == {
        "file_reply",
        "resume",
        "entrust",
        "comment",
        "note",
        "extend",
        "cooperate",
        "transfer",
        "correct",
        "merge",
        "plan",
        "split",
    }
    do(session, ticket, "resume", account)
    do(
        session,
        ticket,
        "answer",
        member(session, "manager"),
        code="explained",
        text="Đã giải thích",
    )
    assert offered(show(client, ticket)) == TALK


def test_acts_in_triage(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session, area=None)
    as_(client, session, "coordinator")
    assert offered(show(client, ticket)) == TALK | CHECK | {
        "assign",
        "entrust",
        "correct",
        "merge",
        "split",
        "escalate",
        "answer",
        "convert",
        "decline",
    }


def test_the_likely_act_stands_first_and_the_others_are_folded(
    client: FlaskClient, session: Session
) -> None:
    ticket = a_ticket(session)
    as_(client, session)
    page = show(client, ticket)
    first, others = page.split('id="other-heading"')
    assert offered(first) == {"accept"}
    assert len(re.findall(r'<details class="more" id="\w+">', others)) == len(offered(others))


@pytest.mark.parametrize("role", ["officer", "manager"])
def test_a_foreign_agency_sees_nothing(client: FlaskClient, session: Session, role: str) -> None:
    ticket = a_ticket(session)
    as_(client, session, role, communes(session)[1].code)
    assert client.get(f"/desk/tickets/{ticket.reference}").status_code == 404
    assert client.get("/desk/tickets/nothing").status_code == 404


def test_who_was_asked_to_help_may_read_and_answer(client: FlaskClient, session: Session) -> None:
    ticket, other = a_ticket(session), communes(session)[1].code
    do(session, ticket, "cooperate", member(session), agency_code=other, text="Xe nâng")
    as_(client, session, "officer", other)
    page = show(client, ticket)
    assert "Đèn đường không sáng" in page
    assert offered(page) == {"help_accept", "help_done", "help_return", "note"}


def test_an_administrator_has_no_business_with_tickets(
    client: FlaskClient, session: Session
) -> None:
    ticket = a_ticket(session)
    as_(client, session, "administrator")
    assert client.get(f"/desk/tickets/{ticket.reference}").status_code == 404


def test_a_private_ticket_is_not_for_screeners(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    ticket.private = True
    session.commit()
    as_(client, session, "screener")
    assert client.get(f"/desk/tickets/{ticket.reference}").status_code == 404
    as_(client, session)
    assert "Nothing of this becomes public." in show(client, ticket)


def test_staff_read_the_original(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session, text="Gọi tôi 0912 345 678 nhé", address="Số 5")
    as_(client, session)
    page = show(client, ticket)
    assert "0912 345 678" in page
    assert "Số 5" in page
    assert reports_of(session, ticket.id)[0].public_text not in page


def test_text_of_residents_is_never_markup(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session, text="<script>alert(1)</script>")
    as_(client, session)
    assert "<script>alert" not in show(client, ticket)


def test_answers_to_questions_are_in_words(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session, answers={"what": "pothole", "blocked": "no"})
    as_(client, session)
    page = show(client, ticket)
    assert "Pothole or damaged surface" in page
    assert re.search(r"Can vehicles still pass\?</dt><dd>No</dd>", page)
    other = show(client, a_ticket(session))
    assert "not answered" in other


def test_the_reporter_is_reachable_or_not_and_nothing_more(
    client: FlaskClient, session: Session
) -> None:
    contact = ContactInput(name="Trần Văn Mẫu", email="mau@example.invalid", consent=("updates",))
    reachable = a_ticket(session, contact=contact)
    silent = a_ticket(session)
    as_(client, session)
    page = show(client, reachable)
    assert re.search(r"Reporter reachable</dt><dd>Yes", page)
    assert re.search(r"Reporter reachable</dt><dd>No", show(client, silent))
    assert "mau@example.invalid" not in page
    assert "Trần Văn Mẫu" not in page
    assert 'value="reporter"' in page
    assert 'value="reporter"' not in show(client, silent)


def test_choices_fit_the_verb(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    as_(client, session)
    page = show(client, ticket)
    outcomes = re.search(r'id="resolve-code".*?</select>', page, re.DOTALL)
    assert outcomes is not None
    assert set(re.findall(r'<option value="(\w+)"', outcomes[0])) == {"fixed", "enforced"}
    transfer = re.search(r'id="transfer-agency".*?</select>', page, re.DOTALL)
    assert transfer is not None
    codes = set(re.findall(r'<option value="([^"]+)"', transfer[0]))
    own = session.get_one(Agency, ticket.agency_code)
    parents = {code: session.get_one(Agency, code).parent_code for code in codes}
    assert own.code not in codes
    assert codes
    assert all(
        parent == own.parent_code or code == own.parent_code for code, parent in parents.items()
    )


def test_no_agency_is_offered_that_the_report_is_about(
    client: FlaskClient, session: Session
) -> None:
    about = communes(session)[1].code
    ticket = a_ticket(session, area=None, about_agency=about)
    as_(client, session, "coordinator")
    page = show(client, ticket)
    chosen = re.search(r'id="assign-agency".*?</select>', page, re.DOTALL)
    assert chosen is not None
    assert f'value="{about}"' not in chosen[0]
    assert f'value="{communes(session)[2].code}"' in chosen[0]


def test_every_form_carries_token_and_version(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    as_(client, session)
    forms = re.findall(
        r'<form method="post" action="/desk/tickets.*?</form>', show(client, ticket), re.DOTALL
    )
    assert len(forms) > 5
    for form in forms:
        assert re.search(r'name="csrf_token" value="[\w-]{10,}"', form)
        assert f'name="version" value="{ticket.row_version}"' in form


def test_ids_are_unique_and_labels_belong_to_inputs(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session, area=None)
    as_(client, session, "coordinator")
    for page in (show(client, ticket), client.get("/desk/triage").text):
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'<label for="([^"]+)"', page)) <= set(ids)
        assert {
            one for many in re.findall(r'aria-describedby="([^"]+)"', page) for one in many.split()
        } <= set(ids)


def test_photos_have_addresses_for_this_account_only(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    report = reports_of(session, ticket.id)[0]
    photo = store(session, picture(), now=now())
    session.add(
        ReportPhoto(report_id=report.id, client_uuid=photo.id, photo_id=photo.id, position=0)
    )
    session.commit()
    as_(client, session)
    assert "This photo is being prepared." in show(client, ticket)
    _ready(session, photo)
    page = show(client, ticket)
    address = re.search(r'src="(/desk/photos/[^"]+)"', page)
    assert address is not None
    url = address[1].replace("&amp;", "&")
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.mimetype == "image/jpeg"
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.get(url.split("?")[0]).status_code == 404
    assert client.get(url.replace("-medium", "-large")).status_code == 404
    as_(client, session)  # a colleague
    assert client.get(url).status_code == 404


def test_an_address_of_a_photo_ends(client: FlaskClient, session: Session) -> None:
    ticket, account = a_ticket(session), as_(client, session)
    photo = store(session, picture(), now=now())
    report = reports_of(session, ticket.id)[0]
    session.add(
        ReportPhoto(report_id=report.id, client_uuid=photo.id, photo_id=photo.id, position=0)
    )
    _ready(session, photo)
    address = re.search(r'src="(/desk/photos/[^"]+)"', show(client, ticket))
    assert address is not None
    with frozen(now() + timedelta(minutes=11)):
        enter(client, session, account)
        assert client.get(address[1].replace("&amp;", "&")).status_code == 410


def _ready(session: Session, photo: Photo) -> None:
    for variant in ("medium", "large"):
        file = copy_path(settings().media.folder, photo.id, variant)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(picture())
    photo.state = "ready"
    session.commit()


def test_the_page_costs_the_same_however_long_the_history_is(
    client: FlaskClient, session: Session
) -> None:
    ticket, account = a_ticket(session), as_(client, session)
    do(session, ticket, "accept", account)
    costs = set()
    for _ in range(2):
        show(client, ticket)
        with statements() as seen:
            show(client, ticket)
        costs.add(len(seen))
        for _ in range(5):
            do(session, ticket, "note", account, text="Ghi chú")
    assert len(costs) == 1


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_both_languages(client: FlaskClient, session: Session, lang: str) -> None:
    ticket = a_ticket(session)
    as_(client, session)
    page = show(client, ticket, lang)
    assert ("Việc tiếp theo" in page) == (lang == "vi")
    assert ("What is next" in page) == (lang == "en")
