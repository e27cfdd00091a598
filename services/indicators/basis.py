"""What values are computed with, beside their inputs."""

from dataclasses import dataclass
from datetime import datetime

from services.indicators.roster import Roster
from services.indicators.standards import Standards


@dataclass(frozen=True, slots=True)
class Basis:
    """The devices and areas, the limits and rules, and the clock."""

    roster: Roster
    standards: Standards
    now: datetime
