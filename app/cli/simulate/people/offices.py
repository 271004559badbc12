"""The coordinating office, the oversight agency, and who is on duty for urgent claims.

1. The office checks words and photos and finds owners, several times on each working day. It looks
   at what was escalated to it, too, and moves what lies.
2. The oversight agency decides appeals and sorts what is about the office.
3. Who is called to an urgent claim answers within minutes, mostly; claims are looked at on every
   day and at night.
"""

from functools import partial

from sqlalchemy import or_, select

from app.agencies.models import Agency
from app.cli.simulate.people.staff import works_on
from app.cli.simulate.world import Deck, World
from app.cli.simulate.year import HOUR, MINUTE
from app.core.db import current_session
from app.tickets.models import Escalation, Ticket, UrgentCall
from app.tickets.problem_table import OPEN

HOURS = (8, 10, 14, 16)
MOST = 200
TRIAGE: Deck = {"assign": 72, "decline": 12, "answer": 5, "correct": 5, "leave": 6}
REFUSALS: Deck = {"not_competent": 5, "private_dispute": 2, "not_understandable": 2, "abusive": 1}


class Offices:
    """Coordinator, oversight agency, duty."""

    def __init__(self, world: World) -> None:
        self.world, self.year = world, world.year
        self.lead, self.watch = world.staff.coordinator, world.staff.oversight

    def open(self) -> None:
        """Plan every sitting of the year, and the rosters."""
        for number, midnight in enumerate(self.year.days()):
            if number % 28 == 0:
                self.year.plan(midnight, self.make_roster)
            if not works_on(current_session(), self.lead, midnight.date()):
                continue
            for hour in HOURS:
                self.year.plan(midnight + hour * HOUR, self.coordinate)
            self.year.plan(midnight + 9 * HOUR, self.oversee)

    def make_roster(self) -> None:
        """Put people on duty for the next four weeks."""
        self.world.tried(
            "roster", lambda session: self.world.staff.roster(session, self.year.at, 28)
        )

    # The coordinating office

    def coordinate(self) -> None:
        """Check what is new, sort what is in triage, look at what lies."""
        self.check()
        session = current_session()
        triage = select(Ticket.id).where(
            Ticket.in_triage, Ticket.agency_code == self.lead, ~Ticket.at_oversight
        )
        moment = self.year.at
        for number in session.scalars(triage.order_by(Ticket.received_at, Ticket.id)).all():
            moment += MINUTE
            self.year.plan(moment, partial(self.sort, number))
        lying = (
            select(Escalation.ticket_id)
            .join(Ticket, Ticket.id == Escalation.ticket_id)
            .where(Escalation.agency_code == self.lead, Escalation.level == 2)
            .where(Ticket.status.in_(sorted(OPEN)), ~Ticket.in_triage)
            .where(Escalation.raised_at > self.year.at - 4 * HOUR)
            .distinct()
            .order_by(Escalation.ticket_id)
        )
        for number in session.scalars(lying).all():
            if self.world.happens(0.3):
                self.year.later(1, partial(self.push, number))
        own = select(Ticket.id).where(
            Ticket.agency_code == self.lead, Ticket.reopen_asked_at.is_not(None)
        )
        for number in session.scalars(own.order_by(Ticket.id)).all():
            verb = "reopen" if self.world.happens(0.4) else "uphold"
            self.act(number, verb, text=self.world.words("notes"))

    def check(self) -> None:
        """Look at words and photos that wait."""
        waiting = select(Ticket.id).where(
            or_(
                Ticket.content == "pending",
                (Ticket.content == "published")
                & (Ticket.checked_at.is_(None) | Ticket.flagged_at.is_not(None)),
            ),
            Ticket.status != "merged",
        )
        query = waiting.order_by(Ticket.received_at, Ticket.id).limit(MOST)
        for number in current_session().scalars(query).all():
            if self.world.happens(0.96):
                self.act(number, "publish")
            else:
                self.act(number, "hide", code="personal_details")

    def act(self, number: int, verb: str, **brings: object) -> bool:
        """Let the office act."""
        return self.world.act(number, "coordinator", self.lead, verb, **brings)

    def sort(self, number: int) -> None:
        """Find an owner for what is in triage, or say no."""
        ticket = self.world.ticket(number)
        if not ticket.in_triage or ticket.agency_code != self.lead:
            return
        if ticket.urgent_claim:
            self.judge_urgency(number, "coordinator", self.lead)
        text = str(self.world.samples["outcomes"]["explained"])
        owner = self.owner_of(self.world.ticket(number))
        match self.world.draw(TRIAGE):
            case "decline":
                self.act(number, "decline", code=self.world.draw(REFUSALS), text=text)
            case "answer":
                self.act(number, "answer", code="explained", text=text)
            case "correct":
                category = self.world.chance.choice(self.world.categories).code
                self.act(number, "correct", category_code=category)
            case "assign":
                if not self.act(number, "assign", agency_code=owner):
                    self.act(number, "name_owner", agency_code=owner)
        if self.world.ticket(number).in_triage:
            proposals = self.world.act(number, "manager", self.lead, "approve")
            if not proposals and self.world.happens(0.5):
                self.act(number, "name_owner", agency_code=owner)

    def owner_of(self, ticket: Ticket) -> str:
        """Guess whose it is: the agency of the area, else any; never the one it is about."""
        session = current_session()
        area = ticket.area_code or self.world.chance.choice(self.world.places).area
        found = session.scalars(
            select(Agency.code).where(Agency.area_code == area).order_by(Agency.code)
        ).first()
        owner = found or self.world.chance.choice(self.world.staff.agents).code
        if owner == ticket.about_agency_code or self.world.happens(0.1):
            owner = self.world.chance.choice(self.world.staff.agents).code
        return owner

    def push(self, number: int) -> None:
        """Something lies at an agency although everybody above was called."""
        ticket = self.world.ticket(number)
        owner = self.owner_of(ticket)
        verb = "comment" if self.world.happens(0.7) else "transfer"
        if verb == "comment":
            self.act(number, "comment", text=self.world.words("notes"))
        elif not self.act(number, "transfer", agency_code=owner):
            self.act(number, "name_owner", agency_code=owner)

    # The oversight agency

    def oversee(self) -> None:
        """Decide appeals, and sort what is about the office."""
        query = select(Ticket.id).where(Ticket.at_oversight, Ticket.status == "received")
        for number in current_session().scalars(query.order_by(Ticket.id)).all():
            if not self.world.happens(0.6):
                continue
            ticket = self.world.ticket(number)
            if ticket.appealed and self.world.happens(0.6):
                text = self.world.words("notes")
                self.world.act(number, "officer", self.watch, "uphold", text=text)
            else:
                owner = self.owner_of(ticket)
                self.world.act(number, "officer", self.watch, "assign", agency_code=owner)

    # Urgent claims

    def watch_claim(self, number: int) -> None:
        """Let whoever was called react, until the claim is decided."""
        ticket = self.world.ticket(number)
        if not ticket.urgent_claim or ticket.status not in OPEN:
            return
        call = current_session().get(UrgentCall, number)
        seat = None
        if call is not None and call.account_id is not None:
            seat = self.world.staff.seat_of(call.account_id)
        looks = seat is not None and self.world.happens(0.75)
        if seat is not None and looks and self.world.act(number, *seat, "acknowledge"):
            self.year.later(0.5, partial(self.judge_urgency, number, *seat))
        self.year.plan(self.year.at + 16 * MINUTE, partial(self.watch_claim, number))

    def judge_urgency(self, number: int, role: str, agency: str) -> None:
        """Confirm a claim or lower it."""
        if not self.world.ticket(number).urgent_claim:
            return
        if self.world.happens(0.5):
            self.world.act(number, role, agency, "confirm_urgent")
        else:
            self.world.act(number, role, agency, "lower", text=self.world.words("notes"))
