"""The notifier: runs the transactions about people, and sends between them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

import structlog

from services.alarms import store_duty, store_journal, telling
from services.alarms.delivering import Delivery, Outcome, ended
from services.alarms.duty_metrics import ATTEMPTS, GIVEN_UP, WAITING
from services.alarms.journal import Draft, Kind
from services.alarms.roster import Roster
from services.alarms.schedule import WorkingTime
from services.alarms.sending import Sent
from services.runtime.db import Pool, transaction
from services.runtime.trace import new_trace_id

log = structlog.get_logger(__name__)

MOST_SENT = 200  # deliveries of one turn, so that a storm does not keep new alarms waiting


class Sends(Protocol):
    """What sends a delivery as it was before its attempt; `secret`: name of a webhook's."""

    def send(self, one: Delivery, secret: str, now: datetime) -> Sent: ...


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Notifier:
    """Any number may run at once: they take turns at telling, and share out what is to be sent."""

    def __init__(
        self,
        pool: Pool,
        roster: Callable[[], Roster],
        working: WorkingTime,
        sender: Sends,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._pool, self._roster, self._working = pool, roster, working
        self._sender, self._clock = sender, clock

    def turn(self) -> None:
        """Tells what is new, passes on what nobody answers, sends what is due.

        Raises:
            Unavailable: the database is away.
        """
        roster = self._roster()
        while self._tell(roster):
            pass
        self._escalate(roster)
        self._send(roster)

    def _tell(self, roster: Roster) -> bool:
        with transaction(self._pool) as connection:
            return telling.tell(connection, roster, self._working, self._clock())

    def _escalate(self, roster: Roster) -> None:
        now = self._clock()
        if not any(duty.escalate for duty in roster.on_duty(self._working, now)):
            return
        with transaction(self._pool) as connection:
            unanswered = telling.unanswered(connection)
            if not unanswered:
                return
            ground = telling.ground_of(connection, roster, self._working, now)
        for alarm in unanswered:
            if telling.is_due(alarm, ground):
                with transaction(self._pool) as connection:
                    telling.escalate(connection, alarm.alarm, ground, new_trace_id())

    def _send(self, roster: Roster) -> None:
        """A route that failed rests until the next turn: one that is dead does not hold up the others."""
        failed: set[str] = set()
        for _ in range(MOST_SENT):
            with transaction(self._pool) as connection:
                one = store_duty.take(connection, self._clock(), failed)
            if one is None:
                break
            if not self._attempt(one, roster):
                failed.add("mail" if one.way == "mail" else one.target)
        with transaction(self._pool) as connection:
            WAITING.set(store_duty.waiting(connection))

    def _attempt(self, one: Delivery, roster: Roster) -> bool:
        """Sends, then records; killed in between, the delivery is due again and says that it is repeated."""
        person = roster.people.get(one.account)
        sent = self._sender.send(one, person.secret if person else "", self._clock())
        now = self._clock()
        after = ended(one, sent.outcome, sent.detail, now)
        with transaction(self._pool) as connection:
            is_so = store_duty.record(connection, one, after, sent.outcome, sent.detail, now)
            if is_so and after.state == "given_up":
                store_journal.append(connection, [_given_up(after, now)])
        if is_so and after.state == "given_up":
            GIVEN_UP.inc()
        ATTEMPTS.labels(one.way, sent.outcome).inc()
        if sent.detail:
            log.warning("duty.not_delivered", delivery=one.delivery, way=one.way, error=sent.detail)
        return sent.outcome is Outcome.DELIVERED


def _given_up(one: Delivery, now: datetime) -> Draft:
    text = f"{one.notice.title_vi} → {one.account} ({one.way}): {one.last_error}"
    return Draft(now, Kind.UNDELIVERED, "", text, one.alarm)
