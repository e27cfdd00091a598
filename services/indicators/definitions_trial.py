"""Changed definitions, tried on the data that is there: some indicators at a time, beside what is kept.

Each trial reads one moment of the database and writes work tables only; nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.indicators import (
    store_definitions,
    store_due,
    store_figures,
    store_past,
    store_sums,
    store_trial,
)
from services.indicators.catalogue import Catalogue
from services.indicators.definitions_plan import Effect, Effects, Plan, digest, kinds_of
from services.indicators.entities import families
from services.indicators.figures import advance, compute
from services.indicators.grounds import Grounds
from services.indicators.periods import local_day
from services.indicators.programme import Programme, compiled
from services.indicators.published import Slot, Thing
from services.indicators.store_due import Due
from services.runtime.db import Connection


def plan_of(
    connection: Connection, catalogue: Catalogue, files: Sequence[tuple[str, str]], grounds: Grounds
) -> Plan:
    """What is to be tried of a catalogue; `files`: that it was read from."""
    known = store_definitions.standing(connection)
    found = store_definitions.differences(connection, catalogue, grounds.datasets)
    application = store_definitions.application(connection)
    standing = compiled(
        application,
        store_definitions.definitions(connection),
        store_definitions.measures(connection),
        grounds.datasets,
    )
    return Plan(
        catalogue,
        found,
        known,
        kinds_of(found, known, catalogue),
        frozenset(one.number for key in standing.sources for one in standing.measures(key)),
        {key: source.is_counted_by_clock for key, source in standing.sources.items()},
        digest(files, application),
    )


def attempt(
    connection: Connection, plan: Plan, indicators: Sequence[str], grounds: Grounds, now: datetime
) -> Mapping[str, Effects]:
    """What would become of the figures of these indicators, by id."""
    store_past.freeze(connection)
    store_trial.allow_time(connection)
    measures = plan.measures(store_definitions.measures(connection))
    programme = compiled(0, plan.definitions(indicators), measures, grounds.datasets)
    until = store_trial.prepare(connection, programme.uses, now)
    for key in programme.sources:
        _fill(connection, plan, programme, key, grounds, until)
    today = local_day(now)
    daily_from = today - grounds.settings.daily_stocks
    store_trial.touch(connection)
    store_due.want_touched(connection, today, daily_from, store_past.SCHEMA)
    store_due.want_all(connection, indicators)
    effects = {one: Effects() for one in indicators}
    for turn in range(store_due.make_due(connection, daily_from, store_past.SCHEMA)):
        found = store_sums.sums(connection, turn, store_past.SCHEMA)
        standing = store_figures.standing(connection, turn)
        for due in store_due.due(connection, turn):
            indicator = programme.indicators[due.indicator]
            computed = compute(indicator, due.window, found.get(due.figure, {}), today)
            before = standing.get(due.figure)
            if (after := advance(before, computed)) is not None:
                effects[due.indicator].add(Effect(_slot(due), before, after))
    return effects


def _fill(
    connection: Connection, plan: Plan, programme: Programme, key: str, grounds: Grounds, until: datetime
) -> None:
    """The cells of a dataset: kept ones as they are, those of new measures summed of its entities."""
    source, every = programme.sources[key], programme.measures(key)
    store_trial.copy_kept(connection, [one.number for one in every if one.number in plan.kept])
    new = [one for one in every if one.number not in plan.kept]
    if not new:
        return
    if key in plan.is_kept_by_clock and plan.is_kept_by_clock[key] >= source.is_counted_by_clock:
        store_trial.stand_kept(connection, key)
    else:
        store_trial.stand_anew(connection, source, grounds.working)
    store_past.fill(connection, source, families(new), until)


def _slot(due: Due) -> Slot:
    return Slot(Thing(due.indicator, due.subject_kind, due.subject, due.breakdown), due.period, due.start)
