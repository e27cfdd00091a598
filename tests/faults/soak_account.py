"""What must be so after a soak, and whether it is. `judge` is pure; `take` asks the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg

from iot_gateway.admission_rules import Admission
from iot_gateway.admission_settings import AdmissionSettings
from iot_gateway.routes_settings import RoutesSettings
from services.registry import store as registry
from services.runtime import outbox
from services.telemetry import replay, wire
from services.telemetry import store as telemetry
from services.telemetry.views import LedgerEntry

_AROUND = timedelta(hours=4)  # further than any step of the clock
_REPLAYED_AT_ONCE = 200
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Account:
    """What the database holds. `values`: the numbers of all standing readings, as often as they stand."""

    values: Sequence[int]
    history: int  # values that do not stand
    ledger: Sequence[LedgerEntry]
    imbalance: int
    held: frozenset[bytes]  # payloads that are open in quarantine
    never_reached: int  # numbers of devices' own counting that did not come
    facts: int  # readings in facts that the bus has confirmed
    positions_apart: int  # places at which the numbering of facts is not gapless

    def total(self, column: str) -> int:
        """Of one count of the ledger."""
        return sum(getattr(entry, column) for entry in self.ledger)


def lost(acknowledged: Collection[int], values: Collection[int]) -> list[int]:
    """Numbers that the broker took and nobody stored."""
    return sorted(set(acknowledged) - set(values))


def duplicates(values: Sequence[int]) -> int:
    """Rows beyond one a number."""
    return len(values) - len(set(values))


def judge(account: Account, said: int, acknowledged: Collection[int], poison: Collection[bytes]) -> list[str]:
    """What is wrong, in words; empty if everything said was taken, stored once and accounted for."""
    missing = lost(acknowledged, account.values)
    strangers = sorted(set(account.values) - set(acknowledged))
    rows = len(account.values)
    wrong = {
        f"{said - len(acknowledged)} said and never acknowledged": said != len(acknowledged),
        f"{len(missing)} acknowledged and not stored, {missing[:_SHOWN]} …": missing,
        f"{len(strangers)} stored and not acknowledged, {strangers[:_SHOWN]} …": strangers,
        f"{duplicates(account.values)} stored more than once": duplicates(account.values),
        f"{account.history} values in the history of readings that never changed": account.history,
        f"the ledger is {account.imbalance} apart": account.imbalance,
        f"the ledger says {account.total('stored')} stored, and there are {rows}": account.total("stored")
        != rows,
        f"entries do not add up: {_odd(account.ledger)}": _odd(account.ledger),
        f"{len(set(poison) - account.held)} poisonous messages are not in quarantine": set(poison)
        - account.held,
        f"{len(account.held - set(poison))} good messages are left in quarantine": account.held - set(poison),
        f"{account.never_reached} numbers 'never reached us', says the ledger": account.never_reached,
        f"the bus has facts of {account.facts} readings, and {rows} are stored": account.facts != rows,
        f"positions of facts have {account.positions_apart} gaps": account.positions_apart,
    }
    return [text for text, is_wrong in wrong.items() if is_wrong]


def _odd(ledger: Sequence[LedgerEntry]) -> list[str]:
    return [
        entry.device
        for entry in ledger
        if entry.received
        != entry.stored
        + entry.duplicate
        + entry.corrected
        + entry.conflicting
        + entry.quarantined
        + entry.skipped
        or entry.corrected
        or entry.conflicting
        or entry.skipped
    ]


def take(dsn: str) -> Account:
    """The account as it is now."""
    now = datetime.now(UTC)
    with psycopg.connect(dsn) as conn:
        confirmed = outbox.published(conn, "telemetry")
        facts = outbox.facts_after(conn, "telemetry", 0, 1_000_000)
        return Account(
            values=_numbers(conn, "SELECT value::bigint FROM telemetry.readings"),
            history=_numbers(conn, "SELECT count(*) FROM telemetry.reading_history")[0],
            ledger=telemetry.ledger(conn),
            imbalance=telemetry.imbalance(conn, now - _AROUND, now + _AROUND),
            held=frozenset(
                bytes(row[0])
                for row in conn.execute("SELECT payload FROM telemetry.quarantine WHERE state = 'open'")
            ),
            never_reached=_numbers(
                conn,
                "SELECT coalesce(sum(last_number - first_number + 1), 0) FROM telemetry.sequence_gaps",
            )[0],
            facts=sum(
                len(wire.decode(fact.body).readings.value) for fact in facts if fact.position <= confirmed
            ),
            positions_apart=sum(fact.position != at for at, fact in enumerate(facts, 1)),
        )


def _numbers(conn: psycopg.Connection, query: str) -> list[int]:
    return [int(row[0]) for row in conn.execute(query)]


def replay_from_the_future(dsn: str, registry_dsn: str, tolerance_s: float) -> int:
    """What a gateway with a slow clock took for messages of the future, replayed as an operator would: with a
    FUTURE_TOLERANCE_S as large as the clock was wrong. Returns how many items were open.
    """
    settings = AdmissionSettings(future_tolerance_s=tolerance_s)
    with psycopg.connect(registry_dsn) as conn:
        rules = Admission(settings, RoutesSettings()).rules(registry.devices(conn), {})
    with psycopg.connect(dsn) as conn:
        ids = _numbers(
            conn,
            "SELECT quarantine_id FROM telemetry.quarantine"
            " WHERE reason = 'time_in_future' AND state = 'open' ORDER BY quarantine_id",
        )
        conn.commit()
        for first in range(0, len(ids), _REPLAYED_AT_ONCE):
            some = ids[first : first + _REPLAYED_AT_ONCE]
            now = datetime.now(UTC)
            with conn.transaction():
                replay.prepare(conn, some, rules, now)
            with conn.transaction():
                replay.replay(conn, some, rules, f"soak-{first}", "soak", now)
    return len(ids)
