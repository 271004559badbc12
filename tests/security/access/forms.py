"""What the table's lines send: good values, so that whoever may is not refused for another reason."""

import io
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from app.core.time import now
from tests.desk.test_official_reply import SAID
from tests.desk.test_redaction import BOX
from tests.media import papers
from tests.media.pictures import picture
from tests.security.access.people import Act, Who
from tests.security.access.scene import PASSWORD, Scene

Form = dict[str, Any]
DAY = timedelta(days=1)


def _day(days: int) -> str:
    return (now() + days * DAY).date().isoformat()


def _minute(days: int) -> str:
    return (now() + days * DAY).strftime("%Y-%m-%dT%H:%M")


def _mark(scene: Scene, state: str) -> str:
    _number, reference, version = scene.tickets[state]
    return f"{reference} {version}"


def act_form(scene: Scene, act: Act) -> Form:
    """What the form of a verb sends, whoever sends it."""
    agencies, codes = scene.agencies, {
        "return": "wrong_place", "pause": "weather", "resolve": "fixed", "answer": "explained",
        "decline": "not_competent", "hide": "insult", "help_return": "wrong_place",
        "refuse": "no_suggestion",
    }  # fmt: skip
    until = {"pause": 1, "extend": 60, "plan": 5, "milestone": 9}
    to = {"transfer": "above", "cooperate": "other"}.get(act.verb, "own")
    form = {
        "version": scene.tickets[act.state][2], "text": "Vì vậy", "agency": agencies[to],
        "person": scene.values["officer"], "target": scene.tickets["fresh"][1],
        "category": "waste", "report": scene.values["report"],
        "verdict": "fits",
    }  # fmt: skip
    if act.verb == "answer" and act.state == "idea":
        codes, until = {"answer": "accepted"}, {"answer": 30}
    if act.verb == "convert" and act.state == "fresh":
        form["category"] = "idea_streets"
    if act.verb in codes:
        form["code"] = codes[act.verb]
    if act.verb == "file_reply":
        form |= {**SAID, "document": (io.BytesIO(papers.paper()), "tra-loi.pdf")}
    if act.verb == "resolve":
        form["photos"] = (io.BytesIO(picture()), "xong.jpg")
    if act.verb in until:
        form["until"] = _day(until[act.verb])
    return form


FORMS: Mapping[str, Callable[[Scene, Who], Form]] = {
    "POST /desk/account/language": lambda *_: {"lang": "en"},
    "POST /desk/account/password": lambda *_: {
        "present": "", "password": PASSWORD, "again": PASSWORD,
    },
    "POST /desk/account/second-step": lambda *_: {"act": "begin"},
    "POST /desk/contacts/<reference>": lambda *_: {"reason": "Cần gọi để tìm đúng địa điểm"},
    "POST /desk/filters": lambda *_: {"name": "Rác", "tab": "all", "category": "waste"},
    "POST /desk/bulk": lambda scene, _: {"verb": "note", "ticket": _mark(scene, "work"),
                                         "text": "Xem"},
    "POST /desk/bulk/do": lambda scene, _: {
        "key": str(uuid.uuid4()), "verb": "note", "ticket": _mark(scene, "work"), "text": "Xem",
    },
    "POST /desk/approvals": lambda scene, _: {"ticket": _mark(scene, "proposed")},
    "POST /desk/approvals/deputies": lambda scene, _: {
        "person": scene.values["officer"], "since": _day(1), "until": _day(3),
    },
    "POST /desk/duty": lambda scene, _: {
        "person": scene.values["officer"], "order": "2", "begins": _minute(1), "ends": _minute(3),
    },
    "POST /desk/reply-templates": lambda scene, _: {
        "name": "Mới", "agency": scene.agencies["own"], "text.vi": "Cảm ơn.",
    },
    "POST /desk/reply-templates/<int:number>": lambda scene, _: {
        "name": "Đã sửa", "agency": scene.agencies["own"], "text.vi": "Cảm ơn.",
    },
    "POST /desk/notices": lambda scene, _: {
        "text.vi": "Mất điện", "text.en": "No power", "category": "power", "until": _minute(2),
        "area": scene.values["area"],
    },
    "POST /desk/notices/<int:number>/extend": lambda *_: {"until": _minute(3)},
    "POST /desk/check/<reference>/photos/<uuid:photo>": lambda scene, _: {
        "version": scene.tickets["joined"][2], **BOX,
    },
    "POST /desk/tickets/<reference>/parts/<int:number>/<verb>": lambda scene, _: {
        "version": scene.tickets["joined"][2], "code": "insult",
    },
    "POST /desk/requests/<int:asked>/answer": lambda *_: {"text": "Đang xem"},
    "POST /desk/requests/<int:asked>/extend": lambda *_: {"text": "Cần thêm thời gian"},
    "POST /desk/requests/<int:asked>/decide": lambda *_: {"text": "Đã ẩn", "outcome": "granted"},
    "POST /admin/calendar": lambda *_: {
        "day": "2031-05-05", "kind": "holiday", "name.vi": "Ngày thử", "name.en": "Trial day",
    },
    "POST /admin/calendar/confirm": lambda *_: {"year": str(datetime.now().year)},  # noqa: DTZ005
    "POST /admin/calendar/remove": lambda *_: {"day": "2027-01-01"},
    "POST /admin/illustrative": lambda *_: {"subject": "categories"},
    "POST /admin/users": lambda scene, _: {
        "email": "moi@example.invalid", "name": "Mới", "role": "officer",
        "agency": scene.agencies["own"],
    },
    "POST /admin/users/<int:number>/roles": lambda scene, _: {
        "role": "manager", "agency": scene.agencies["own"],
    },
}  # fmt: skip


def arguments(scene: Scene, method: str, rule: str) -> dict[str, Any]:
    """Good values for the arguments of a closed rule."""
    values = scene.values
    number = values["changed"]
    for part, name in {"filters": "filter", "notices": "notice", "templates": "template",
                       "enable": "gone", "invite": "invited"}.items():  # fmt: skip
        if part in rule:
            number = values[name]
    state = (
        "filed"
        if "/reply-<" in rule
        else "joined"
        if "check" in rule or "parts" in rule
        else "work"
    )
    if "parts" in rule:
        number = 2
    if "/reply-<" in rule:
        number = 1
    if "reasons" in rule:
        number = values["reason"]
    return {
        "reference": scene.tickets[state][1], "verb": "hide" if "parts" in rule or "reasons" in rule else "note",
        "number": number, "photo": values["photo"], "variant": "large", "key": values["key"],
        "shift": values["shift"], "asked": values["asked"],
        "membership": values["membership"] if "deputies" in rule else values["role"],
        "method": method, "z": 0, "x": 0, "y": 0,
    }  # fmt: skip
