"""What a category wants to know of who reports: nothing, a proved phone, or name and phone. Pure.

1. `optional` asks for nothing. `phone_verified` takes only a phone that this very browser has
   proved by a code. `name_and_phone` takes what is typed.
2. Staff who write down what somebody says on the phone ask for the number; there is no code then.
3. A contact that a category asks for is kept for the agency's questions; news needs a consent.
"""

from dataclasses import replace

from app.accounts.reach.phones import e164
from app.accounts.schemas import ContactInput
from app.core.errors import Rejection, Rejections
from app.core.words.i18n import N_

OPTIONAL, PHONE_VERIFIED, NAME_AND_PHONE = "optional", "phone_verified", "name_and_phone"
WRITTEN_BY_STAFF = frozenset({"desk", "cli", "import"})
NOT_PROVED = Rejection(
    "phone_not_proved",
    N_("Reports of this kind need a phone number that you have proved by a code."),
    field="contact.phone",
)
NO_PHONE = Rejection(
    "no_phone", N_("Reports of this kind need a phone number."), field="contact.phone"
)
NO_NAME = Rejection("no_name", N_("Reports of this kind need your name."), field="contact.name")


def settled_contact(
    policy: str, given: ContactInput | None, *, proved: str, channel: str, region: str
) -> ContactInput | None:
    """Return the contact to keep. proved: a phone in E.164, or empty. Raises Rejection(s)."""
    if policy == OPTIONAL:
        return given
    contact = given or ContactInput()
    if policy == PHONE_VERIFIED and channel not in WRITTEN_BY_STAFF:
        if not proved or (contact.phone and e164(contact.phone, region) != proved):
            raise NOT_PROVED
        return replace(contact, phone=proved)
    wrong = [] if contact.phone else [NO_PHONE]
    if policy == NAME_AND_PHONE and not contact.name:
        wrong.insert(0, NO_NAME)
    if wrong:
        raise Rejections(wrong)
    return replace(contact, phone=e164(contact.phone, region))
