"""Two datasets, dossiers with a life cycle and stocks that hold for a while, with a measure of every kind;
and an office that hands rows in, in any order, and takes them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import count
from pathlib import Path

import psycopg

from services.records import changing, store
from services.records.datasets import Dataset, parse_dataset
from services.records.domain import Batch, Chunk, Header
from services.records.rows import Checker, Row
from tests.fixtures.servers import Database
from tests.integration.figures_world import Engine
from tests.unit.records.declared import DOSSIERS, PSEUDONYMS

NOW = datetime(2025, 11, 20, 2, tzinfo=UTC)
NORTH, SOUTH = "22333", "22366"
STOCKS = """
key = "tested.stocks"
title_vi = "Tồn"
title_en = "Stocks"
system_vi = "Thử"
kind = "figures"
identity = ["place", "kind_of", "period_from", "period_to"]
event_time = "period_from"
area = "place"
breakdowns = ["kind_of"]
future = true
[promise]
every = "P1M"
duty_vi = "Thử"
[[fields]]
name = "place"
title_vi = "Nơi"
title_en = "Place"
type = "area"
required = true
[[fields]]
name = "kind_of"
title_vi = "Loại"
title_en = "Kind"
type = "choice"
required = true
choices = [{ code = "x", vi = "X", en = "X" }, { code = "y", vi = "Y", en = "Y" }]
[[fields]]
name = "period_from"
title_vi = "Từ"
title_en = "From"
type = "date"
required = true
[[fields]]
name = "period_to"
title_vi = "Đến"
title_en = "To"
type = "date"
required = true
[[fields]]
name = "amount"
title_vi = "Số lượng"
title_en = "Amount"
type = "integer"
unit = "1"
inequality = true
"""
# What an office says of how long a dossier may take.
TERMS = """
[[fields]]
name = "days"
title_vi = "Số ngày làm việc"
title_en = "Working days"
type = "integer"
unit = "d"
min = 1
max = 20
[[fields]]
name = "due_at"
title_vi = "Hẹn trả"
title_en = "Due"
type = "instant"
[life_cycle]"""
_MEASURE = """
[[measures]]
name = "{name}"
dataset = "{dataset}"
take = "{take}"
fold = "{fold}"
unit = "{unit}"
{more}
"""
_INDICATOR = """
[[indicators]]
id = "TE-{number:02d}"
name_vi = "Thử {number}"
name_en = "Tested {number}"
unit = "{unit}"
formula = "{formula}"
direction = "up"
over_time = "{over_time}"
over_space = "{over_space}"
levels = [{levels}]
periods = [{periods}]
by = [{by}]
cadence = "P1D"
fresh = "P1D"
owner_vi = "Thử"
decimals = 2
basis = "design"
basis_vi = "Thử"
"""
# Dataset, take, fold, unit, the rest of the measure; formula, unit, over time, over space, periods, levels.
_D, _S, _R = "onestop.dossiers", "tested.stocks", "first('received')"
_BY, _KINDS = 'by = ["channel"]', 'by = ["kind_of"]'
_ALL = '"area", "organisation", "province"'
_FLOWS, _STOCKS = '"day", "month", "year"', '"day", "month"'
_MEASURES = (
    (_D, "subjects", "count", "dossier", f'when = "{_R}"\n{_BY}'),
    (_D, "subjects", "sum", "VND", f'when = "{_R}"\nof = "fee"\n{_BY}'),
    (
        _D,
        "subjects",
        "level",
        "dossier",
        f"begins = \"{_R}\"\nends = \"last('resolved', 'withdrawn')\"\n{_BY}",
    ),
    (_D, "subjects", "pool", "h", f'when = "last(\'resolved\')"\nof = "worked_hours()"\n{_BY}'),
    (_D, "subjects", "max", "VND", f'when = "{_R}"\nof = "fee"\n{_BY}'),
    (_D, "subjects", "min", "VND", f'when = "{_R}"\nof = "fee"\n{_BY}'),
    (_D, "subjects", "distinct", "person", f'when = "{_R}"\nof = "citizen"\n{_BY}'),
    (_D, "subjects", "max_of_sum", "VND", f'when = "{_R}"\nof = "fee"\nmoment = "{_R}"\n{_BY}'),
    (_D, "subjects", "last", "VND", f'when = "{_R}"\nof = "fee"\n{_BY}'),
    (_S, "holdings", "level", "1", f'begins = "period_from"\nof = "amount"\n{_KINDS}'),
    (_S, "holdings", "level", "1", f'begins = "period_from"\nlasts = "period"\nof = "amount"\n{_KINDS}'),
    (_S, "holdings", "level", "1", f'begins = "period_from"\nlasts = "year"\nof = "amount"\n{_KINDS}'),
    (_S, "holdings", "distinct_level", "place", f'begins = "period_from"\nof = "place"\n{_KINDS}'),
    (_S, "rows", "sum", "1", f'of = "amount"\n{_KINDS}'),
    (_S, "rows", "count", "record", f'when = "period_to"\n{_KINDS}'),
    (_S, "rows", "count", "record", f'when = "period_to"\nwhere = "kind_of == \'x\'"\n{_KINDS}'),
    (_D, "subjects", "count", "dossier", f'when = "due()"\n{_BY}'),
    (_D, "subjects", "count", "dossier", f'when = "due()"\nwhere = "last(\'resolved\') <= due()"\n{_BY}'),
    (
        _D,
        "subjects",
        "level",
        "dossier",
        f'begins = "max(due_soon(), {_R})"\nends = "coalesce(min(due(), last(\'resolved\')), due())"\n{_BY}',
    ),
)
# Formula (m0 … are the measures), unit, over time, over space, field of breakdown, periods, levels.
_INDICATORS = (
    ("100 * m0 / (m0 + m2)", "%", "recompute", "ratio_of_sums", "channel", _STOCKS, _ALL),
    ("m1 / m0", "VND/dossier", "ratio_of_sums", "ratio_of_sums", "channel", _FLOWS, _ALL),
    ("m2", "dossier", "last", "sum", "channel", _STOCKS, _ALL),
    ("p90(m3)", "h", "pool", "pool", "channel", _FLOWS, _ALL),
    ("m4", "VND", "max", "max", "channel", _FLOWS, _ALL),
    ("m6", "person", "distinct", "distinct", "channel", _FLOWS, _ALL),
    ("m7", "VND", "max", "max_of_sum", "channel", _FLOWS, _ALL),
    ("m9", "1", "last", "sum", "kind_of", _STOCKS, '"area", "province"'),
    ("100 * m10 / m11", "%", "ratio_of_lasts", "ratio_of_sums", "kind_of", _STOCKS, '"area", "province"'),
    ("m12", "place", "last", "distinct", "kind_of", _STOCKS, '"area", "province"'),
    ("m13 - year_ago(m13)", "1", "recompute", "sum", "kind_of", _FLOWS, '"area", "province"'),
    ("m13 / m9", "1", "sum_of_months", "ratio_of_sums", "kind_of", '"month", "year"', '"area", "province"'),
    ("annualised(m0)", "dossier", "recompute", "sum", "channel", '"month", "year"', _ALL),
    ("100 * m15 / m14", "%", "ratio_of_sums", "ratio_of_sums", "kind_of", _FLOWS, '"area", "province"'),
    ("100 * m17 / m16", "%", "ratio_of_sums", "ratio_of_sums", "channel", _FLOWS, _ALL),
    ("m18", "dossier", "last", "sum", "channel", '"day"', _ALL),
)
_fresh = count()


class Everywhere:
    """Knows two communes and two departments, always."""

    def area(self, called: str, day: date) -> str | None:
        return called

    organisation = area


@lru_cache
def datasets() -> Mapping[str, Dataset]:
    """Both."""
    text = DOSSIERS.replace('"onestop.dossiers"', f'"{_D}"').replace("[life_cycle]", TERMS)
    text += 'allowance = "days"\ndue = "due_at"\n'
    return {one.key: one for one in (parse_dataset(text), parse_dataset(STOCKS))}


def write_definitions(folder: Path) -> None:
    """A file of definitions with a measure of every kind."""
    text = "".join(
        _MEASURE.format(name=f"m{number}", dataset=dataset, take=take, fold=fold, unit=unit, more=more)
        for number, (dataset, take, fold, unit, more) in enumerate(_MEASURES)
    )
    names = ("formula", "unit", "over_time", "over_space", "by", "periods", "levels")
    text += "".join(
        _INDICATOR.format(number=number, **{**dict(zip(names, one, strict=True)), "by": f'"{one[4]}"'})
        for number, one in enumerate(_INDICATORS, 1)
    )
    (folder / "public_services.toml").write_text(text, encoding="utf-8")


def dossier(
    number: int,
    event: str,
    hour: int,
    fee: int | None,
    place: int,
    channel: str,
    term: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Cells of an event of a dossier; `hour`: since 1 October; `term`: how long it may take."""
    cells = {
        "dossier": f"H32.10-251001-{number:04d}",
        "event": event,
        "occurred_at": f"{1 + hour // 24 % 28:02d}/{10 + hour // 24 // 28:02d}/2025 {hour % 24:02d}:30",
        "filed_at": (NORTH, SOUTH)[place],
        "handled_by": ("H32.05", "H32.06")[number % 2],
        "channel": channel,
        "citizen": f"0561900001{number % 2:02d}",
        **(term or {}),
    }
    return cells if fee is None else {**cells, "fee": str(fee)}


def stock(place: int, kind: str, begins: int, months: int, amount: str) -> dict[str, str]:
    """Cells of a stock; `begins`: month since January 2024."""
    ends = begins + months - 1
    since, to = date(2024 + begins // 12, begins % 12 + 1, 1), date(2024 + ends // 12, ends % 12 + 1, 28)
    return {
        "place": (NORTH, SOUTH)[place],
        "kind_of": kind,
        "period_from": f"{since:%d/%m/%Y}",
        "period_to": f"{to:%d/%m/%Y}",
        "amount": amount,
    }


class Office:
    """Hands rows in and takes them back, and looks at what the engine keeps of them."""

    def __init__(self, database: Database, engine: Engine, of: Mapping[str, Dataset] | None = None) -> None:
        self._database = database
        self.engine = engine
        self._checkers = {
            key: Checker(one, Everywhere(), PSEUDONYMS) for key, one in (of or datasets()).items()
        }
        self._lines: dict[int, int] = {}
        self._rows: dict[tuple[int, int], Row] = {}

    def clear(self) -> None:
        """Nothing was ever handed in, and nothing is kept."""
        with psycopg.connect(self._database.admin_dsn) as connection:
            for table in ("records", "repeats", "batches", "verdicts", "tallies", "rejected"):
                connection.execute(f"DELETE FROM records.{table}")
            figures = ("cells", "members", "turns", "stocks", "entities", "figures", "runs", "figure_clock")
            for table in figures:
                connection.execute(f"DELETE FROM indicators.{table}")

    def open(self, dataset: str, pending: bool = False) -> int:
        header = Header(dataset, f"batch {next(_fresh)}")
        with self.engine.as_role("records") as connection:
            return store.open_batch(connection, header, "office", pending, self.engine.now).batch

    def append(self, batch: int, cells: Sequence[Mapping[str, str]]) -> None:
        """More lines of a batch, in one transaction."""
        first = self._lines.get(batch, 2)
        self._lines[batch] = first + len(cells)
        with self.engine.as_role("records") as connection:
            found = store.batch_by_number(connection, batch)
            assert found is not None
            checker = self._checkers[found.dataset]
            rows = [checker.check_row(one, line, self.engine.now) for line, one in enumerate(cells, first)]
            taken = [row for row in rows if isinstance(row, Row)]
            assert len(taken) == len(rows), rows
            self._rows |= {(batch, row.line): row for row in taken}
            changing.append(connection, batch, Chunk(taken, ()), self.engine.now, "t" * 32)

    def approve(self, batch: int) -> Batch:
        with self.engine.as_role("records") as connection:
            changing.complete(connection, batch, self.engine.now)
            return changing.decide(connection, batch, True, "second", "", self.engine.now, "t" * 32)

    def withdraw(self, batch: int) -> Batch:
        with self.engine.as_role("records") as connection:
            return changing.withdraw(connection, batch, "office", "sai", self.engine.now, "t" * 32)

    def standing(self) -> list[tuple[str, Row]]:
        """Dataset and row of what stands."""
        with self.engine.as_role("indicators") as connection:
            kept = connection.execute(
                "SELECT d.key, s.kept_batch, s.kept_line FROM records.standing('infinity') s"
                " JOIN records.datasets d USING (dataset_id)"
            ).fetchall()
        return [(key, self._rows[batch, line]) for key, batch, line in kept]

    def hand_in(self, standing: Sequence[tuple[str, Row]]) -> None:
        """Rows in their order, each a batch of its own."""
        for key, row in standing:
            batch = self.open(key)
            with self.engine.as_role("records") as connection:
                chunk = Chunk([row._replace(line=2)], ())
                changing.append(connection, batch, chunk, self.engine.now, "t" * 32)
            self._rows[batch, 2] = row
