"""What becomes of a delivery: taken, delivered, tried again later, given up. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.alarms.notice import Notice
from services.alarms.roster import Way

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)
LEASE = timedelta(minutes=1)  # an attempt that has not ended by then has died; all its waits are shorter
GIVEN_UP_AFTER = timedelta(hours=24)


class Outcome(StrEnum):
    """How an attempt ended."""

    DELIVERED = "delivered"
    REFUSED = "refused"  # it did certainly not arrive
    UNCERTAIN = "uncertain"  # it may have arrived


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice on its way to one address. `due_at`: of the next attempt, or until when one is believed in."""

    delivery: int
    alarm: int
    account: str
    way: Way
    target: str
    notice: Notice
    planned_at: datetime
    due_at: datetime
    attempts: int = 0
    may_have_arrived: bool = False
    state: str = "waiting"  # waiting, delivered or given_up
    ended_at: datetime | None = None
    last_error: str = ""


def begun(one: Delivery, now: datetime) -> Delivery:
    """As it is stored before anything is sent: if nobody hears of the attempt again, it may have arrived."""
    return replace(one, attempts=one.attempts + 1, due_at=now + LEASE, may_have_arrived=True)


def ended(before: Delivery, outcome: Outcome, detail: str, now: datetime) -> Delivery:
    """As an attempt leaves it; `before`: as it was when the attempt was begun."""
    after = replace(begun(before, now), last_error=detail)
    if outcome is Outcome.DELIVERED:
        return replace(after, state="delivered", ended_at=now, last_error="")
    if now - before.planned_at >= GIVEN_UP_AFTER:
        return replace(after, state="given_up", ended_at=now)
    is_uncertain = before.may_have_arrived or outcome is Outcome.UNCERTAIN
    return replace(after, due_at=now + wait_after(after.attempts), may_have_arrived=is_uncertain)


def wait_after(attempts: int) -> timedelta:
    """Twice as long after each attempt, up to ten minutes."""
    doubled: int = 2 ** min(attempts - 1, 20)
    return min(LONGEST_WAIT, FIRST_WAIT * doubled)
