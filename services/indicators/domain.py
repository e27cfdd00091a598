"""Types of indicator values, and the decision what a newly computed one does to the one that stands."""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.indicators.definitions import DEFINITIONS
from services.indicators.periods import end_of

# Sums of float8 may differ in the last bits with the order in which the database adds them.
SAME_WITHIN = 1e-9  # relative


class State(StrEnum):
    """provisional → final → restated; only a provisional value is ever replaced in place."""

    PROVISIONAL = "provisional"
    FINAL = "final"
    RESTATED = "restated"


class SubjectKind(StrEnum):
    """What a value is about."""

    STATION = "station"
    COMMUNE = "commune"
    PROVINCE = "province"


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """The place of one value: an indicator, a device or area, and the start of a period (UTC)."""

    indicator: str
    subject_kind: SubjectKind
    subject: str
    period_start: datetime

    @property
    def period_end(self) -> datetime:
        """Exclusive."""
        return end_of(self.period_start, DEFINITIONS[self.indicator].period)


@dataclass(frozen=True, slots=True)
class Computed:
    """What the inputs known now make of a cell. `value` is None where they do not suffice."""

    cell: Cell
    value: float | None
    inputs_expected: int
    inputs_used: int
    newest_input_at: datetime | None
    numerator: float | None = None  # of a ratio, before it was divided
    denominator: float | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A published value with what it was made from."""

    indicator: str
    subject_kind: SubjectKind
    subject: str
    period_start: datetime
    version: int  # 1, 2, … within the period
    state: State
    value: float | None
    numerator: float | None
    denominator: float | None
    inputs_expected: int
    inputs_used: int
    newest_input_at: datetime | None
    formula_version: int
    input_position: int  # of telemetry's log, up to which inputs were known
    known_at: datetime  # when it was computed

    @property
    def cell(self) -> Cell:
        return Cell(self.indicator, self.subject_kind, self.subject, self.period_start)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The moment a computation speaks from: the clock and the position of telemetry's log."""

    now: datetime
    position: int


def advance(standing: Value | None, computed: Computed, knowledge: Knowledge) -> Value | None:
    """The value to write, or None where the one that stands says the same.

    Nothing stands: version 1, provisional. A provisional one is replaced in place, at the same version.
    A final or restated one is never touched: the next version, restated, follows it.
    """
    if standing is None:
        return _value(computed, knowledge, 1, State.PROVISIONAL)
    if standing.state is State.PROVISIONAL:
        if _same_result(standing, computed) and standing.inputs_expected == computed.inputs_expected:
            return None
        return _value(computed, knowledge, standing.version, State.PROVISIONAL)
    # What was expected follows the registry of today: that alone restates no published value.
    if _same_result(standing, computed):
        return None
    return _value(computed, knowledge, standing.version + 1, State.RESTATED)


def finalise(standing: Value, now: datetime, settle: timedelta) -> Value | None:
    """The same value as final, once its period is over and it has stood unchanged for `settle`."""
    settled = standing.cell.period_end <= now and standing.known_at <= now - settle
    if standing.state is not State.PROVISIONAL or not settled:
        return None
    return replace(standing, state=State.FINAL)


def same_number(one: float | None, other: float | None) -> bool:
    """Equal but for the order of additions; missing equals only missing."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=SAME_WITHIN, abs_tol=1e-12)


def exceeds(value: float, limit: float) -> bool:
    """Whether a mean is above a limit. One that is only so by what adding floats leaves behind is not."""
    return value > limit and not same_number(value, limit)


def _same_result(standing: Value, computed: Computed) -> bool:
    return (
        same_number(standing.value, computed.value)
        and same_number(standing.numerator, computed.numerator)
        and same_number(standing.denominator, computed.denominator)
        and standing.inputs_used == computed.inputs_used
        and standing.newest_input_at == computed.newest_input_at
        and standing.formula_version == DEFINITIONS[computed.cell.indicator].formula_version
    )


def _value(computed: Computed, knowledge: Knowledge, version: int, state: State) -> Value:
    cell = computed.cell
    return Value(
        indicator=cell.indicator,
        subject_kind=cell.subject_kind,
        subject=cell.subject,
        period_start=cell.period_start,
        version=version,
        state=state,
        value=computed.value,
        numerator=computed.numerator,
        denominator=computed.denominator,
        inputs_expected=computed.inputs_expected,
        inputs_used=computed.inputs_used,
        newest_input_at=computed.newest_input_at,
        formula_version=DEFINITIONS[cell.indicator].formula_version,
        input_position=knowledge.position,
        known_at=knowledge.now,
    )
