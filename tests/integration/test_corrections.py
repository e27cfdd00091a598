"""For every system: one record that is corrected changes the figures that are made of it, and no other.

What these are, and what they come to, is said by the plain method of tests/truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from services.indicators.area_units import UNITS
from tests.fixtures.servers import Database
from tests.integration.figures_world import Engine, shipped_datasets
from tests.truth import month, verify
from tests.truth.comparing import Difference, Published
from tests.truth.corrections import DAYS_BACK, Ledger, few
from tests.truth.office import Office, open_office
from tests.truth.world import draw_map, write_map

SEED = 1
# No indicator is made of it: when links went up and down is kept, their availability is reported.
WITHOUT_FIGURES = {"network.link_states"}
# The area map is nobody's to hand in; test_figures_map draws it anew.
HANDED_IN = {key: one for key, one in sorted(shipped_datasets().items()) if key != UNITS.key}


class Played(NamedTuple):
    engine: Engine
    office: Office
    ledger: Ledger


@pytest.fixture(scope="module")
def played(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """A little of every dataset, handed in and followed."""
    engine = Engine(module_database, month.DELIVERIES[-1], daily_stock_days=DAYS_BACK, batch_facts=20)
    ledger = Ledger(tmp_path_factory.mktemp("sent"))
    draw_map(module_database)
    write_map(ledger.folder)
    verify.follow(engine)
    with open_office(module_database) as office:
        for key, dataset in HANDED_IN.items():
            parcel = few(dataset, SEED)
            ledger.note(office.hand_in(parcel, f"{key}:few", month.DELIVERIES[-1]), parcel)
        engine.now = month.NOW
        verify.follow(engine)
        yield Played(engine, office, ledger)
    engine.close()


def changed_since(engine: Engine, run: int) -> tuple[Published, int]:
    """The figures that stand which were written after a run, and the newest run."""
    with engine.as_role("indicators") as connection:
        rows = connection.execute(
            "SELECT DISTINCT ON (indicator, subject_kind, subject, breakdown, period, period_start)"
            " indicator, subject_kind, subject, breakdown, period, period_start, value, low, high, run"
            " FROM indicators.figures WHERE run > %s"
            " ORDER BY indicator, subject_kind, subject, breakdown, period, period_start, version DESC",
            (run,),
        ).fetchall()
    return {row[:6]: row[6:9] for row in rows}, max((row[9] for row in rows), default=run)


def test_a_corrected_record_changes_what_is_made_of_it_and_nothing_else(played: Played) -> None:
    engine, office, ledger = played
    standing, run = changed_since(engine, 0)
    assert ledger.look(standing) == []
    wrong: dict[str, list[Difference]] = {}
    silent = set()
    for key, dataset in HANDED_IN.items():
        foreseen = ledger.correction(dataset, SEED)
        number = office.hand_in(foreseen.parcel, f"{key}:correction", month.NOW)
        engine.catch_up()
        after, run = changed_since(engine, run)
        changed, differences = ledger.compare(foreseen, standing, {**standing, **after})
        if differences:
            wrong[key] = differences
        if not changed:
            silent.add(key)
        standing = {**standing, **after}
        ledger.take(number, foreseen)
    assert not wrong, "\n".join(f"{key}: {len(some)}, such as {some[0]}" for key, some in wrong.items())
    assert silent == set(HANDED_IN) - set(ledger.looked_at) == WITHOUT_FIGURES
