"""The cells that changed definitions would have, in PostgreSQL: in the work tables of `store_past`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.indicators import store_cells, store_due, store_entities, store_figures, store_map, store_past
from services.indicators.entities import ENTITY, Source
from services.indicators.figures import Use
from services.indicators.working_clock import WorkingClock
from services.runtime.db import Connection

LONGEST_S = 3_600  # a statement; whoever waits for it may cancel
ENTITIES_A_TURN = 100_000  # folded at once; bounds the work tables
_CELL = "measure, day, area, organisation, breakdown"
_ENTITY = ", ".join(ENTITY)


def allow_time(connection: Connection) -> None:
    """Statements of this transaction may take longer than those of other calls."""
    connection.execute(f"SET LOCAL statement_timeout = '{LONGEST_S}s'")


def prepare(connection: Connection, uses: Iterable[Use], now: datetime) -> datetime:
    """Makes the work tables; up to when moments lie in the cells that are kept."""
    for one in (store_due, store_figures):
        one.prepare(connection)
    store_past.prepare(connection, uses)
    row = connection.execute("SELECT until FROM indicators.figure_clock").fetchone()
    return row[0] if row else now


def copy_kept(connection: Connection, measures: Sequence[int]) -> None:
    """Takes over the cells of measures that stay as they are."""
    for table in ("cells", "members"):
        connection.execute(
            f"INSERT INTO pg_temp.{table} SELECT * FROM indicators.{table} WHERE measure = ANY(%s)",
            (list(measures),),
        )


def stand_kept(connection: Connection, dataset: str) -> None:
    """Leaves in `moved` all entities of a dataset as they are kept."""
    connection.execute("TRUNCATE pg_temp.moved")
    connection.execute(
        f"INSERT INTO pg_temp.moved (sign, {_ENTITY}) SELECT 1, {_ENTITY} FROM indicators.entities"
        " WHERE dataset = %s",
        (dataset,),
    )


def stand_anew(connection: Connection, source: Source, working: WorkingClock) -> None:
    """The same of a dataset of which nothing is kept, or not all that is needed: folded from its records."""
    if source.is_map:
        store_map.fold(connection)
        connection.execute(f"INSERT INTO pg_temp.moved SELECT 1, {_ENTITY} FROM pg_temp.folded")
        return
    connection.execute("CREATE TEMP TABLE stood (LIKE pg_temp.moved) ON COMMIT DROP")
    number = store_entities.dataset_number(connection, source.key)
    if number is not None:
        for _ in store_entities.fold_everything(connection, source, number, working, ENTITIES_A_TURN):
            connection.execute("INSERT INTO pg_temp.stood SELECT * FROM pg_temp.moved")
    connection.execute("TRUNCATE pg_temp.moved")
    connection.execute("INSERT INTO pg_temp.moved SELECT * FROM pg_temp.stood")
    connection.execute("DROP TABLE pg_temp.stood")


def touch(connection: Connection) -> None:
    """Says of all cells that they changed."""
    store_cells.prepare(connection)
    connection.execute(
        f"INSERT INTO pg_temp.touched_cells SELECT {_CELL}, true FROM pg_temp.cells"
        f" UNION SELECT {_CELL}, true FROM pg_temp.members"
    )
    connection.execute("ANALYZE pg_temp.touched_cells")
