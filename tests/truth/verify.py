"""Plays a province's month, of its offices and of its devices, and holds every number against a plain method.

`python -m tests.truth.verify` ends with 1 where one differs, or a wrong definition or rule is not found out.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import structlog

from services.indicators import store_definitions
from services.indicators.catalogue import SHIPPED, load_catalogue
from tests.fixtures.servers import Database
from tests.integration.figures_world import Engine, shipped_datasets
from tests.truth import month, mutations, parcels
from tests.truth.comparing import DAYS_OF_STOCKS, Difference, Truth
from tests.truth.devices import verify as devices
from tests.truth.office import Office, open_office
from tests.truth.parcels import Fate, Parcel
from tests.truth.plain.datasets import KINDS
from tests.truth.plain.figures import FIGURES
from tests.truth.world import draw_map, private_database, write_map

FACTS_AT_ONCE = 200
SPARE = 4  # mutations that are drawn beyond those that are asked for


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutations", type=int, default=20)
    parser.add_argument("--store", default=os.environ.get("STORE") or "postgres")
    parser.add_argument("--only", choices=("records", "devices"), default=None)
    parser.add_argument("--keep", type=Path, default=None, help="folder to which what is sent out is written")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as name:
        folder = options.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        is_right = options.only == "devices" or _records(options, folder)
        if options.only != "records":
            is_right &= devices.verify(options.store, folder / "devices", options.seed)
    sys.exit(0 if is_right else 1)


def _records(options: argparse.Namespace, folder: Path) -> bool:
    with private_database(options.store) as database:
        return verify(database, folder, options.seed, options.mutations) == 0


def verify(database: Database, folder: Path, seed: int, wrong: int) -> int:
    """0 where all is right, else 1."""
    engine = Engine(database, month.DELIVERIES[0], daily_stock_days=DAYS_OF_STOCKS, batch_facts=FACTS_AT_ONCE)
    try:
        began = time.monotonic()
        play(database, engine, folder, sorted(KINDS), seed)
        print(f"played in {time.monotonic() - began:.1f} s")
        truth = Truth(folder)
        differences = truth.differences(engine.figures("value, low, high"))
        print(f"looked at {truth.compared} figures in {time.monotonic() - began:.1f} s")
        show(differences)
        tell_gaps(truth)
        missed = try_mutations(engine, truth, {one.slot.figure for one in differences}, seed, wrong)
        print(f"tried {wrong} wrong definitions in {time.monotonic() - began:.1f} s, {missed} not found out")
        return 1 if differences or missed else 0
    finally:
        engine.close()


def play(database: Database, engine: Engine, folder: Path, datasets: Sequence[str], seed: int) -> None:
    """Hands in all deliveries, each followed by the engine; writes down what was sent."""
    draw_map(database)
    write_map(folder)
    declared = shipped_datasets()
    every = {key: parcels.parcels_of(declared[key], seed) for key in datasets}
    sent: dict[str, list[tuple[int, Parcel]]] = {key: [] for key in datasets}
    follow(engine)  # what is defined is known before anything comes
    with open_office(database) as office:
        for delivery, at in enumerate(month.DELIVERIES):
            engine.now = at
            for key in datasets:
                _deliver(office, every[key], delivery, sent[key])
            began = time.monotonic()
            follow(engine)
            print(f"delivery {delivery + 1} followed in {time.monotonic() - began:.1f} s")
    engine.now = month.NOW
    follow(engine)
    for key in datasets:
        parcels.write(folder, key, sent[key])


def follow(engine: Engine) -> None:
    """All that was handed in, and what the clock asks for."""
    engine.catch_up()
    engine.follower.tick()


def try_mutations(engine: Engine, truth: Truth, unsound: set[str], seed: int, count: int) -> int:
    """Makes definitions wrong, as many at once as reach different figures; how many nobody noticed.

    More than `count` are drawn: one by which no figure of this month changes is not wrong here, and less than
    `count` that are wrong would prove too little.
    """
    sound = frozenset(FIGURES) - unsound
    taken, catalogue = mutations.drawn(shipped_datasets(), sound, seed, count + SPARE)
    right = engine.figures("value, low, high")
    with engine.as_role("indicators") as connection:
        store_definitions.apply(connection, catalogue, engine.grounds.datasets, "verify", engine.now)
    follow(engine)
    told = engine.figures("value, low, high")
    missing = (None, None, None)  # as is what is not published
    changed = {
        str(key[0]) for key in right.keys() | told.keys() if right.get(key, missing) != told.get(key, missing)
    }
    wrong = {one.slot.figure for one in truth.differences(told)}
    for one in taken:
        seen = sorted(one.reaches & wrong)
        verdict = "found" if seen else "NOT FOUND" if one.reaches & changed else "changes nothing here"
        print(f"    {verdict}: {one}" + (f", in {', '.join(seen)}" if seen else ""))
    beside = wrong - unsound - {figure for one in taken for figure in one.reaches}
    if beside:
        print(f"    wrong without being reached: {', '.join(sorted(beside))}")
    counted = [one for one in taken if one.reaches & changed]
    missed = sum(1 for one in counted if not one.reaches & wrong)
    return missed + len(beside) + max(0, count - len(counted))


def tell_gaps(truth: Truth) -> None:
    """Which indicators nobody restated by hand; and which had no value, so that nothing is proved of them."""
    defined = load_catalogue(shipped_datasets(), SHIPPED).indicators
    told = {
        "not restated by hand": sorted(set(defined) - set(FIGURES)),
        "no longer defined": sorted(set(FIGURES) - set(defined)),
        "without a value anywhere": [name for name in sorted(FIGURES) if not truth.required(name)],
    }
    for what, names in told.items():
        print(f"{what}: {', '.join(names) or 'none'}")


def show(differences: Iterable[Difference]) -> None:
    """Each figure's first few."""
    by_figure: dict[str, list[Difference]] = {}
    for one in differences:
        by_figure.setdefault(one.slot.figure, []).append(one)
    for figure, some in sorted(by_figure.items()):
        print(f"{figure}: {len(some)} differ")
        for one in some[:3]:
            print(f"    {one}")


def _deliver(office: Office, every: Sequence[Parcel], delivery: int, sent: list[tuple[int, Parcel]]) -> None:
    at = month.DELIVERIES[delivery]
    for parcel in every:
        if parcel.delivery == delivery:
            name = f"{parcel.dataset}:{every.index(parcel)}"
            sent.append((office.hand_in(parcel, name, at), parcel))
    if delivery == len(month.DELIVERIES) - 1:
        for number, parcel in sent:
            if parcel.fate is Fate.WITHDRAWN:
                office.take_back(number)


if __name__ == "__main__":
    main()
