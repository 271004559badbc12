"""The way of a report without any script: each step is kept, nothing that was typed is lost."""

import io
import re
import uuid
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.core.installation import settings
from app.core.time import frozen, now
from app.media import files, service, waiting
from app.media.models import Photo
from app.reports.models import Report, ReportDraft, ReportPhoto
from app.reports.queries import draft
from app.reports.service import save_draft, sweep_drafts
from tests.desk.scene import FORM
from tests.media.pictures import SVG, picture

TYPED = "Rác chất đống trước cổng trường"
HERE = {"lat": "20.951", "lon": "107.08", "accuracy_m": "12", "address": "đối diện cổng chợ"}


@pytest.fixture(autouse=True)
def english(client: FlaskClient) -> None:
    client.set_cookie("lang", "en")


@pytest.fixture
def key() -> uuid.UUID:
    return uuid.uuid4()


def leave(
    client: FlaskClient, key: uuid.UUID, step: str, *photos: bytes, query: str = "", **form: object
) -> TestResponse:
    """Press the button of a step."""
    body = dict(form)
    if step == "photo":
        body["photos"] = [(io.BytesIO(photo), f"IMG_{n}.jpg") for n, photo in enumerate(photos)]
    return client.post(f"/report/{key}/{step}{query}", data=body, headers=FORM)


def kept(page: str) -> list[str]:
    return re.findall(r'name="kept" value="([^"]+)" checked', page)


def see(client: FlaskClient, key: uuid.UUID, step: str) -> str:
    answer = client.get(f"/report/{key}/{step}")
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def reports(session: Session) -> list[Report]:
    return list(session.scalars(select(Report)))


def led(answer: TestResponse) -> str:
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].rpartition("/")[2]


def test_the_whole_way(client: FlaskClient, session: Session, key: uuid.UUID) -> None:
    assert led(leave(client, key, "photo", picture())) == "place"
    assert led(leave(client, key, "place", **HERE)) == "what"
    assert led(leave(client, key, "what", text=TYPED, category="waste", urgent="no")) == "details"
    answers = {"answers.what": ["household", "rubble"], "answers.since": "2026-11-02"}
    assert led(leave(client, key, "details", **answers)) == "check"
    page = see(client, key, "check")
    for words in (
        "1 photo", "đối diện cổng chợ · 20.951, 107.08", TYPED, "Waste and litter",
        "What kind of waste is it? Household waste, Building rubble", "2026-11-02",
        "Public at once: the place", "after a person has checked them",
    ):  # fmt: skip
        assert words in page, words
    sent = leave(client, key, "check")
    assert "/sent/" in sent.headers["Location"]
    (report,) = reports(session)
    assert report.idempotency_key == key
    assert (report.channel, report.category_code, report.text) == ("web", "waste", TYPED)
    assert report.answers == {"what": ["household", "rubble"], "since": "2026-11-02"}
    assert (report.accuracy_m, report.address) == (12, "đối diện cổng chợ")
    assert len(session.scalars(select(ReportPhoto)).all()) == 1
    assert session.scalars(select(ReportDraft)).all() == []
    assert [photo.form_key for photo in session.scalars(select(Photo))] == [None]


def test_a_sent_report_is_sent_once_and_every_page_leads_to_its_receipt(
    client: FlaskClient, session: Session, key: uuid.UUID
) -> None:
    leave(client, key, "what", text=TYPED, category="other")
    receipt = leave(client, key, "check").headers["Location"]
    for step in ("photo", "place", "what", "details", "check"):
        assert client.get(f"/report/{key}/{step}").headers["Location"] == receipt
        assert leave(client, key, step, text="Anderes").headers["Location"] == receipt
    assert len(reports(session)) == 1
    assert session.scalars(select(ReportDraft)).all() == []
    assert client.get(receipt).status_code == 200


@pytest.mark.parametrize("step", ["photo", "place", "what", "details", "check"])
def test_a_page_can_be_opened_again_with_what_was_typed(
    client: FlaskClient, key: uuid.UUID, step: str
) -> None:
    leave(client, key, "photo", picture())
    leave(client, key, "place", **HERE, stated_area="06685")
    leave(client, key, "what", text=TYPED, category="waste", urgent="yes")
    leave(client, key, "details", **{"answers.what": "rubble"})
    page = see(client, key, step)
    for there in {
        "photo": ["need not be chosen again"],
        "place": ['value="20.951"', 'value="đối diện cổng chợ"', 'value="06685" selected'],
        "what": [TYPED, 'value="yes" checked', 'value="waste" checked'],
        "details": ['value="rubble" checked', "Call first:", "tel:113"],
        "check": [TYPED, "Danger right now"],
    }[step]:
        assert there in page, there


def test_only_the_first_step_without_a_page_before_it(client: FlaskClient, key: uuid.UUID) -> None:
    leave(client, key, "what", text=TYPED, category="other")
    backs = {}
    for step in ("photo", "place", "what", "check"):
        found = re.search(r'class="flow-back" href="/report/[^"/]+/(\w+)"', see(client, key, step))
        backs[step] = found and found[1]
    assert backs == {"photo": None, "place": "photo", "what": "place", "check": "what"}


def test_putting_one_thing_right_leads_back_to_the_end(client: FlaskClient, key: uuid.UUID) -> None:
    leave(client, key, "what", text=TYPED, category="other")
    page = client.get(f"/report/{key}/place?check=1").text
    assert f'action="/report/{key}/place?check=1"' in page
    assert led(leave(client, key, "place", query="?check=1", **HERE)) == "check"
    changed = leave(client, key, "what", query="?check=1", text=TYPED, category="waste")
    assert led(changed) == "details?check=1"


def test_what_was_answered_goes_with_its_category(
    client: FlaskClient, session: Session, key: uuid.UUID
) -> None:
    leave(client, key, "what", text=TYPED, category="admin")
    leave(client, key, "details", about_agency="SXD", **{"answers.file_number": "H-1"})
    leave(client, key, "what", text="Khác", category="admin")
    assert draft(session, key, now=now())["about_agency"] == "SXD"
    leave(client, key, "what", text=TYPED, category="road")
    assert (draft(session, key, now=now()) or {})["answers"] == {}
    leave(client, key, "check")
    (report,) = reports(session)
    assert (report.about_agency_code, report.answers) == (None, {})


def test_a_photo_is_enough(client: FlaskClient, session: Session, key: uuid.UUID) -> None:
    leave(client, key, "photo", picture())
    assert led(leave(client, key, "what", text="", category="other")) == "check"
    assert "/sent/" in leave(client, key, "check").headers["Location"]
    assert reports(session)[0].text is None


def test_neither_words_nor_a_photo_is_refused_and_so_is_no_category(
    client: FlaskClient, session: Session, key: uuid.UUID
) -> None:
    refused = leave(client, key, "what", text="", urgent="yes")
    assert refused.status_code == 422
    assert "or add a photo" in refused.text
    assert "Please choose what it is about." in refused.text
    assert 'value="yes" checked' in refused.text
    assert draft(session, key, now=now()) is None


@pytest.mark.parametrize(
    ("step", "form", "words"),
    [
        ("place", {"lat": "21.60", "lon": "107.98", "address": TYPED}, "Dongxing"),
        ("place", {"lat": "999", "lon": "107.98", "address": TYPED}, "does not exist"),
        ("place", {"lat": "20.9", "address": TYPED}, "both latitude and longitude"),
        ("what", {"text": TYPED + "x" * 4_000, "category": "other"}, "at most 4000"),
        ("what", {"text": TYPED, "category": "gone"}, "does not exist"),
    ],
)
def test_what_is_wrong_is_told_on_its_own_page(
    client: FlaskClient, session: Session, key: uuid.UUID, step: str, form: dict[str, str],
    words: str,
) -> None:  # fmt: skip
    refused = leave(client, key, step, **form)
    assert refused.status_code == 422
    assert words in refused.text
    assert TYPED in refused.text
    assert draft(session, key, now=now()) is None


def test_a_wrong_answer_is_told_on_its_own_page(client: FlaskClient, key: uuid.UUID) -> None:
    leave(client, key, "what", text=TYPED, category="lighting")
    refused = leave(client, key, "details", **{"answers.lamps": "viele"})
    assert refused.status_code == 422
    assert "does not fit the question" in refused.text
    assert 'value="viele"' in refused.text


@pytest.mark.parametrize(
    ("body", "page"),
    [
        ({"category": "other", "text": "x", "lat": "21.60", "lon": "107.98"}, "Where is it?"),
        ({"category": "gone", "text": "x"}, "What is it?"),
        ({"category": "waste", "text": "x", "answers": {"what": "gold"}}, "Good to know"),
        ({"lat": "20.951", "lon": "107.08"}, "What is it?"),
        ({"category": "other", "text": "x", "stated_area": "nowhere"}, "Where is it?"),
    ],
)
def test_a_refused_report_leads_to_what_can_be_put_right(
    client: FlaskClient, session: Session, key: uuid.UUID, body: dict[str, object], page: str
) -> None:
    save_draft(session, key, body, now=now())
    session.commit()
    client.set_cookie("draft", str(key), path="/report")
    refused = leave(client, key, "check")
    assert refused.status_code == 422
    assert f'tabindex="-1">{page}</h1>' in refused.text
    assert "error-summary" in refused.text
    assert reports(session) == []
    assert draft(session, key, now=now()) == body


def test_photos_wait_and_one_that_is_taken_out_is_gone(
    client: FlaskClient, session: Session, key: uuid.UUID
) -> None:
    leave(client, key, "photo", picture(), picture(size=(9, 9)))
    stays, goes = kept(see(client, key, "photo"))
    lost = files.original_path(settings().media.folder, uuid.UUID(goes))
    assert lost.is_file()
    leave(client, key, "photo", kept=[stays])
    assert not lost.exists()
    leave(client, key, "what", category="other")
    leave(client, key, "check")
    attached = session.scalars(select(ReportPhoto)).all()
    assert [str(row.photo_id) for row in attached] == [stays]


def test_the_bad_photo_is_named_and_the_good_one_waits(
    client: FlaskClient, session: Session, key: uuid.UUID
) -> None:
    refused = leave(client, key, "photo", picture(), SVG)
    assert refused.status_code == 422
    assert "IMG_1.jpg: This file is not a photo." in refused.text
    assert "IMG_0.jpg" not in refused.text
    assert len(kept(refused.text)) == 1
    again = leave(client, key, "photo", SVG, kept=kept(refused.text))
    assert kept(again.text) == kept(refused.text)
    assert len(session.scalars(select(Photo)).all()) == 1


def test_photos_of_another_form_cannot_be_had(
    client: FlaskClient, session: Session, key: uuid.UUID
) -> None:
    other = uuid.uuid4()
    leave(client, other, "photo", picture())
    theirs = kept(see(client, other, "photo"))
    leave(client, key, "photo", kept=theirs)
    assert kept(see(client, key, "photo")) == []
    assert kept(see(client, other, "photo")) == theirs


def test_the_same_photo_waits_once_and_not_too_many(client: FlaskClient, key: uuid.UUID) -> None:
    limit = settings().media.max_files
    shots = [picture(size=(9, 9 + number)) for number in range(limit + 1)]
    leave(client, key, "photo", shots[0], shots[0])
    there = kept(see(client, key, "photo"))
    assert len(there) == 1
    refused = leave(client, key, "photo", *shots, kept=there)
    assert len(kept(refused.text)) == limit
    assert f"IMG_{limit}.jpg: At most {limit} photos can be added." in refused.text


def test_a_draft_and_its_photos_are_swept_together(session: Session, key: uuid.UUID) -> None:
    moment = now()
    save_draft(session, key, {"text": TYPED}, now=moment)
    photo = waiting.keep(session, key, io.BytesIO(picture()), now=moment)
    session.commit()
    end = moment + waiting.WAIT
    assert sweep_drafts(session, now=end - timedelta(seconds=1), limit=9) == 0
    assert waiting.sweep(session, now=end - timedelta(seconds=1)) == 0
    # A step that is kept later gives it no longer life.
    save_draft(session, key, {"urgent": "no"}, now=end - timedelta(seconds=1))
    assert draft(session, key, now=end) is None
    assert sweep_drafts(session, now=end, limit=9) == 1
    assert waiting.sweep(session, now=end) == 1
    assert session.get(Photo, photo.id) is None


def test_a_draft_that_is_gone_says_so_and_its_last_page_begins_it_anew(
    client: FlaskClient, session: Session, key: uuid.UUID
) -> None:
    moment = now()
    leave(client, key, "place", **HERE)
    with frozen(moment + waiting.WAIT + timedelta(minutes=1)):
        answer = client.get(f"/report/{key}/what")
        assert answer.status_code == 404
        assert "Please begin again." in answer.text
        assert leave(client, key, "check").status_code == 404
    session.commit()
    sweep_drafts(session, now=moment + waiting.WAIT + timedelta(minutes=1), limit=9)
    assert led(leave(client, key, "what", text=TYPED, category="other")) == "check"


def test_a_browser_finds_what_it_has_begun(client: FlaskClient, key: uuid.UUID) -> None:
    assert 'flow-unfinished" hidden' in client.get("/report").text
    answer = leave(client, key, "photo", picture())
    (cookie,) = [value for name, value in answer.headers if name == "Set-Cookie"]
    assert cookie.startswith(f"draft={key};")
    for word in ("HttpOnly", "SameSite=Lax", "Path=/report", "Max-Age=86400"):
        assert word in cookie
    page = client.get("/report").text
    assert 'flow-unfinished">' in page
    assert f"/report/{key}/photo" in page
    assert len(kept(page)) == 1
    # A link to a category begins another one.
    assert f"/report/{key}/photo" not in client.get("/report?category=waste").text


def test_what_was_begun_can_be_deleted(
    client: FlaskClient, session: Session, key: uuid.UUID
) -> None:
    leave(client, key, "photo", picture())
    leave(client, key, "place", **HERE)
    answer = client.post(f"/report/{key}/discard", headers=FORM)
    assert answer.headers["Location"] == "/report"
    assert session.scalars(select(ReportDraft)).all() == []
    assert session.scalars(select(Photo)).all() == []
    assert 'flow-unfinished" hidden' in client.get("/report").text
    assert client.get(f"/report/{key}/place").status_code == 404


def test_a_link_chooses_the_category(client: FlaskClient, key: uuid.UUID) -> None:
    page = client.get("/report?category=waste").text
    assert '<input type="hidden" name="category" value="waste">' in page
    leave(client, key, "photo", category="waste")
    page = see(client, key, "what")
    assert 'name="category" value="waste" checked' in page
    assert page.count('value="waste"') == 1


@pytest.mark.parametrize("category", ["gone", "a\0b", "x" * 65, "x" * 500])
def test_a_link_to_a_category_that_is_gone_chooses_none(client: FlaskClient, category: str) -> None:
    page = client.get("/report", query_string={"category": category})
    assert page.status_code == 200
    assert 'name="category" value=' not in page.text.split("</form>")[0]


def test_danger_is_a_claim(client: FlaskClient, session: Session, key: uuid.UUID) -> None:
    leave(client, key, "what", text=TYPED, category="other", urgent="yes")
    leave(client, key, "check")
    assert reports(session)[0].urgent_claim


def test_a_strangers_draft_opens_in_no_other_browser(
    client: FlaskClient, session: Session, key: uuid.UUID
) -> None:
    """Else who hands out a link to a draft reads what somebody adds, and gets the private link."""
    leave(client, key, "place", **HERE)
    other = client.application.test_client()
    assert other.get(f"/report/{key}/what").status_code == 404
    leave(client, key, "what", text=TYPED, category="other")
    assert leave(other, key, "check").status_code == 404
    assert "/sent/" in leave(client, key, "check").headers["Location"]
    for answer in (
        other.get(f"/report/{key}/check"), leave(other, key, "check"), leave(other, key, "what"),
    ):  # fmt: skip
        assert answer.status_code == 404
    assert "/sent/" in client.get(f"/report/{key}/what").headers["Location"]
    assert len(reports(session)) == 1


def test_two_drafts_in_one_browser(client: FlaskClient, key: uuid.UUID) -> None:
    second = uuid.uuid4()
    leave(client, key, "place", **HERE)
    leave(client, second, "place", **HERE)
    assert see(client, key, "what")
    assert see(client, second, "what")


def test_what_no_step_checks_fills_no_disk(
    client: FlaskClient, session: Session, key: uuid.UUID
) -> None:
    leave(client, key, "photo", picture(), website="x" * 150_000)
    (row,) = session.scalars(select(ReportDraft))
    assert len(row.body["website"]) == 4_000


def test_photos_that_wait_are_shown_to_their_sender_only(
    client: FlaskClient, session: Session, key: uuid.UUID
) -> None:
    leave(client, key, "photo", picture())
    leave(client, key, "what", category="other")
    (photo,) = session.scalars(select(Photo))
    address = f"/report/{key}/photos/{photo.id}.jpg"
    assert address not in see(client, key, "check")
    assert client.get(address).status_code == 404, "no copy of it is made yet"
    for lease in service.lease_stored(session, now=now(), limit=10):
        service.record(session, lease, service.prepare(lease), now=now())
    session.commit()
    assert address in see(client, key, "check")
    answer = client.get(address)
    assert answer.data.startswith(b"\xff\xd8\xff")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert client.application.test_client().get(address).status_code == 404
    second = uuid.uuid4()
    leave(client, second, "place", **HERE)
    assert client.get(f"/report/{second}/photos/{photo.id}.jpg").status_code == 404
    leave(client, key, "check")
    assert client.get(address).status_code == 404
