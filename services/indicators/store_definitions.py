"""Definitions in PostgreSQL: versions applied and retired, never overwritten; and what was made by which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString, NamedTuple

import msgspec

from services.indicators import declared
from services.indicators.catalogue import Catalogue
from services.indicators.language.formula import operands
from services.indicators.programme import Definition, Numbered, beside
from services.records.datasets import Dataset
from services.runtime.db import Connection

_INDICATORS: LiteralString = (
    "SELECT indicator, version, body FROM indicators.definitions WHERE retired_at IS NULL"
)
_MEASURES: LiteralString = (
    "SELECT name, version, body, measure FROM indicators.measure_definitions WHERE retired_at IS NULL"
)


class Standing(NamedTuple):
    """A definition as it holds now. `datasets`: those that its measures look at, in order."""

    indicator: declared.Indicator
    version: int
    datasets: tuple[str, ...]


class Differences(NamedTuple):
    """What a catalogue says otherwise than what is applied, by id and name; versions are the next ones."""

    indicators: Mapping[str, int]
    measures: Mapping[str, int]
    retired_indicators: tuple[str, ...]
    retired_measures: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        """Whether all is as it is applied."""
        return not any(self)


def standing(connection: Connection) -> dict[str, Standing]:
    """All definitions that hold, by id, in order."""
    measures = {name: body.get("dataset", "") for name, _, body, _ in connection.execute(_MEASURES)}
    found = {}
    for name, one in sorted(definitions(connection).items()):
        datasets = {measures[operand.measure] for operand in operands(one.indicator.formula.node)}
        found[name] = Standing(one.indicator, one.version, tuple(sorted(datasets)))
    return found


def definitions(connection: Connection) -> dict[str, Definition]:
    """The indicators that hold, by id."""
    return {
        name: Definition(declared.indicator_of(body), version)
        for name, version, body in connection.execute(_INDICATORS)
    }


def measures(connection: Connection) -> dict[str, Numbered]:
    """The measures that hold, by name, those of presence with them."""
    return {
        name: Numbered(None if name.startswith("@") else declared.measure_of(body), number)
        for name, _, body, number in connection.execute(_MEASURES)
    }


def held(
    connection: Connection, indicator: str, version: int, moment: datetime
) -> tuple[Standing | None, dict[str, Numbered]]:
    """A version of an indicator (0: that which held at a moment; None: there is none), and the measures that
    held then.
    """
    row = connection.execute(
        "SELECT version, body FROM indicators.definitions WHERE indicator = %(indicator)s"
        " AND (version = %(version)s OR %(version)s = 0 AND applied_at <= %(moment)s"
        "      AND (retired_at IS NULL OR retired_at > %(moment)s))",
        {"indicator": indicator, "version": version, "moment": moment},
    ).fetchone()
    found = _measures_held(connection, moment)
    if row is None:
        return None, found
    one = declared.indicator_of(row[1])
    datasets = {
        told.dataset
        for operand in operands(one.formula.node)
        if (told := found[operand.measure].measure) is not None
    }
    return Standing(one, row[0], tuple(sorted(datasets))), found


def held_of(
    connection: Connection, indicators: Sequence[str], moment: datetime
) -> tuple[dict[str, Definition], dict[str, Numbered]]:
    """Of these indicators the definitions that held at a moment, by id, and all measures that did."""
    rows = connection.execute(
        "SELECT indicator, version, body FROM indicators.definitions WHERE indicator = ANY(%s)"
        " AND applied_at <= %s AND (retired_at IS NULL OR retired_at > %s)",
        (list(indicators), moment, moment),
    )
    found = {name: Definition(declared.indicator_of(body), version) for name, version, body in rows}
    return found, _measures_held(connection, moment)


def application(connection: Connection) -> int:
    """The number of the last application; 0: nothing was ever applied."""
    row = connection.execute("SELECT coalesce(max(application), 0) FROM indicators.applications").fetchone()
    assert row is not None
    return int(row[0])


def differences(connection: Connection, catalogue: Catalogue, datasets: Mapping[str, Dataset]) -> Differences:
    """What applying a catalogue would write."""
    indicators, some = _bodies(catalogue, datasets)
    changed, gone = _compared(connection, "definitions", "indicator", indicators)
    changed_measures, gone_measures = _compared(connection, "measure_definitions", "name", some)
    return Differences(changed, changed_measures, gone, gone_measures)


def apply(
    connection: Connection, catalogue: Catalogue, datasets: Mapping[str, Dataset], by: str, now: datetime
) -> Differences:
    """Makes a catalogue, checked with these datasets, what holds from now on. Figures follow by the worker.

    Another definition of a measure is another measure, with cells of its own. What is not in the catalogue is
    retired; figures that are there stay. Two at once take turns.
    """
    lock(connection)
    found = differences(connection, catalogue, datasets)
    if found.is_none:
        return found
    indicators, some = _bodies(catalogue, datasets)
    for table, key, changed, gone, bodies in (
        ("definitions", "indicator", found.indicators, found.retired_indicators, indicators),
        ("measure_definitions", "name", found.measures, found.retired_measures, some),
    ):
        _retire(connection, table, key, [*changed, *gone], now)
        _add(
            connection,
            table,
            key,
            {name: (version, bodies[name]) for name, version in changed.items()},
            by,
            now,
        )
    connection.execute(
        "INSERT INTO indicators.applications (applied_at, applied_by) VALUES (%s, %s)", (now, by)
    )
    return found


def lock(connection: Connection) -> None:
    """Nobody else applies definitions until the transaction ends."""
    connection.execute("LOCK TABLE indicators.applications IN EXCLUSIVE MODE")


def changed_makings(connection: Connection, digests: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Of what is made from definitions, that which was made otherwise or never, with its digest."""
    made = dict(connection.execute("SELECT what, digest FROM indicators.makings").fetchall())
    return {what: digest for what, digest in digests if made.get(what) != digest}


def set_making(connection: Connection, what: str, digest: str) -> None:
    """Says how something is made from now on."""
    connection.execute(
        "INSERT INTO indicators.makings (what, digest) VALUES (%s, %s)"
        " ON CONFLICT (what) DO UPDATE SET digest = excluded.digest",
        (what, digest),
    )


def keep_makings(connection: Connection, whats: Sequence[str]) -> None:
    """Forgets how all else was made: when it comes back, it lacks what came meanwhile, and is made anew."""
    connection.execute("DELETE FROM indicators.makings WHERE what <> ALL(%s)", (list(whats),))


def forget_makings(connection: Connection) -> None:
    """All datasets are to be made anew."""
    connection.execute("DELETE FROM indicators.makings WHERE what LIKE 'dataset %'")


def _measures_held(connection: Connection, moment: datetime) -> dict[str, Numbered]:
    rows = connection.execute(
        "SELECT name, body, measure FROM indicators.measure_definitions WHERE applied_at <= %(moment)s"
        " AND (retired_at IS NULL OR retired_at > %(moment)s)",
        {"moment": moment},
    )
    return {
        name: Numbered(None if name.startswith("@") else declared.measure_of(body), number)
        for name, body, number in rows
    }


def _bodies(
    catalogue: Catalogue, datasets: Mapping[str, Dataset]
) -> tuple[dict[str, dict[str, object]], dict[str, dict[str, object]]]:
    indicators = {name: _as_kept(declared.body(one)) for name, one in catalogue.indicators.items()}
    some = {name: _as_kept(declared.body(one)) for name, one in catalogue.measures.items()}
    # A companion is another when its measure is.
    more: dict[str, dict[str, object]] = {
        name: {} if of is None else {"most_of": some[of.name]}
        for name, of in beside(catalogue.measures.values(), datasets)
    }
    return indicators, some | more


def _as_kept(body: dict[str, object]) -> dict[str, object]:
    kept: dict[str, object] = msgspec.json.decode(msgspec.json.encode(body))
    return kept


def _compared(
    connection: Connection, table: LiteralString, key: LiteralString, bodies: Mapping[str, dict[str, object]]
) -> tuple[dict[str, int], tuple[str, ...]]:
    rows = connection.execute(
        f"SELECT DISTINCT ON ({key}) {key}, version, body, retired_at FROM indicators.{table}"
        f" ORDER BY {key}, version DESC"
    ).fetchall()
    known: dict[str, tuple[int, Any]] = {
        name: (version, None if retired_at else body) for name, version, body, retired_at in rows
    }
    changed = {
        name: known.get(name, (0, None))[0] + 1
        for name, body in sorted(bodies.items())
        if known.get(name, (0, None))[1] != body
    }
    gone = (name for name, (_, body) in sorted(known.items()) if body is not None and name not in bodies)
    return changed, tuple(gone)


def _retire(
    connection: Connection, table: LiteralString, key: LiteralString, names: list[str], now: datetime
) -> None:
    connection.execute(
        f"UPDATE indicators.{table} SET retired_at = %s WHERE {key} = ANY(%s) AND retired_at IS NULL",
        (now, names),
    )


def _add(
    connection: Connection,
    table: LiteralString,
    key: LiteralString,
    added: Mapping[str, tuple[int, dict[str, object]]],
    by: str,
    now: datetime,
) -> None:
    connection.execute(
        f"INSERT INTO indicators.{table} ({key}, version, body, applied_at, applied_by)"
        " SELECT a.*, %s, %s FROM unnest(%s::text[], %s::integer[], %s::jsonb[]) AS a",
        (
            now,
            by,
            list(added),
            [version for version, _ in added.values()],
            [msgspec.json.encode(body).decode() for _, body in added.values()],
        ),
    )
