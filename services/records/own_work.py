"""The centre's own work as sources: what `alarms` keeps of it comes in like what is pulled from elsewhere."""

from __future__ import annotations

import msgspec

from services.records.fetching import Page
from services.records.pulling import Source
from services.records.rpc_known import Known
from services.records.sources import Pulled
from services.records.store_own_work import VIEWS, rows_after
from services.runtime.db import Pool, statements
from services.runtime.tables.mapping import Mapping

EVERY_S = 60.0
ROWS_A_PAGE = 1_000


def own_sources(known: Known) -> tuple[Pulled, ...]:
    """One for each such dataset, of its name: with a dot, as no declared source may have."""
    return tuple(_pulled(key, tuple(known.dataset(key).by_name)) for key in VIEWS)


class OwnPages:
    """The pages of one of them; the cursor is the number of the last row that was taken in."""

    def __init__(self, pool: Pool, dataset: str) -> None:
        self._pool, self._dataset = pool, dataset

    def page(self, cursor: str) -> Page:
        """What lies behind a cursor.

        Raises:
            Unavailable: the database is away.
        """
        with statements(self._pool) as connection:
            rows = rows_after(connection, self._dataset, int(cursor), ROWS_A_PAGE)
        body = msgspec.json.encode([fields for _, fields in rows])
        return Page(body, str(rows[-1][0]) if rows else cursor)


def _pulled(key: str, fields: tuple[str, ...]) -> Pulled:
    source = Source(name=key, url="", mapping="", next_cursor="", first_cursor="0", every_s=EVERY_S)
    return Pulled(source, Mapping(dataset=key, format="json", columns={name: name for name in fields}))
