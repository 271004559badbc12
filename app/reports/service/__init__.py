"""What a resident can do. Each report is reached by its follow link (`reports.links`)."""

from app.reports.service.additions import (
    add_contact,
    add_push,
    end_contact,
    photo_prepared,
    put_evidence,
    put_photo,
    stop_news,
    take_photos,
)
from app.reports.service.drafts import forget_draft, save_draft, sweep_drafts
from app.reports.service.intake import Submitted, submit
from app.reports.service.joining import (
    check_came_back,
    check_joinable,
    come_back,
    join,
    join_own,
    may_be_joined,
    may_come_back,
    wanted_contact,
)
from app.reports.service.parts import judge_part, waiting_parts
from app.reports.service.privacy import (
    contacts_for_questions,
    end_consent,
    erase,
    keep_private,
    see_contacts,
)
from app.reports.service.splitting import split
from app.reports.service.voice import (
    add_words,
    appeal,
    ask_reopen,
    confirm,
    dispute,
    rate,
    reply,
    withdraw,
)

__all__ = [
    "Submitted",
    "add_contact",
    "add_push",
    "add_words",
    "appeal",
    "ask_reopen",
    "check_came_back",
    "check_joinable",
    "come_back",
    "confirm",
    "contacts_for_questions",
    "dispute",
    "end_consent",
    "end_contact",
    "erase",
    "forget_draft",
    "join",
    "join_own",
    "judge_part",
    "keep_private",
    "may_be_joined",
    "may_come_back",
    "photo_prepared",
    "put_evidence",
    "put_photo",
    "rate",
    "reply",
    "save_draft",
    "see_contacts",
    "split",
    "stop_news",
    "submit",
    "sweep_drafts",
    "take_photos",
    "waiting_parts",
    "wanted_contact",
    "withdraw",
]
