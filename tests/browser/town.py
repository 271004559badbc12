"""What all screens together need: tickets, requests, notices and links in every state.

Everything is made through the pages themselves, by people without JavaScript, once for all tests.
Tests of screens read it and change nothing in it.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from app.core.time import now
from tests.installation import Installation
from tests.journeys import way
from tests.journeys.person import Person

ADMIN, MANAGER = "admin@journey.test", "manager@journey.test"
ROUTED = "Lý do chuyển đến đơn vị này"
NEWCOMER, OFFICE = "new@journey.test", "VP-UBND"
MAIL = "binh@journey.test"
HERE = {"category": "lighting", "text": "Đèn đường tắt", "lat": "20.9580", "lon": "107.0850"}
COMPLAINT = "Tôi khiếu nại quyết định xử phạt số 12 của UBND phường, đề nghị hủy quyết định"


@dataclass(frozen=True)
class Scene:
    """Addresses of what the installation holds."""

    place: Installation
    fresh: str  # tracking page of a ticket that was just assigned
    resolved: str  # of one that awaits confirmation
    unplaced: str  # of one in triage

    def sent(self, path: str) -> str:
        """Return the receipt of a tracking page's report."""
        return path.replace("/follow/", "/sent/")

    def desk(self, path: str) -> str:
        """Return the desk's page of a tracking page's ticket."""
        return f"/desk/tickets/{way.reference_of(path)}"

    def public(self, path: str) -> str:
        """Return the public page of a tracking page's ticket."""
        return f"/tickets/{way.reference_of(path)}"


@dataclass(frozen=True, kw_only=True)
class Town:
    """Addresses; those of tickets are tracking pages."""

    scene: Scene
    own: str  # checked and public, with a contact; its news have begun
    asked: str  # the agency waits for the reporter's answer
    declined: str
    withdrawn: str
    erased: str
    closed: str  # confirmed and rated
    proposed: str  # its answer waits for the manager
    private: str  # a legal complaint
    first: str  # joined by the second, supported, said to be fixed
    second: str  # sent after the first, of the same
    merged: str  # the second's reporter has joined by it
    notice: str
    request: str  # about personal data
    mine: str  # opens my reports
    stop: str  # ends the news
    invitation: str
    forgotten: str  # sets a new password
    account: str  # somebody's at the administrator
    by_mail: str  # lets an agency without users act
    address: str  # asks whose the address of a request is
    suggested: str  # a suggestion that everybody reads: its author's page
    unread: str  # one that nobody has read

    def public(self, path: str) -> str:
        """Return the public page of a tracking page's ticket."""
        return self.scene.public(path)

    def desk(self, path: str) -> str:
        """Return the desk's page of a tracking page's ticket."""
        return self.scene.desk(path)


class _People:
    """Everybody who fills the town, signed in once."""

    def __init__(self, place: Installation) -> None:
        self.place = place
        self.resident = Person(place.url, "vi")
        self.officer = self._staff(way.OFFICER)
        self.office = self._staff(way.COORDINATOR)
        self.manager = self._staff(MANAGER)
        self.admin = self._staff(ADMIN)

    def _staff(self, email: str) -> Person:
        person = Person(self.place.url, "vi")
        person.sign_in(email, way.PASSWORD)
        return person

    def lead_the_office(self) -> None:
        """Let the manager approve for the coordinating office, too: its refusals wait for that."""
        self.admin.open(f"/admin/users?q={MANAGER}")
        found = re.search(r'href="(/admin/users/\d+)"', self.admin.page)
        assert found, self.admin.words()
        self.admin.open(found[1])
        self.admin.send("/roles", role="manager", agency=OFFICE)
        assert self.admin.status == 200, self.admin.words()
        self.manager = self._staff(MANAGER)  # under other rights another session begins

    def act(self, person: Person, path: str, verb: str, **typed: str) -> None:
        """Let a member of staff act on a ticket."""
        person.open(f"/desk/tickets/{way.reference_of(path)}")
        photos = [("photos", way.photo("teal"))] if verb == "resolve" else None
        person.send(f"/{verb}", files=photos, **typed)
        assert person.status == 200, person.words()

    def say(self, path: str, form: str, **typed: str) -> None:
        """Let a resident act on their page, or on another."""
        self.resident.open(path)
        self.resident.send(form, **typed)
        assert self.resident.status == 200, self.resident.words()

    def link(self, pattern: str) -> str:
        """Return an address in a message, once it was sent."""
        end = time.monotonic() + 40
        while time.monotonic() < end:
            found = re.findall(pattern, "\n".join(self._mails()))
            if found:
                return str(found[-1])
            time.sleep(0.2)
        raise AssertionError(f"no message with {pattern}\n{self.place.logs()}")

    def _mails(self) -> list[str]:
        folder = self.place.folder / "mail"
        heads = [path.read_text("utf-8", "replace") for path in folder.rglob("*.eml")]
        return [*heads, *self.place.mails()]


def build(scene: Scene) -> Town:
    """Fill the town."""
    people = _People(scene.place)
    resident = people.resident
    tickets = _tickets(people)
    private = _complaint(resident)
    notice = _notice(people)
    suggested, unread = (_suggest(people, words) for words in ("Ghế đá", "Nhà chờ xe buýt"))
    people.act(people.office, suggested, "publish")
    people.say("/my-reports", "/my-reports", address=MAIL)
    people.admin.open("/admin/users")
    people.admin.send("/admin/users", email=NEWCOMER, name="Lan", role="screener")
    account = people.admin.address.removeprefix(scene.place.url).partition("?")[0]
    stranger = Person(scene.place.url, "vi")
    stranger.open("/requests")
    stranger.send("", kind="delete", text="Xin xóa giúp tôi", contact="chi@journey.test")
    assert stranger.status == 200, stranger.words()
    stranger.open("/desk/password/forgotten")
    stranger.send("", email=MANAGER)
    scene.place.flask("rebuild")  # the figures, which the schedule makes every ten minutes
    return Town(
        scene=scene,
        **tickets,
        private=private,
        suggested=suggested,
        unread=unread,
        notice=notice,
        request=_request(people, tickets["own"]),
        mine=people.link(r"/my-reports/open/[\w.-]+"),
        stop=people.link(r"/stop/[\w.-]+"),
        invitation=people.link(r"/desk/invitation/[\w-]+"),
        forgotten=people.link(r"/desk/password/reset/[\w-]+"),
        account=account,
        by_mail=people.link(r"/desk/by-mail/[\w.-]+"),
        address=people.link(r"/requests/\d+/address/[\w.-]+"),
    )


def _tickets(people: _People) -> dict[str, str]:
    resident = people.resident
    names = ("own", "asked", "withdrawn", "erased", "closed", "proposed")
    sent = {
        name: way.report(resident, files=name == "own", lat=f"20.950{n}", lon="107.0790")
        for n, name in enumerate(names)
    }
    way.report(resident, **way.BAY)  # for an agency where nobody can sign in
    sent["declined"] = way.report(resident, category="other", text="Không rõ việc gì")
    sent |= {name: way.report(resident, **HERE) for name in ("first", "second", "merged")}
    for name in (*names, "first", "second", "merged"):
        resident.wait_for(sent[name], ROUTED)
    people.say(
        sent["own"],
        "/contact",
        email=MAIL,
        consent_updates="1",
        consent_questions="1",
        consent_text="2026-11b",
    )
    people.say(
        sent["asked"],
        "/contact",
        email=MAIL,
        consent_updates="1",
        consent_questions="1",
        consent_text="2026-11b",
    )
    people.act(people.officer, sent["asked"], "accept")
    day = f"{now() + timedelta(days=2):%Y-%m-%d}"
    people.act(
        people.officer, sent["asked"], "pause", code="reporter", until=day, text="Ở số nhà nào?"
    )
    people.act(people.officer, sent["proposed"], "answer", code="explained", text="Đã có kế hoạch")
    people.act(
        people.office, sent["declined"], "decline", code="not_competent",
        text="Thuộc thẩm quyền của cơ quan khác",
    )  # fmt: skip
    people.manager.open("/desk/reply-templates")
    people.manager.send(
        "/desk/reply-templates", name="Đã xếp lịch", agency="UBND-06685",
        **{"text.vi": "{agency} đã xếp lịch xử lý phiếu {reference}, xong trước {due}."},
    )  # fmt: skip
    assert people.manager.status == 200, people.manager.words()
    people.lead_the_office()
    people.act(people.manager, sent["declined"], "approve")
    for name in ("closed", "own"):
        people.act(people.officer, sent[name], "resolve", code="fixed", text="Đã thu gom")
    people.say(sent["closed"], "/confirm")
    people.say(sent["closed"], "/rate", rating="acceptable")
    people.say(sent["withdrawn"], "/withdraw")
    people.say(sent["erased"] + "/erase", "/erase")
    first = f"/tickets/{way.reference_of(sent['first'])}"
    people.say(first, "/fixed")
    people.say(first, "/support")
    into = way.reference_of(sent["first"])
    people.say(sent["merged"].replace("/follow/", "/sent/"), "/join", into=into)
    _publish(people.office, way.reference_of(sent["own"]))
    return sent


def _publish(checker: Person, reference: str) -> None:
    """Publish a ticket as soon as its photos can be seen."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        checker.open(f"/desk/check/{reference}")
        checker.send(f"{reference}/publish")
        if checker.status == 200:
            return
        time.sleep(0.2)
    raise AssertionError(checker.words())


def _complaint(resident: Person) -> str:
    resident.open("/report?category=admin")
    resident.send("/photo")
    resident.send("/place")
    resident.send("/what", text=COMPLAINT)
    if "/details" in resident.address:
        resident.send("/details")
    resident.send("/check")
    resident.send("/check", legal_kind="decision")
    found = re.search(r'href="(/follow/[^"]+)"', resident.page)
    assert found, resident.words()
    return found[1]


def _suggest(people: _People, what: str) -> str:
    people.resident.open("/suggestions/new")
    people.resident.send(
        "/suggestions/new", title=f"{what} và cây bóng mát ở phố đi bộ", category="idea_streets",
        text="Chỗ này rất đông người nhưng không có nơi ngồi nghỉ.", stated_area="06685", seen="1",
    )  # fmt: skip
    assert "/follow/" in people.resident.address, people.resident.words()
    return people.resident.address.removeprefix(people.place.url).partition("?")[0]


def _notice(people: _People) -> str:
    people.office.open("/desk/notices")
    until = f"{now() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    people.office.send(
        "/desk/notices", category="water", until=until,
        **{"text.vi": "Mất nước do vỡ ống", "text.en": "A pipe has burst"},
    )  # fmt: skip
    assert people.office.status == 200, people.office.words()
    people.resident.open("/tickets")
    found = re.search(r'href="(/notices/\d+)">Mất nước do vỡ ống<', people.resident.page)
    assert found, people.resident.words()
    return found[1]


def _request(people: _People, own: str) -> str:
    people.say(own + "/requests", "", kind="delete", text="Xin xóa giúp tôi", contact=MAIL)
    address = people.resident.address.removeprefix(people.place.url)
    assert "/requests/" in address, people.resident.words()
    number = re.findall(r"/requests/(\d+)/", address)[0]
    people.office.open(f"/desk/requests/{number}")
    people.office.send("/contact")  # somebody has looked at a contact
    return address


Path = Callable[[Town], str]
