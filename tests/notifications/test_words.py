"""Every message in both languages: complete, in one piece, without what must not be in it."""

import pytest

from app.core.words.i18n import use_language
from app.notifications.plan import Template
from app.notifications.words import Facts, words_for

FACTS = Facts(
    service="SERVICE",
    link="https://city.example/follow/AB-26-7F3K2M/sig",
    name="NAME",
    waiting="WAITING",
    reference="AB-26-7F3K2M",
    category="CATEGORY",
    area="AREA",
    agency="AGENCY",
    reason="REASON",
    status="STATUS",
    reply_due="REPLYDUE",
    due="DUE",
    new_due="NEWDUE",
    ended="ENDED",
    planned="PLANNED",
    other_reference="AB-26-OTHER2",
    text="TEXT",
    code="123456",
    end_link="https://city.example/following/1.sig/end",
)
AGENCY = [template for template in Template if template.startswith("agency_")]
ACCOUNT = [Template.INVITATION, Template.PASSWORD_RESET]
PROOF = [Template.CODE, Template.REPORTS_LINK, Template.REQUEST_RECEIPT,
         Template.REQUEST_ANSWERED]  # fmt: skip
FOLLOWER = [template for template in Template if template.startswith(("follow", "notice_"))]
OTHERS = [*AGENCY, *ACCOUNT, *PROOF, *FOLLOWER]
REPORTER = [template for template in Template if template not in OTHERS]


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("template", list(Template))
def test_every_message_has_words(template: Template, lang: str) -> None:
    with use_language(lang):
        words = words_for(template, FACTS)
    assert "\n" not in words.subject
    assert "%(" not in words.subject + words.body()
    assert (FACTS.code if template is Template.CODE else FACTS.link) in words.body()
    assert "SERVICE" in words.body()


@pytest.mark.parametrize("template", list(Template))
def test_languages_differ(template: Template) -> None:
    with use_language("en"):
        english = words_for(template, FACTS)
    with use_language("vi"):
        vietnamese = words_for(template, FACTS)
    assert english.subject != vietnamese.subject
    for one, other in zip(english.paragraphs, vietnamese.paragraphs, strict=True):
        assert one != other or one in {FACTS.link, "TEXT", "WAITING", "-- \nSERVICE"}


@pytest.mark.parametrize("template", AGENCY)
def test_agencies_never_get_the_text(template: Template) -> None:
    with use_language("en"):
        body = words_for(template, FACTS).body()
    assert "TEXT" not in body
    assert "NAME" not in body


def test_the_receipt_says_who_why_and_by_when() -> None:
    with use_language("en"):
        body = words_for(Template.RECEIPT, FACTS).body()
    for part in ("AB-26-7F3K2M", "AGENCY", "REASON", "DUE", FACTS.link):
        assert part in body


@pytest.mark.parametrize("template", [*REPORTER, *AGENCY])
def test_private_tickets_say_nothing(template: Template) -> None:
    facts = Facts(
        service="SERVICE",
        link="L",
        reference="R",
        category="CATEGORY",
        area="AREA",
        agency="AGENCY",
        private=True,
    )
    with use_language("en"):
        words = words_for(template, facts)
    assert "CATEGORY" not in words.subject + words.body()
    assert "AREA" not in words.body()


def test_what_is_unknown_leaves_no_empty_lines() -> None:
    with use_language("en"):
        body = words_for(Template.RECEIPT, Facts(service="S", link="L", reference="R")).body()
    assert "\n\n\n" not in body
    assert ": \n" not in body


@pytest.mark.parametrize("template", [one for one in FOLLOWER if one is not Template.FOLLOW_LINK])
def test_who_follows_can_end_it_from_each_message(template: Template) -> None:
    with use_language("en"):
        body = words_for(template, FACTS).body()
    assert FACTS.end_link in body
    assert "your report" not in body.lower()
