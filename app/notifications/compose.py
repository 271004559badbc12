"""From a delivery to the message itself: the only place where addresses are opened.

1. Who cannot or does not want to be reached any more gets nothing: `Unwanted` with a code. What
   would ring at night waits: `NotYet`. Urgent matters ring at any time, and so does what somebody
   has asked for. Short messages go to mobiles of the chosen countries only.
2. The language is the recipient's: the contact's, the account's, or the city's first.
3. What an agency wrote goes to the reporter of an open ticket; of a private one, only the link.
   Who joined it, or reported what was merged into it, gets the copy that the public reads.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.accounts.contacts import consents_of, open_contact
from app.accounts.models import Account, Contact, ContactProof
from app.accounts.reach.phones import is_texted
from app.accounts.reach.quiet import quiet_until
from app.accounts.reach.ways import BY_PHONE, EMAIL, PUSH, RINGING, SMS, texted_regions
from app.agencies.models import Agency
from app.catalog.models import Area, Category, Severity
from app.catalog.profile import Profile
from app.catalog.queries import profile
from app.core.installation import settings
from app.core.time import now
from app.core.words.i18n import instant, pick, translate, use_language
from app.following.models import Follower
from app.notifications.channels import Message
from app.notifications.models import Delivery
from app.notifications.plan import Template
from app.notifications.queries import CONSENT
from app.notifications.recipients import agencies, authors, followers
from app.notifications.recipients.base import NO_ADDRESS, NotYet, Recipient, Unwanted
from app.notifications.service import message_key, unsealed
from app.notifications.words import Facts, Words, words_for
from app.notifications.words.digest import numbers
from app.notifications.words.short import short_text
from app.reports.links import FOLLOW, STOP, follow_signature, short_code
from app.reports.models import Report
from app.reports.queries import has_reports
from app.suggestions.queries import title_of
from app.tickets.models import EventText, Ticket, TicketEvent
from app.tickets.service import is_asked
from app.tickets.words import ESCALATIONS
from app.tickets.words.view import TicketView, ticket_view

WITH_TEXT = frozenset({
    Template.QUESTION, Template.MESSAGE, Template.PLANNED, Template.OUTCOME,
    Template.NOT_ACCEPTED, Template.UPHELD, Template.REOPENED, Template.NEW_DATE,
    Template.CONVERTED,
})  # fmt: skip
DIGESTS = frozenset({Template.AGENCY_DIGEST, Template.OFFICER_DIGEST})
REAL_HOURS = "real"
WITH_REASON = frozenset(
    {Template.RECEIPT, Template.BEING_SORTED, Template.NOT_ACCEPTED, Template.AGENCY_TO_SORT}
)


def compose(session: Session, delivery: Delivery, *, at: datetime) -> Message:
    """Return the message in the recipient's language. Raises Unwanted, NotYet."""
    city = profile(session)
    template = Template(delivery.template)
    kind, _, pointer = delivery.recipient.partition(":")
    match kind:
        case "report":
            report, to = _reporter(session, int(pointer), delivery.channel)
            _let_sleep(session, delivery, report, city, at)
            facts = partial(_reporter_facts, session, delivery, report)
        case "follower":
            follower, to = followers.recipient(
                session, int(pointer), delivery.channel, template, at=at
            )
            if until := _rings_at_night(delivery, city, at):
                raise NotYet(until)
            facts = partial(_follower_facts, session, delivery, follower, at)
        case _ if template in DIGESTS:
            to = (
                agencies.recipient(session, pointer, city)
                if kind == "agency"
                else _account(session, pointer)
            )
            facts = partial(_digest_facts, session, delivery)
        case "account" if delivery.event_id is not None:
            to = _account(session, pointer)
            facts = partial(_ticket_facts, session, delivery, _ticket_of(session, delivery))
        case "agency":
            to = agencies.recipient(session, pointer, city)
            facts = partial(_agency_facts, session, delivery, at)
        case "proof":
            to = _prover(session, delivery, int(pointer), at)
            facts = partial(_proof_facts, delivery)
        case "request":
            to = _requester(delivery, city, at)
            facts = partial(_account_facts, delivery, to)
        case _:
            to = _account(session, pointer)
            facts = partial(_account_facts, delivery, to)
    if delivery.channel in BY_PHONE and not is_texted(
        to.address, texted_regions(city.phone_region)
    ):
        raise Unwanted(NO_ADDRESS)
    with use_language(to.lang):
        known = facts(city)
        words = words_for(template, known)
        return Message(
            key=message_key(delivery.id),
            to=to.address,
            sender_name=city.sms_name if delivery.channel == SMS else pick(city.names),
            subject=words.subject,
            body=words.body(),
            lang=to.lang,
            short=_short(delivery.channel, words, known, to),
            link=known.link,
            stop_link=to.stop_link,
            template=delivery.template,
            reference=known.reference,
        )


def _short(channel: str, words: Words, facts: Facts, to: Recipient) -> str:
    """Return the line for small screens. A tap on a push message leads on; no link is shown."""
    if channel == PUSH:
        return short_text(channel, words, "", "")
    return short_text(channel, words, facts.short_link, to.stop_link if channel == SMS else "")


def _reporter(session: Session, report_id: int, way: str) -> tuple[Report, Recipient]:
    report = session.get(Report, report_id)
    if report is None or report.withdrawn_at is not None or report.contact_id is None:
        raise Unwanted("no_contact")
    contact = session.get(Contact, report.contact_id)
    if contact is None or CONSENT not in consents_of(session, contact):
        raise Unwanted("no_consent")
    opened = open_contact(contact)
    address = {EMAIL: opened.email, PUSH: opened.push}.get(way, opened.phone)
    if not address:
        raise Unwanted(NO_ADDRESS)
    stop_link = f"{settings().web.base_url}/stop/{short_code(report, STOP)}"
    return report, Recipient(address=address, lang=opened.lang, stop_link=stop_link)


def _let_sleep(
    session: Session, delivery: Delivery, report: Report, city: Profile, at: datetime
) -> None:
    """Raises NotYet for what would ring in quiet hours and is not urgent."""
    until = _rings_at_night(delivery, city, at)
    ticket = session.get_one(Ticket, report.ticket_id)
    if until and session.get_one(Severity, ticket.severity_code).clock != REAL_HOURS:
        raise NotYet(until)


def _rings_at_night(delivery: Delivery, city: Profile, at: datetime) -> datetime | None:
    """Return when the quiet hours end in which it would ring; None where it would not."""
    return quiet_until(city.quiet_hours, at, city.zone) if delivery.channel in RINGING else None


def _requester(delivery: Delivery, city: Profile, at: datetime) -> Recipient:
    """Return who asked about personal data, by the address of that moment."""
    if until := _rings_at_night(delivery, city, at):
        raise NotYet(until)
    clear = unsealed(delivery)
    return Recipient(address=clear["to"][delivery.channel], lang=clear["lang"])


def _account(session: Session, pointer: str) -> Recipient:
    account = session.get(Account, int(pointer))
    if account is None or account.disabled_at is not None:
        raise Unwanted("no_account")
    return Recipient(address=account.email, lang=account.lang, name=account.full_name)


def _digest_facts(session: Session, delivery: Delivery, city: Profile) -> Facts:
    agency = session.get(Agency, delivery.params.get("agency", ""))
    return Facts(
        service=pick(city.names),
        link=f"{settings().web.base_url}/desk",
        agency=pick(agency.names) if agency else "",
        waiting=numbers(delivery.params),
    )


def _prover(session: Session, delivery: Delivery, proof_id: int, at: datetime) -> Recipient:
    """Return who asked to prove an address. Raises Unwanted for what nobody can use any more."""
    proof, clear = session.get(ContactProof, proof_id), unsealed(delivery)
    if proof is None or proof.expires_at <= at:
        raise Unwanted("too_late")
    if clear["known_only"] and not has_reports(session, proof.contact_key):
        raise Unwanted("unknown_address")
    return Recipient(address=str(clear["to"]), lang=str(clear["lang"]))


def _proof_facts(delivery: Delivery, city: Profile) -> Facts:
    secret = str(unsealed(delivery)["secret"])
    if delivery.template == Template.CODE:
        return Facts(service=pick(city.names), link="", code=secret)
    link = f"{settings().web.base_url}/my-reports/open/{secret}"
    return Facts(service=pick(city.names), link=link)


def _account_facts(delivery: Delivery, to: Recipient, city: Profile) -> Facts:
    link = settings().web.base_url + str(unsealed(delivery)["path"])
    return Facts(service=pick(city.names), link=link, short_link=link, name=to.name)


def _reporter_facts(session: Session, delivery: Delivery, report: Report, city: Profile) -> Facts:
    # A report that joined another ticket keeps its own link, under the reference it is in now.
    base, own = settings().web.base_url, session.get_one(Ticket, report.ticket_id)
    about = _ticket_of(session, delivery) if delivery.event_id else own
    facts = _ticket_facts(session, delivery, about, city)
    text = ""
    if delivery.event_id and Template(delivery.template) in WITH_TEXT and not facts.private:
        text = _text(session, session.get_one(TicketEvent, delivery.event_id), report)
    return replace(
        facts,
        link=f"{base}/follow/{own.reference}/{follow_signature(report)}",
        short_link=f"{base}/s/{short_code(report, FOLLOW)}",
        text=text,
    )


def _follower_facts(
    session: Session, delivery: Delivery, follower: Follower, at: datetime, city: Profile
) -> Facts:
    if follower.ticket_id is None:
        return followers.of_notice(session, follower, city, at)
    event = session.get(TicketEvent, delivery.event_id) if delivery.event_id else None
    about = session.get_one(Ticket, event.ticket_id if event else follower.ticket_id)
    return followers.of_ticket(
        session, follower, event, _ticket_facts(session, delivery, about, city)
    )


def _ticket_of(session: Session, delivery: Delivery) -> Ticket:
    event = session.get_one(TicketEvent, delivery.event_id)
    return session.get_one(Ticket, event.ticket_id)


def _agency_facts(session: Session, delivery: Delivery, at: datetime, city: Profile) -> Facts:
    ticket = _ticket_of(session, delivery)
    facts = _ticket_facts(session, delivery, ticket, city)
    return agencies.linked(session, delivery, ticket, facts, at=at)


def _ticket_facts(session: Session, delivery: Delivery, ticket: Ticket, city: Profile) -> Facts:
    template = Template(delivery.template)
    event = session.get(TicketEvent, delivery.event_id) if delivery.event_id else None
    params = event.params if event else {}
    owner = params.get("helping") or params.get("agency") or ticket.agency_code
    agency = session.get(Agency, owner) if owner else None
    area = session.get(Area, ticket.area_code) if ticket.area_code else None
    view = ticket_view(session, ticket, now=now())
    other = authors.other_of(session, delivery, ticket)
    return Facts(
        service=pick(city.names),
        link=f"{settings().web.base_url}/desk/tickets/{ticket.reference}",
        reference=ticket.reference,
        kind=ticket.kind,
        title=title_of(session, ticket),
        category=pick(session.get_one(Category, ticket.category_code).names),
        area=pick(area.full_names) if area else "",
        agency=pick(agency.names) if agency else pick(city.organisation),
        reason=_reason(template, params, view, ticket),
        status=view.status_words,
        reply_due=_date(ticket.first_reply_due_at, city.zone),
        due=_date(ticket.outcome_due_at, city.zone),
        new_due=_date(ticket.extended_to, city.zone),
        planned=_date(ticket.planned_for, city.zone),
        other_reference=other.reference if other else "",
        other_title=title_of(session, other) if other else "",
        asked=is_asked(ticket),
        private=ticket.private,
    )


def _reason(
    template: Template, params: Mapping[str, object], view: TicketView, ticket: Ticket
) -> str:
    if template is Template.AGENCY_CALLED:
        return translate(ESCALATIONS.get(str(params.get("reason")), ""))
    return (view.reason or "") if template in WITH_REASON and not ticket.private else ""


def _text(session: Session, event: TicketEvent, report: Report) -> str:
    written = session.get(EventText, event.id) if event.public else None
    if written is None or written.hidden_code is not None:
        return ""
    # It was written to the ticket's own reporter and may name that person.
    own = report.ticket_id == event.ticket_id and not report.joined
    return (written.body if own else written.public_body) or ""


def _date(at: datetime | None, zone: ZoneInfo) -> str:
    return instant(at, zone) if at else ""
