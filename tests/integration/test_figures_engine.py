"""The engine keeps what a full recomputation comes to, whatever came, in which order, and went again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.indicators import store_cells
from services.indicators.periods import local_day
from tests.fixtures.servers import Database
from tests.integration.figures_office import NOW, Office, datasets, dossier, stock, write_definitions
from tests.integration.figures_world import Engine

Figures = dict[tuple[Any, ...], tuple[Any, ...]]
EVENTS = ("received", "received", "paused", "resumed", "resolved", "withdrawn")
KEYS = ("onestop.dossiers", "tested.stocks")
dossiers = st.builds(
    dossier,
    st.integers(1, 4),
    st.sampled_from(EVENTS),
    st.sampled_from([30, 30, 31, 700]) | st.integers(0, 1170),
    st.sampled_from([None, 20_000, 50_000, 50_000]),
    st.integers(0, 1),
    st.sampled_from(["online", "desk"]),
    st.sampled_from([{}, {}, {"days": "1"}, {"days": "9"}, {"due_at": "21/11/2025 10:00"}]),
)
stocks = st.builds(
    stock,
    st.integers(0, 1),
    st.sampled_from("xy"),
    st.sampled_from([3, 8, 9, 11, 20, 21, 21, 22]),
    st.sampled_from([1, 1, 3, 12]),
    st.sampled_from(["5", "7", ">40"]),
)
# Of each step, which of four batches hands rows in, is approved or goes; or the engine follows; or time
# passes, with the engine's clock or without it, so that what comes next lies ahead of that; by hours or
# into another month, and year.
steps = st.lists(
    st.tuples(st.integers(0, 1), st.just("append"), st.lists(dossiers, min_size=1, max_size=5))
    | st.tuples(st.integers(2, 3), st.just("append"), st.lists(stocks, min_size=1, max_size=5))
    | st.tuples(
        st.integers(0, 3),
        st.sampled_from(["withdraw", "approve", "follow", "tick", "pass", "leap"]),
        st.none(),
    ),
    min_size=3,
    max_size=14,
)


@pytest.fixture(scope="module")
def office(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder: Path = tmp_path_factory.mktemp("definitions")
    write_definitions(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.indicators.records_follower.SHIPPED", folder)
        engine = Engine(module_database, NOW, datasets(), daily_stock_days=10)
        engine.catch_up()
        yield Office(module_database, engine)
        engine.close()


def play(office: Office, pending: list[bool], steps: list[tuple[int, str, Any]]) -> None:
    """Hands in, approves, withdraws and follows as the steps say, then follows to the end and to now."""
    office.clear()
    office.engine.now = NOW
    batches = [office.open(KEYS[index // 2], needs) for index, needs in enumerate(pending)]
    closed: set[int] = set()
    for index, step, rows in steps:
        batch = batches[index]
        if step == "follow":
            office.engine.catch_up()
        elif step in ("tick", "pass", "leap"):
            office.engine.now += timedelta(days=40) if step == "leap" else timedelta(hours=9)
            if step != "pass":
                tick(office.engine)
        elif step == "withdraw":
            office.withdraw(batch)
            closed.add(batch)
        elif batch not in closed and step == "approve" and pending[index]:
            office.approve(batch)
            closed.add(batch)
        elif batch not in closed and (
            come := [one for one in rows or () if has_come(one, office.engine.now)]
        ):
            office.append(batch, come)
    tick(office.engine)


def tick(engine: Engine) -> None:
    """Follows what came, and moves the engine's clock to now."""
    engine.number()
    engine.follower.tick()


def has_come(row: dict[str, str], now: datetime) -> bool:
    """Whether a row is taken: of what happens, only what has happened is."""
    at = row.get("occurred_at")
    return at is None or datetime.strptime(f"{at} +0700", "%d/%m/%Y %H:%M %z") <= now


@pytest.fixture(autouse=True)
def turns_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made anew is folded in as many turns as there can be."""
    monkeypatch.setattr("services.indicators.follow_records.ENTITIES_A_TURN", 1)


def make_anew(engine: Engine) -> None:
    """A new worker, told that nothing was made, recomputes all figures from what stands in records."""
    with engine.as_role("indicators") as connection:
        connection.execute("DELETE FROM indicators.makings")
    engine.follower = engine.new_follower()
    engine.catch_up()


def of_values(engine: Engine) -> Figures:
    """Figures that have a value: it, its parts and its counts."""
    told = engine.figures("value, numerator, denominator, expected, used, late")
    return {key: one for key, one in told.items() if one[0] is not None}


def differences(
    engine: Engine, before: Figures, after: Figures, final: set[tuple[Any, ...]]
) -> list[tuple[object, ...]]:
    """Where figures are not what they were, though the same stands; `after`: begun from nothing.

    What had a value once keeps one, though nothing that counts is in it any longer. A final figure follows
    another value, not another count. Stocks by day that were begun stay when their days are long ago.
    """
    horizon = local_day(engine.now) - engine.settings.daily_stocks
    found = []
    for key in before.keys() | after.keys():
        one, other = before.get(key), after.get(key)
        if one is None or other is None:
            is_kept = (
                other is None and one is not None and (not one[4] or (key[4] == "day" and key[5] < horizon))
            )
            found += [] if is_kept else [(key, one, other)]
        elif one[:3] != other[:3] or (one != other and key not in final):
            found.append((key, one, other))
    return found


def check(office: Office, pending: list[bool], steps: list[tuple[int, str, Any]], seed: int) -> None:
    """Plays the steps; then all is made anew, and then all that stands is handed in in another order."""
    engine = office.engine
    play(office, pending, steps)
    kept, figures, versions = engine.kept(), of_values(engine), engine.versions()
    final = {key for key, (state,) in engine.figures("state").items() if state != "provisional"}

    make_anew(engine)
    assert engine.kept() == kept
    assert of_values(engine) == figures
    assert engine.versions() == versions

    standing = sorted(office.standing(), key=lambda one: (hash((seed, one[1].payload)), one[1].payload))
    office.clear()
    office.hand_in(standing)
    engine.catch_up()
    assert engine.kept() == kept
    assert not differences(engine, figures, of_values(engine), final)


@settings(max_examples=10, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(st.booleans(), min_size=4, max_size=4), steps, st.integers(0, 1000))
def test_what_is_kept_incrementally_is_what_all_of_it_comes_to(
    office: Office, pending: list[bool], steps: list[tuple[int, str, Any]], seed: int
) -> None:
    check(office, pending, steps, seed)


CORRECTED = [
    (
        0,
        "append",
        [dossier(1, "received", 30, 50_000, 0, "online"), dossier(2, "received", 31, 20_000, 1, "desk")],
    ),
    (2, "append", [stock(0, "x", 20, 3, "5"), stock(0, "x", 21, 1, "7")]),
    (0, "follow", None),
    (
        1,
        "append",
        [dossier(1, "received", 30, 20_000, 1, "desk"), dossier(1, "resolved", 80, None, 0, "desk")],
    ),
    (3, "append", [stock(0, "x", 20, 3, "7"), stock(1, "y", 21, 1, ">40")]),
    (0, "follow", None),
    (0, "withdraw", None),
]


ONLINE = dossier(1, "received", 1100, 50_000, 0, "online")
ELSEWHERE = dossier(1, "received", 1100, 50_000, 1, "online")
HEARD_AGAIN = [
    (0, "append", [ONLINE]),
    (0, "follow", None),
    (0, "withdraw", None),
    (0, "follow", None),
    (1, "append", [dossier(3, "received", 1101, 20_000, 0, "desk")]),
]
HEARD_NO_MORE = [
    (0, "append", [ONLINE]),
    (1, "append", [dossier(3, "received", 1100, 20_000, 0, "desk")]),
    (0, "follow", None),
    (0, "append", [ELSEWHERE]),
    (0, "follow", None),
    (1, "withdraw", None),
]
HEARD_WITH_THE_CLOCK = [
    (0, "append", [ONLINE]),
    (0, "follow", None),
    (0, "pass", None),
    (0, "append", [ELSEWHERE, dossier(3, "received", 1140, 20_000, 0, "desk")]),
    (0, "follow", None),
]


@pytest.mark.parametrize(
    "steps", [HEARD_AGAIN, HEARD_NO_MORE, HEARD_WITH_THE_CLOCK], ids=["again", "no_more", "with_the_clock"]
)
def test_a_breakdown_of_which_nothing_is_left_is_zero_while_its_source_is_heard_of_there(
    office: Office, steps: list[tuple[int, str, Any]]
) -> None:
    check(office, [False] * 4, steps, 1)


# What was not known of all months of the old year is known of those of the new one.
A_YEAR_BEGAN = [
    (2, "append", [stock(0, "x", 20, 3, "5")]),
    (0, "follow", None),
    (0, "leap", None),
    (0, "leap", None),
]


def test_stocks_are_in_a_year_that_begins_also_where_nothing_comes(office: Office) -> None:
    check(office, [False] * 4, A_YEAR_BEGAN, 1)


def test_a_fold_that_takes_nothing_away_is_caught(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    check(office, [False] * 4, CORRECTED, 1)
    right = store_cells.sum_of

    def broken(*told: Any) -> str:
        return right(*told).replace("SELECT sign,", "SELECT 1 AS sign,")

    monkeypatch.setattr(store_cells, "sum_of", broken)
    with pytest.raises(AssertionError):
        check(office, [False] * 4, CORRECTED, 1)
    monkeypatch.undo()
    make_anew(office.engine)
