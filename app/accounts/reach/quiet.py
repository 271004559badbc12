"""Quiet hours: when nothing rings. Pure.

They start and end at local times of the city pack and may reach over midnight.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

Hours = tuple[time, time]


def quiet_until(hours: Hours | None, at: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when the quiet hours end in which `at` lies; None where it lies in none."""
    if hours is None:
        return None
    start, end = hours
    local = at.astimezone(zone)
    clock = local.time()
    inside = start <= clock < end if start < end else clock >= start or clock < end
    if not inside:
        return None
    day = local.date() if clock < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, tzinfo=zone)
