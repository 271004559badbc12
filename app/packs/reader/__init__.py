"""Reads a city pack: a folder in, one checked `PackContent` out, or all its faults at once.

Knows no table and no session; `app.packs.service` puts the content into the database.
"""

from pathlib import Path

from app.packs.content import PackContent
from app.packs.reader.agencies import read_agencies
from app.packs.reader.categories import read_categories, read_category_model
from app.packs.reader.checks import check
from app.packs.reader.city import read_city, read_kinds, read_pages
from app.packs.reader.nodes import PackInvalid, Problem, Reading
from app.packs.reader.places import (
    read_aliases,
    read_coarse,
    read_outline,
    read_residents,
    read_units,
)
from app.packs.reader.promises import read_rules, read_targets
from app.packs.reader.reasons import read_calendar, read_codes

__all__ = ["PackInvalid", "Problem", "read_pack"]


def read_pack(folder: Path) -> PackContent:
    """Read and check the pack in `folder`. Raises PackInvalid with every fault."""
    reading = Reading(folder=folder)
    city = read_city(reading)
    kinds = {kind.code: kind for kind in read_kinds(reading)}
    units = read_units(reading, kinds)
    top = next((area.code for area in units if area.kind == "province"), None)
    areas = (*units, *read_coarse(reading, top))
    hours, agencies = read_agencies(reading, areas, kinds)
    severities, groups, categories = read_categories(reading)
    rules, triage = read_rules(reading)
    content = PackContent(
        city=city,
        unit_kinds=tuple(kinds.values()),
        areas=areas,
        aliases=read_aliases(reading),
        outline=read_outline(reading),
        hours=hours,
        agencies=agencies,
        severities=severities,
        groups=groups,
        categories=categories,
        targets=read_targets(reading, {severity.code: severity for severity in severities}),
        rules=rules,
        triage=triage,
        codes=read_codes(reading),
        calendar=read_calendar(reading),
        pages=read_pages(reading, city),
        residents=read_residents(reading),
        illustrative=tuple(dict.fromkeys(reading.illustrative)),
        category_model=read_category_model(reading, {part.code for part in categories}),
    )
    check(content, reading)
    if reading.problems:
        raise PackInvalid(reading.problems)
    return content
