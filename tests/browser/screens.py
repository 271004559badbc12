"""Every screen: which route it is of, who sees it, in which state. The list follows the URL map.

1. `SCREENS` has at least one screen of each GET route that answers with a page, or `LEFT_OUT` says
   why not; `tests/architecture/test_screens.py` compares both with the URL map.
2. Each screen is looked at in both languages, both widths, light and dark (`test_screens.py`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.browser.town import ADMIN, MANAGER, Path, Town
from tests.journeys.way import COORDINATOR, OFFICER, reference_of

PUBLIC = ""


@dataclass(frozen=True)
class Screen:
    """refused: the page itself answers with 4xx. holds: what tells that it is in its state."""

    path: Path
    who: str = PUBLIC
    refused: bool = False
    holds: str = "h1"


def _number(town: Town) -> str:
    return re.findall(r"/requests/(\d+)/", town.request)[0]


def _contact(link: str) -> str:
    return f"/desk/contacts/{reference_of(link)}"


SCREENS: Mapping[str, Mapping[str, Screen]] = {
    "residents.home": {"": Screen(lambda _: "/")},
    "residents.report": {"": Screen(lambda _: "/report")},
    "residents.sent": {
        "": Screen(lambda town: town.scene.sent(town.scene.fresh)),
        "with offers": Screen(
            lambda town: town.scene.sent(town.second), holds="form[action$='/join']"
        ),
        "complaint": Screen(lambda town: town.scene.sent(town.private)),
    },
    "residents.follow": {
        "fresh": Screen(lambda town: town.scene.fresh),
        "triage": Screen(lambda town: town.scene.unplaced),
        "asked": Screen(lambda town: town.asked, holds="form[action$='/reply']"),
        "resolved": Screen(lambda town: town.scene.resolved, holds="form[action$='/confirm']"),
        "closed": Screen(lambda town: town.closed, holds="form[action$='/ask_reopen']"),
        "declined": Screen(lambda town: town.declined, holds="form[action$='/appeal']"),
        "withdrawn": Screen(lambda town: town.withdrawn),
        "erased": Screen(lambda town: town.erased),
        "merged": Screen(lambda town: town.merged, holds="main .notice a[href^='/tickets/']"),
        "complaint": Screen(lambda town: town.private),
        "suggestion": Screen(lambda town: town.suggested, holds="form[action$='/amend']"),
    },
    "residents.kept": {
        "": Screen(lambda town: town.own + "/kept"),
        "erased": Screen(lambda town: town.erased + "/kept"),
    },
    "residents.ask_erase": {
        "": Screen(lambda town: town.own + "/erase"),
        "erased": Screen(lambda town: town.erased + "/erase"),
    },
    "residents.lookup": {
        "": Screen(lambda _: "/lookup"),
        "of nothing": Screen(lambda _: "/lookup?reference=nothing", refused=True),
    },
    "residents.mine": {"": Screen(lambda _: "/my-reports")},
    "residents.show_link": {"": Screen(lambda town: town.mine)},
    "residents.stop": {"": Screen(lambda town: town.stop)},
    "residents.offline": {"": Screen(lambda _: "/offline")},
    "residents.how_it_works": {"": Screen(lambda _: "/how-it-works")},
    "residents.page": {
        "privacy": Screen(lambda _: "/pages/privacy"),
        "terms": Screen(lambda _: "/pages/terms"),
        "accessibility": Screen(lambda _: "/pages/accessibility"),
        "unknown": Screen(lambda _: "/pages/unknown", refused=True),
    },
    "residents.join": {"": Screen(lambda town: town.public(town.first) + "/join")},
    "residents.ask_to_follow": {
        "ticket": Screen(lambda town: town.public(town.first) + "/follow"),
        "notice": Screen(lambda town: town.notice + "/follow"),
    },
    "residents.again": {"": Screen(lambda town: town.public(town.closed) + "/again")},
    "residents.suggestion_list": {"": Screen(lambda _: "/suggestions", holds=".ticket-list")},
    "residents.suggestions_done": {"": Screen(lambda _: "/suggestions/done")},
    "residents.new_suggestion": {"": Screen(lambda _: "/suggestions/new", holds="form input")},
    "residents.suggestion": {
        "published": Screen(
            lambda town: f"/suggestions/{reference_of(town.suggested)}",
            holds="form[action$='/support']",
        ),
        "unread": Screen(lambda town: f"/suggestions/{reference_of(town.unread)}"),
    },
    "public_map.city_map": {"": Screen(lambda _: "/map")},
    "public_map.ticket_list": {
        "": Screen(lambda _: "/tickets"),
        "empty": Screen(lambda _: "/tickets?word=declined&category=boats"),
    },
    "public_map.ticket": {
        "published": Screen(lambda town: town.public(town.own), holds=".photos img"),
        "fresh": Screen(lambda town: town.public(town.scene.fresh)),
        "joined by others": Screen(
            lambda town: town.public(town.first), holds="form[action$='/support'], .take-part .soft"
        ),
        "merged": Screen(lambda town: town.public(town.merged)),
        "closed": Screen(lambda town: town.public(town.closed)),
        "declined": Screen(lambda town: town.public(town.declined)),
        "private": Screen(lambda town: town.public(town.private)),
    },
    "public_map.area_list": {"": Screen(lambda _: "/areas")},
    "public_map.area": {"": Screen(lambda _: "/areas/06685", holds=".ticket-list")},
    "statistics.city": {"": Screen(lambda _: "/figures", holds=".chart")},
    "statistics.compared": {
        "agencies": Screen(lambda _: "/figures/agencies", holds="table.figures"),
        "areas": Screen(lambda _: "/figures/areas", holds="table.figures"),
    },
    "statistics.one": {"": Screen(lambda _: "/figures/areas/06685", holds=".chart")},
    "open_data.index": {"": Screen(lambda _: "/open-data", holds="a[href*='/events-']")},
    "public_map.notice": {"": Screen(lambda town: town.notice)},
    "privacy.shows_me": {"": Screen(lambda town: town.public(town.own) + "/shows-me")},
    "privacy.flag": {"": Screen(lambda town: town.public(town.own) + "/flag")},
    "privacy.new_request": {"": Screen(lambda _: "/requests")},
    "privacy.new_own_request": {"": Screen(lambda town: town.own + "/requests")},
    "privacy.show_request": {"": Screen(lambda town: town.request)},
    "privacy.confirm_address": {"": Screen(lambda town: town.address)},
    "privacy.request_queue": {
        "": Screen(lambda _: "/desk/requests", COORDINATOR, holds="main a[href^='/desk/requests/']")
    },
    "privacy.desk_request": {
        "": Screen(lambda town: f"/desk/requests/{_number(town)}", COORDINATOR)
    },
    "desk.sign_in": {"": Screen(lambda _: "/desk/sign-in")},
    "desk.forgotten": {"": Screen(lambda _: "/desk/password/forgotten")},
    "desk.reset": {"": Screen(lambda town: town.forgotten)},
    "desk.invitation": {
        "": Screen(lambda town: town.invitation),
        "used up": Screen(lambda _: "/desk/invitation/nothing", refused=True),
    },
    "desk.account": {"": Screen(lambda _: "/desk/account", OFFICER)},
    "desk.change_password": {"": Screen(lambda _: "/desk/account/password", OFFICER)},
    "desk.second_step": {"": Screen(lambda _: "/desk/account/second-step", OFFICER)},
    "desk.inbox": {
        "officer": Screen(lambda _: "/desk", OFFICER),
        "coordinator": Screen(lambda _: "/desk", COORDINATOR),
    },
    "desk.inbox_map": {"": Screen(lambda _: "/desk/map?tab=all", OFFICER, holds=".citymap-canvas")},
    "desk.show_ticket": {
        "assigned": Screen(lambda town: town.desk(town.scene.fresh), OFFICER),
        "waiting": Screen(lambda town: town.desk(town.asked), OFFICER),
        "joined": Screen(lambda town: town.desk(town.first), OFFICER),
        "proposed": Screen(lambda town: town.desk(town.proposed), MANAGER),
        "triage": Screen(lambda town: town.desk(town.scene.unplaced), COORDINATOR),
        "complaint": Screen(lambda town: town.desk(town.private), COORDINATOR),
    },
    "desk.ask_contact": {
        "": Screen(lambda town: _contact(town.first), MANAGER),
        "not for officers": Screen(lambda town: _contact(town.first), OFFICER),
    },
    "desk.by_mail": {"": Screen(lambda town: town.by_mail, holds="form[action$='/accept']")},
    "desk.done_by_mail": {"": Screen(lambda _: "/desk/by-mail")},
    "desk.prove": {"": Screen(lambda _: "/desk/prove", OFFICER)},
    "desk.unread": {"": Screen(lambda _: "/desk/unread", COORDINATOR)},
    "desk.suggestions": {"": Screen(lambda _: "/desk/suggestions", COORDINATOR, holds="article")},
    "desk.triage": {"": Screen(lambda _: "/desk/triage", COORDINATOR)},
    "desk.check": {"": Screen(lambda _: "/desk/check", COORDINATOR)},
    "desk.check_one": {
        "": Screen(lambda town: f"/desk/check/{reference_of(town.first)}", COORDINATOR)
    },
    "desk.approvals": {"": Screen(lambda _: "/desk/approvals", MANAGER, holds="article form")},
    "desk.duty": {"": Screen(lambda _: "/desk/duty", COORDINATOR)},
    "desk.reply_templates": {
        "": Screen(lambda _: "/desk/reply-templates", MANAGER, holds="details form")
    },
    "desk.notices": {
        "": Screen(lambda _: "/desk/notices", COORDINATOR, holds="form[action$='/end']")
    },
    "admin.start": {"": Screen(lambda _: "/admin", ADMIN)},
    "admin.agencies": {"": Screen(lambda _: "/admin/agencies", ADMIN)},
    "admin.calendar": {"": Screen(lambda _: "/admin/calendar", ADMIN)},
    "admin.illustrative": {"": Screen(lambda _: "/admin/illustrative", ADMIN)},
    "admin.show_looks": {"": Screen(lambda _: "/admin/looks", ADMIN, holds=".row")},
    "admin.users": {"": Screen(lambda _: "/admin/users", ADMIN)},
    "admin.user": {"": Screen(lambda town: town.account, ADMIN)},
    "admin.leaving": {"": Screen(lambda town: town.account + "/leaving", ADMIN)},
}

JSON, PICTURE, SCRIPT, LEADS_ON = "JSON", "a picture", "a file for the browser", "a redirect"
DOCUMENT = "a file to be saved"
LEFT_OUT: Mapping[str, str] = {
    "api.show_report": JSON,
    "open_data.checksums": DOCUMENT,
    "open_data.events": DOCUMENT,
    "open_data.figures": DOCUMENT,
    "open_data.program": DOCUMENT,
    "open_data.reference_file": JSON,
    "open_data.ticket_columns": JSON,
    "open_data.tickets": DOCUMENT,
    "public_map.areas": JSON,
    "public_map.healthz": JSON,
    "public_map.numbers": JSON,
    "public_map.readyz": JSON,
    "public_map.tile": JSON,
    "statistics.embedded": "its language is in its address: test_map.py looks at it",
    "public_map.embedded_map": "its language is in its address: test_map.py looks at it",
    "public_map.feed": "a feed: no page",
    "public_map.map_file": "a file to keep: test_map.py opens it",
    "public_map.qr": PICTURE,
    "residents.kept_file": JSON,
    "residents.manifest": JSON,
    "residents.outlook": "a part of the place step, seen there by test_place_step.py",
    "residents.places": JSON,
    "residents.alike_suggestions": JSON,
    "residents.sent_photos": JSON,
    "residents.similar": JSON,
    "desk.desk_tile": JSON,
    "desk.photo": PICTURE,
    "desk.official_reply": DOCUMENT,
    "public_map.official_reply": DOCUMENT,
    "residents.official_reply": DOCUMENT,
    "public_map.basemap": PICTURE,
    "public_map.photo": PICTURE,
    "residents.draft_photo": PICTURE,
    "residents.own_photo": PICTURE,
    "public_map.leaflet": SCRIPT,
    "public_map.map_script": SCRIPT,
    "residents.service_worker": SCRIPT,
    "static": SCRIPT,
    "desk.leave_act": LEADS_ON,
    "desk.leave_bulk": LEADS_ON,
    "desk.contact_looks": "for the oversight agency what admin.show_looks is: the same list",
    "desk.news": "no page: what the inbox asks by itself",
    "desk.show_bulk": "something has to be done first: test_inbox.py looks at it",
    "desk.leave_act_by_mail": LEADS_ON,
    "privacy.show_contact": LEADS_ON,
    "residents.from_e_id": LEADS_ON,
    "residents.short_link": LEADS_ON,
    "residents.to_e_id": LEADS_ON,
    "residents.show_step": "a draft is needed: test_report_plain.py and test_report_flow.py walk it",
    "desk.redacting": "a photo is needed: test_redaction.py looks at it",
    "residents.follower": "it comes by mail, in three states: test_following.py looks at it",
    "desk.sign_in_code": "half a sign-in is needed: test_second_step.py looks at it",
}
