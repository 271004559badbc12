"""A city with people of every kind around one agency, and a ticket of it in every state.

`own` has the tickets, `above` is its parent, `below` its child; `helps` was asked to help with all
that has an owner. Everything is made by the verbs that people use; what the test asks for stands in
a savepoint and is gone afterwards.
"""

import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import Account
from app.accounts.reach.blind import contact_key
from app.accounts.schemas import ContactInput
from app.accounts.second_step import service as second_step
from app.accounts.service import add_account, disable, set_password
from app.agencies.models import Agency, DutyShift, Membership, ReplyTemplate, SavedFilter
from app.agencies.queries import actor_of, coordinator
from app.core.actor import SYSTEM
from app.core.crypto import token_hash
from app.core.db import db
from app.core.installation import sealer, settings
from app.core.time import now
from app.core.web.protection import csrf_token
from app.notices.schemas import NewNotice
from app.notices.service import tell
from app.reports.queries import reports_of
from app.reports.service import appeal, ask_reopen, confirm, dispute, join
from app.rights.models import RightsRequest
from app.rights.schemas import Sender
from app.rights.service import object_to
from app.routing.service import route_pending
from app.suggestions.models import SuggestionReason
from app.suggestions.service.reasoning import say
from app.tickets.facts import Act, Role, Verb
from app.tickets.models import BulkAct, BulkTicket, Ticket
from app.tickets.service.step.apply import Said, apply
from app.tickets.service.step.judging import facts_of
from tests.desk.scene import FORM, a_ticket, communes, do, enter, member
from tests.desk.test_official_reply import SAID
from tests.factories.tickets import command
from tests.media import papers
from tests.public_map.test_photos import of_reporter
from tests.security.access.people import EVERYBODY, Who
from tests.security.access.table import CITY, ROLE
from tests.security.hostile.place import fingerprint, set_apart
from tests.suggestions.scene import suggested

PASSWORD = "a long day at the desk"
OFFICER, MANAGER = Who("O", "own"), Who("M", "own")
OFFICE = Who("C", "city")
FRESH = ("fresh", "moved", "settling", "checked", "joined")
WORK = ("work", "paused", "claimed", "merged", "filed", "shown")


@dataclass
class Scene:
    """tickets: {state: (id, code, version)}. agencies: {column: code}. values: of addresses."""

    app: Flask
    connection: Connection
    agencies: dict[str, str] = field(default_factory=dict)
    accounts: dict[Who, int] = field(default_factory=dict)
    tokens: dict[Who, str] = field(default_factory=dict)
    tickets: dict[str, tuple[int, str, int]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def send(self, who: Who | None, method: str, path: str, **form: Any) -> TestResponse:
        """One request with the token of this person's forms; None: nobody is signed in."""
        client = self.app.test_client()
        data: dict[str, Any] | None = None
        if who is not None:
            client.set_cookie("desk", self.tokens[who])
        if method != "GET":
            key = settings().secrets.secret_key
            seal = csrf_token(key, token_hash(self.tokens[who])) if who is not None else ""
            data = {"csrf_token": seal, **form}
        answer = client.open(path, method=method, data=data, headers=FORM)
        answer.get_data()
        answer.close()
        return answer

    def rows(self) -> set[tuple[str, int, int]]:
        """A fingerprint of every table."""
        return fingerprint(self.connection)

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Take back what was written meanwhile."""
        point = self.connection.begin_nested()
        try:
            yield
        finally:
            point.rollback()

    def events(self, state: str) -> list[tuple[str, int | None]]:
        """What happened to a ticket: (kind, account), in order."""
        query = text(
            "SELECT kind, actor_account_id FROM ticket_event WHERE ticket_id = :id ORDER BY seq"
        )
        found = self.connection.execute(query, {"id": self.tickets[state][0]})
        return [(kind, account) for kind, account in found]

    def changed(self, before: set[tuple[str, int, int]]) -> set[str]:
        """The tables that differ, without what every visit may touch."""
        return {row[0] for row in self.rows() ^ before} - {"staff_session", "sign_in_throttle"}


@contextmanager
def peopled(app: Flask) -> Iterator[Scene]:
    """A scene whose rows are gone afterwards."""
    with set_apart(app) as connection:
        scene = Scene(app, connection)
        with app.app_context():
            session = db.session()
            _people(scene, session)
            _tickets(scene, session)
            _things(scene, session)
            session.commit()
            db.session.remove()
        _replies(scene)
        yield scene


def _people(scene: Scene, session: Session) -> None:
    own, below, helps = communes(session)
    utility = select(Agency).where(Agency.level == "utility").order_by(Agency.code)
    other = session.scalars(utility.limit(1)).one()
    watch = session.scalars(select(Agency).where(Agency.duty == "oversight")).one()
    province = Agency.level == "province"
    above = session.scalars(select(Agency).where(province, Agency.duty.is_(None)).limit(1)).one()
    own.parent_code, below.parent_code, own.approval = above.code, own.code, "none"
    coordinator(session).approval = "none"
    chosen = {
        "own": own, "above": above, "below": below, "helps": helps, "other": other,
        "oversight": watch,
    }  # fmt: skip
    scene.agencies = {column: agency.code for column, agency in chosen.items()}
    for who in sorted(EVERYBODY):
        account = _person(scene, session, who)
        client = scene.app.test_client()
        enter(scene.app.test_client(), session, account)  # another browser, to be ended
        enter(client, session, account)
        cookie = client.get_cookie("desk")
        assert cookie is not None
        scene.accounts[who], scene.tokens[who] = account.id, cookie.value


def _person(scene: Scene, session: Session, who: Who) -> Account:
    if who.letter == "N":
        address = f"{uuid.uuid4().hex}@example.invalid"
        return add_account(session, address, full_name="Lan", lang="vi", now=now())
    role = ROLE.get(who.letter) or CITY[who.letter]
    return member(session, role, scene.agencies.get(who.column))


def _tickets(scene: Scene, session: Session) -> None:
    account = {who: session.get_one(Account, number) for who, number in scene.accounts.items()}
    officer, office = account[OFFICER], account[OFFICE]
    own = session.get_one(Agency, scene.agencies["own"])

    def fresh(**more: Any) -> Ticket:
        ticket = a_ticket(session, area=own.area_code, **more)
        assert ticket.agency_code == own.code
        helper = scene.agencies["helps"]
        return do(session, ticket, "cooperate", office, agency_code=helper, text="Xe nâng")

    def work(**more: Any) -> Ticket:
        return do(session, fresh(**more), "accept", officer)

    def resolved() -> Ticket:
        return do(session, work(), "answer", officer, code="explained", text="Đã xem")

    made: dict[str, Ticket] = {name: fresh() for name in FRESH}
    known = ContactInput(phone="0912 345 678", consent=("questions",))
    made |= {name: work(contact=known) for name in WORK}
    made["urgent"] = fresh(urgent=True)
    made["private"] = work()
    made["triage"] = a_ticket(session, category="other", area=None)
    made["appealed"] = a_ticket(session, category="other", area=None)
    made |= {"closed": resolved(), "disputed": resolved(), "doubted": work()}
    _doubt(session, made["doubted"], account[Who("K", "own")])
    made["about_us"] = _about(scene, session, office)
    own.approval = "answers_and_refusals"
    made["proposed"] = do(session, work(), "answer", officer, code="explained", text="Đã xem")
    own.approval = "none"
    made["moved"].transfers, made["settling"].transfers = 2, 3
    made["private"].private, made["private"].map_key = True, None
    until = now() + timedelta(days=1)
    do(session, made["paused"], "pause", officer, code="weather", until=until)
    made["claimed"].fixed_claimed_at = now()
    for name in ("checked", "joined"):
        do(session, made[name], "publish", office)
    scene.values["photo"] = str(of_reporter(session, made["joined"]).id)
    join(session, command(category="road", text="Tôi cũng thấy"), made["joined"], now=now())
    do(session, made["merged"], "merge", officer, target_reference=made["work"].reference)
    for name in ("closed", "disputed"):
        report = reports_of(session, made[name].id)[0]
        if name == "closed":
            confirm(session, report, now=now())
            ask_reopen(session, report, None, "Lại hỏng", now=now())
        else:
            made[name].disputes = 2
            dispute(session, report, "not_done", "Chưa xong", now=now())
    do(session, made["appealed"], "decline", office, code="not_competent", text="Vì vậy")
    appeal(session, reports_of(session, made["appealed"].id)[0], "Xem lại", now=now())
    asked = _objection(session, made["joined"])
    made |= _ideas(scene, session, own)
    session.commit()
    for name, ticket in made.items():
        session.refresh(ticket)
        scene.tickets[name] = (ticket.id, ticket.reference, ticket.row_version)
    scene.values["asked"] = asked.id
    scene.values["report"] = reports_of(session, made["work"].id)[0].id


def _ideas(scene: Scene, session: Session, own: Agency) -> dict[str, Ticket]:
    """A suggestion of the own area that nobody has read, and others in the states after that."""
    reader = session.get_one(Account, scene.accounts[OFFICE])
    officer = session.get_one(Account, scene.accounts[OFFICER])
    made = {}
    for name in ("unread", "idea", "questioned", "delivering"):
        ticket = made[name] = suggested(
            session, title=f"Ý {name} cho phường", stated_area=own.area_code
        )
        session.commit()
        if name == "unread":
            continue
        do(session, ticket, "publish", reader)
        route_pending(session, now=now())
        session.commit()
        helper = scene.agencies["helps"]
        do(session, ticket, "cooperate", reader, agency_code=helper, text="Bản vẽ")
        do(session, ticket, "accept", officer)
        if name == "idea":
            continue
        until = now() + timedelta(days=20)
        do(session, ticket, "answer", officer, code="accepted", text="Sẽ làm", until=until)
        if name == "questioned":
            report = reports_of(session, ticket.id)[0]
            ask_reopen(session, report, None, "Vì sao?", now=now())
        else:
            do(session, ticket, "milestone", officer, text="Chọn mẫu", until=until)
    key = [contact_key("email", "e@example.invalid")]
    say(session, made["idea"], key, "for", "Nhiều người đi bộ ở đây mỗi ngày.", now=now())
    session.commit()
    scene.values["reason"] = session.scalars(select(SuggestionReason.id)).one()
    return made


def _objection(session: Session, ticket: Ticket) -> RightsRequest:
    sender = Sender(device=b"d", network=b"n")
    asked = object_to(session, ticket, "text:1", "", sender, lang="vi", now=now())
    asked.contact_enc = sealer().seal("hoa@example.invalid")
    return asked


def _doubt(session: Session, ticket: Ticket, crew: Account) -> None:
    """Something does not fit about what the crew proved."""
    do(session, ticket, "answer", crew, code="explained", text="Đã xem")
    act = Act(verb=Verb.DOUBT, role=Role.SYSTEM, now=now())
    said = Said(params={"photo": str(uuid.uuid4()), "doubts": ["time"]}, public=False)
    facts = facts_of(session, ticket, now())
    apply(session, ticket, facts, act, said, actor=SYSTEM, now=now())
    session.commit()


def _replies(scene: Scene) -> None:
    """An official reply that waits to be read, and one that is public."""
    for state, verbs in {"filed": ("file_reply",), "shown": ("file_reply", "show_reply")}.items():
        for verb in verbs:
            number, reference, version = scene.tickets[state]
            document = (io.BytesIO(papers.paper()), "tra-loi.pdf")
            form = {**SAID, "document": document} if verb == "file_reply" else {}
            path = f"/desk/tickets/{reference}/{verb}"
            answer = scene.send(MANAGER, "POST", path, version=version, **form)
            assert answer.status_code == 303, answer.status_code
            current = text("SELECT row_version FROM ticket WHERE id = :id")
            after = scene.connection.execute(current, {"id": number}).scalar_one()
            scene.tickets[state] = (number, reference, after)


def _about(scene: Scene, session: Session, office: Account) -> Ticket:
    """A ticket about `own` that `other` has."""
    about = scene.agencies["own"]
    ticket = a_ticket(session, category="other", area=None, about_agency=about)
    assert ticket.in_triage
    return do(session, ticket, "assign", office, agency_code=scene.agencies["other"])


def _things(scene: Scene, session: Session) -> None:
    """What belongs to `own` and is no ticket, and accounts that are changed."""
    own, at = scene.agencies["own"], now()
    officer, manager = scene.accounts[OFFICER], scene.accounts[MANAGER]
    actor = actor_of(session, session.get_one(Account, manager), at)
    until = at + timedelta(days=9)
    kept = SavedFilter(
        agency_code=own, name="Đèn", query={"category": "lighting"}, saved_by=officer, saved_at=at
    )
    done = BulkAct(key=uuid.uuid4(), account_id=officer, verb="entrust", begun_at=at)
    shift = DutyShift(agency_code=own, account_id=officer, begins_at=at, ends_at=until, position=1)
    deputy = Membership(account_id=officer, agency_code=own, role="manager", since=until,
                        until=until + timedelta(days=1))  # fmt: skip
    template = ReplyTemplate(
        agency_code=own, name="Cảm ơn", texts={"vi": "Cảm ơn"}, kept_by=manager, kept_at=at
    )
    session.add_all([kept, done, shift, deputy, template])
    session.flush()
    ticket, _code, version = scene.tickets["work"]
    session.add(BulkTicket(bulk_key=done.key, ticket_id=ticket, version=version))
    end, area = at + timedelta(days=2), session.get_one(Agency, own).area_code
    known = tell(
        session,
        NewNotice(texts={"vi": "Mất điện"}, expected_end=end, category="power", area=area),
        actor=actor, now=at,
    )  # fmt: skip
    changed = member(session)
    set_password(session, changed, PASSWORD, now=at)
    second_step.begin(session, changed)
    changed.totp_secret, changed.totp_pending, changed.totp_since = changed.totp_pending, None, at
    gone, invited = member(session), member(session)
    disable(session, gone, now=at)
    role = session.scalars(select(Membership).where(Membership.account_id == changed.id)).one()
    scene.values |= {
        "filter": kept.id, "key": done.key, "shift": shift.id, "membership": deputy.id,
        "notice": known.id, "template": template.id, "changed": changed.id, "gone": gone.id,
        "invited": invited.id, "role": role.id, "officer": officer,
        "area": area,
    }  # fmt: skip
