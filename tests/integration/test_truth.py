"""A small month of a province, held against the plain method; `make verify-indicators` is the large one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.indicators import store_definitions
from services.indicators.catalogue import assembled
from tests.fixtures.servers import Database
from tests.integration.figures_world import Engine, shipped_datasets
from tests.truth import month, mutations, verify
from tests.truth.comparing import DAYS_OF_STOCKS, Truth
from tests.truth.mutations import Mutation

DATASETS = ("economy.poverty", "infra.coverage", "postal.shipments", "security.incidents", "traffic.crashes")
FIGURES = (
    "DI-01.fibre",
    "EC-06",
    "IS-07",
    "IS-10.resolve",
    "IS-10.detect_p90",
    "PS-15.shipments",
    "TR-01.deaths",
)
WRONG = (
    Mutation("time", "postal_accepted", "when", "last('delivered')", frozenset({"PS-15.shipments"})),
    Mutation("denominator", "incidents", "where", "severity != 'low'", frozenset({"IS-07"})),
    Mutation("space", "communes_fibre", "of", "(commune, operator)", frozenset({"DI-01.fibre"})),
)


@pytest.fixture(scope="module")
def played(
    module_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, Truth]]:
    """An engine that followed a month of a few datasets, and what is true of it."""
    folder: Path = tmp_path_factory.mktemp("sent")
    engine = Engine(module_database, month.DELIVERIES[0], daily_stock_days=DAYS_OF_STOCKS)
    verify.play(module_database, engine, folder, DATASETS, seed=1)
    yield engine, Truth(folder)
    engine.close()


def test_every_figure_is_what_was_sent_out(played: tuple[Engine, Truth]) -> None:
    engine, truth = played
    assert truth.differences(engine.figures("value, low, high"), FIGURES) == []
    assert truth.compared > 500
    assert all(truth.required(figure) for figure in FIGURES)


def test_wrong_definitions_are_found_out(played: tuple[Engine, Truth]) -> None:
    engine, truth = played
    files = mutations.shipped_files()
    for one in WRONG:
        files = mutations.mutated(files, one)
    catalogue = assembled(list(files.items()), shipped_datasets())
    with engine.as_role("indicators") as connection:
        store_definitions.apply(connection, catalogue, engine.grounds.datasets, "test", engine.now)
    verify.follow(engine)
    wrong = {one.slot.figure for one in truth.differences(engine.figures("value, low, high"), FIGURES)}
    assert wrong == {figure for one in WRONG for figure in one.reaches}
