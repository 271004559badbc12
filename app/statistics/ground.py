"""What the reports of an area are compared with: its residents, or else its ground.

1. Residents are facts of the pack, each with who counted them and the day. Without any, or for an
   area without, nothing is guessed.
2. Few reports may mean that few report.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from app.catalog.models import City
from app.catalog.queries import unit_sizes
from app.statistics.words import two_decimals

RESIDENTS = 10_000
KM2 = 1_000_000
UNKNOWN = "–"


@dataclass(frozen=True, order=True)
class Counted:
    """Who counted residents, and of which day the numbers are."""

    source: str
    on: date


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Residents and square metres by area; counted: by whom, each once."""

    residents: Mapping[str, int] = field(default_factory=dict)
    sizes_m2: Mapping[str, float] = field(default_factory=dict)
    counted: Sequence[Counted] = ()

    @classmethod
    def of(cls, session: Session) -> "Ground":
        """Return what the city knows."""
        told = session.get_one(City, 1).profile.get("residents", {})
        return cls(
            residents={code: one["residents"] for code, one in told.items()},
            sizes_m2=unit_sizes(session),
            counted=sorted(
                {Counted(one["source"], date.fromisoformat(one["on"])) for one in told.values()}
            ),
        )

    def density(self, area: str, received: int) -> str:
        """Return reports for so many residents where any are known, else for a square kilometre."""
        if self.residents:
            there, unit = float(self.residents.get(area, 0)), RESIDENTS
        else:
            there, unit = self.sizes_m2.get(area, 0.0), KM2
        return two_decimals(received * unit / there) if there else UNKNOWN
