"""The judge of a soak sees what it is there to see."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.telemetry.views import LedgerEntry
from tests.faults.soak_account import Account, duplicates, judge, lost

POISON = {b"{poison 1"}
WELL = Account(
    values=(0, 1, 2),
    history=0,
    ledger=(LedgerEntry("a", 3, 2, 1, 0, 0, 0, 0), LedgerEntry("b", 1, 1, 0, 0, 0, 0, 0)),
    imbalance=0,
    held=frozenset(POISON),
    never_reached=0,
    facts=3,
    positions_apart=0,
)


def test_all_is_well() -> None:
    assert judge(WELL, 3, {0, 1, 2}, POISON) == []


@pytest.mark.parametrize(
    ("account", "complaint"),
    [
        (replace(WELL, values=(0, 1)), "1 acknowledged and not stored, [2]"),
        (replace(WELL, values=(0, 1, 2, 2)), "1 stored more than once"),
        (replace(WELL, values=(0, 1, 2, 9)), "1 stored and not acknowledged, [9]"),
        (replace(WELL, history=1), "in the history"),
        (replace(WELL, imbalance=1), "the ledger is 1 apart"),
        (replace(WELL, ledger=WELL.ledger[:1]), "the ledger says 2 stored, and there are 3"),
        (
            replace(WELL, ledger=(replace(WELL.ledger[0], received=4), WELL.ledger[1])),
            "entries do not add up: ['a']",
        ),
        (replace(WELL, held=frozenset()), "1 poisonous messages are not in quarantine"),
        (replace(WELL, held=frozenset({*POISON, b"good"})), "1 good messages are left in quarantine"),
        (replace(WELL, never_reached=2), "2 numbers 'never reached us'"),
        (replace(WELL, facts=2), "the bus has facts of 2 readings"),
        (replace(WELL, positions_apart=1), "have 1 gaps"),
    ],
)
def test_every_fault_of_the_account_is_seen(account: Account, complaint: str) -> None:
    assert any(complaint in problem for problem in judge(account, 3, {0, 1, 2}, POISON))


def test_what_nobody_acknowledged_is_seen() -> None:
    assert judge(replace(WELL, values=(0, 1)), 3, {0, 1}, POISON)[0] == "1 said and never acknowledged"


def test_loss_and_duplicates_are_told_apart() -> None:
    assert lost({1, 2, 3}, [1, 1, 3]) == [2]
    assert duplicates([1, 1, 3, 3, 3]) == 3
