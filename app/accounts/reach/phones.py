"""Phone numbers: typed as people write them, stored in E.164, shown as +84 912 345 678. Pure.

Short messages cost us money, and some numbers pay whoever is called: they go to mobile phones of
chosen countries only, never to a premium number or to one whose kind is not known.
"""

from collections.abc import Collection

from phonenumbers import (
    SUPPORTED_REGIONS,
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    country_code_for_region,
    format_number,
    is_valid_number,
    number_type,
    parse,
    region_code_for_number,
)

from app.core.errors import Rejection
from app.core.words.i18n import N_

MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


def e164(typed: str, region: str, *, field: str = "contact.phone") -> str:
    """Return a number in E.164. region: whose national numbers may be typed. Raises Rejection."""
    number = _parsed(typed, region)
    if number is None or not is_valid_number(number):
        raise Rejection("bad_phone", N_("This is not a phone number."), field=field)
    return str(format_number(number, PhoneNumberFormat.E164))


def mobile(typed: str, region: str, *, field: str = "contact.phone") -> str:
    """Return the number of a mobile phone in E.164. Raises Rejection."""
    number = e164(typed, region, field=field)
    if not is_mobile(number):
        raise Rejection("no_mobile", N_("Please give the number of a mobile phone."), field=field)
    return number


def texted(typed: str, region: str, regions: Collection[str], *, field: str) -> str:
    """Return a number to which we may send codes, in E.164. Raises Rejection."""
    number = mobile(typed, region, field=field)
    if not is_texted(number, regions):
        beginnings = sorted({f"+{country_code_for_region(code)}" for code in regions})
        raise Rejection(
            "foreign_phone",
            N_("Codes are sent only to mobile numbers that begin with %(codes)s."),
            field=field,
            params={"codes": ", ".join(beginnings)},
        )
    return number


def is_texted(number: str, regions: Collection[str]) -> bool:
    """Tell whether a number in E.164 is a mobile phone of one of these countries."""
    parsed = _parsed(number, None)
    if parsed is None or number_type(parsed) not in MOBILE:
        return False
    return (region_code_for_number(parsed) or "") in regions


def unknown_regions(regions: Collection[str]) -> list[str]:
    """Return which of these are no countries with phones."""
    return sorted(set(regions) - SUPPORTED_REGIONS)


def is_mobile(number: str) -> bool:
    """Tell whether a number in E.164 can take short messages."""
    parsed = _parsed(number, None)
    return parsed is not None and number_type(parsed) in MOBILE


def shown(number: str) -> str:
    """Return a number in E.164 as it is shown, or as it is where it is none."""
    parsed = _parsed(number, None)
    return str(format_number(parsed, PhoneNumberFormat.INTERNATIONAL)) if parsed else number


def national(number: str) -> str:
    """Return a number in E.164 as it is dialled at home, digits only."""
    parsed = _parsed(number, None)
    text = format_number(parsed, PhoneNumberFormat.NATIONAL) if parsed else number
    return "".join(ch for ch in text if ch.isdecimal())


def _parsed(typed: str, region: str | None) -> PhoneNumber | None:
    try:
        return parse(typed, region)
    except NumberParseException:
        return None
