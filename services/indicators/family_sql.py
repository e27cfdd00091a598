"""The statement that sums a family of measures over entities that moved. Pure.

Each entity is read once, its fields typed; then one aggregate a measure, filtered by its condition.
Parameters: `until` (what is later lies ahead), `numbers` of the measures, `dataset`, values of the source.
"""

from __future__ import annotations

from collections.abc import Iterable

from services.indicators.entities import ENTITY, ZONE, Family, Measure, Source, chain_of, midnight
from services.indicators.takes import SUMS, Fold, Take

# The day from which on no state of a unit is on the map; NULL: it is still, or never was.
_GONE = (
    "(SELECT CASE WHEN bool_and(u.valid_to IS NOT NULL) THEN max(u.valid_to) END FROM areas.units u"
    " WHERE u.code = {area})"
)
DELTAS = "measure, day, ahead, area, organisation, breakdown, key, n, sum, late, blank"
_KEPT = ", ".join(ENTITY)
_MOVED = f"SELECT sign, {_KEPT} FROM pg_temp.moved"
# All of the chains to which something that moved belongs, as they were and as they are.
_CHAINS = """
SELECT -1 AS sign, {kept} FROM indicators.entities w WHERE dataset = %(dataset)s AND {chain} IN ({moved})
UNION ALL
SELECT 1, {kept} FROM indicators.entities w WHERE dataset = %(dataset)s AND {chain} IN ({moved})
    AND key NOT IN (SELECT key FROM pg_temp.moved)
UNION ALL
SELECT sign, {kept} FROM pg_temp.moved WHERE sign = 1
"""


def sum_of(family: Family, source: Source, *, whole: bool = False) -> str:
    """INSERT of what the family's cells gain and lose; `whole`: of what all that stands in `moved` gives to
    cells of which nothing is there yet.
    """
    first = family.first
    if first.fold is Fold.PRESENCE:
        return _presence(first, source)
    spread = _spread(first, source)
    if whole:  # chains come with what is kept of them, to be taken away
        spread = f"SELECT * FROM ({spread}) s WHERE s.sign = 1"
    return _sums(family, spread) if first.fold in SUMS else _members(first, spread)


def each_of(measure: Measure, source: Source) -> str:
    """SELECT of what each entity gives to a measure, where `moved` holds all of them with sign 1: key, day,
    area,
    organisation, breakdown, member, n, amount, late, blank; those that give nothing are absent.

    Parameters besides `until` and the values of the source: `since` and `before`, the days that are looked
    at.
    """
    return (
        "SELECT key, min(day) AS day, area, organisation, breakdown, member,"
        " coalesce(sum(weight) FILTER (WHERE told), 0) AS n,"
        " coalesce(sum(weight * amount) FILTER (WHERE told), 0) AS amount, bool_or(late) AS late,"
        " coalesce(sum(weight) FILTER (WHERE NOT told), 0) AS blank"
        f" FROM ({given_by(measure, source)}) e"
        " GROUP BY key, area, organisation, breakdown, member HAVING sum(weight) <> 0"
    )


def given_by(measure: Measure, source: Source) -> str:
    """SELECT of each time that an entity counts for a measure, as `each_of`: key, day, area, organisation,
    breakdown, member, weight (1, or -1 where it leaves a stock), amount, told, late. Of presence, each day on
    which the source said something of it.
    """
    if measure.fold is Fold.PRESENCE:
        member, amount, told, kept = "''", "0::numeric", "true", ""
        spread = (
            f"SELECT e.*, 1 AS weight, s.moment FROM ({_typed(source, _MOVED)}) e"
            f" CROSS JOIN LATERAL {_days_spoken(source)} s"
        )
    else:
        in_sums = measure.fold in SUMS
        member, amount = ("''", f"({measure.of or 1})::numeric") if in_sums else _key(measure)
        told = "true" if measure.of is None else f"({measure.of}) IS NOT NULL"
        kept = "" if in_sums else " AND told AND member <> ''"  # as members are kept
        spread = _spread(measure, source)
    return (
        f"SELECT * FROM (SELECT e.key, (moment AT TIME ZONE '{ZONE}')::date AS day, {_place(measure)},"
        f" {member} AS member, weight, {amount} AS amount, {told} AS told, late"
        f" FROM ({spread}) e WHERE e.sign = 1 AND moment <= %(until)s AND ({measure.where})) e"
        f" WHERE day >= %(since)s AND day < %(before)s{kept}"
    )


def _sums(family: Family, spread: str) -> str:
    has_amounts = family.first.of is not None
    arrays = [_array(map(_count, family.measures))]
    if has_amounts:
        arrays += [_array(map(_amount, family.measures)), _array(map(_blank, family.measures))]
    names, given, amount, blank = "n", "g.ns", "m.n", "0"
    there = "m.n <> 0"
    if has_amounts:
        names, given, amount, blank = "n, sum, blank", "g.ns, g.sums, g.blanks", "m.sum", "m.blank"
        there = "m.n <> 0 OR m.sum <> 0 OR m.blank <> 0"
    columns = given.replace("g.", "")
    return (
        f"INSERT INTO pg_temp.deltas ({DELTAS}) SELECT m.measure, g.day, g.ahead, g.area, g.organisation,"
        f" g.breakdown, '', m.n, {amount}, CASE WHEN g.late THEN m.n ELSE 0 END, {blank}"
        f" FROM (SELECT {_moment()}, {_place(family.first)}, late, {', '.join(arrays)} FROM ({spread}) e"
        f" GROUP BY 1, 2, 3, 4, 5, 6) AS g (day, ahead, area, organisation, breakdown, late, {columns})"
        f" CROSS JOIN LATERAL unnest(%(numbers)s::integer[], {given}) AS m (measure, {names}) WHERE {there}"
    )


def _members(measure: Measure, spread: str) -> str:
    key, amount = _key(measure)
    return (
        f"INSERT INTO pg_temp.deltas ({DELTAS}) SELECT (%(numbers)s::integer[])[1], g.*, 0 FROM ("
        f"SELECT {_moment()}, {_place(measure)}, {key} AS key, sum(weight),"
        f" coalesce(sum(weight * {amount}), 0), coalesce(sum(weight) FILTER (WHERE late), 0)"
        f" FROM ({spread}) e WHERE ({measure.where}) AND {key} <> '' AND {amount} IS NOT NULL"
        " GROUP BY 1, 2, 3, 4, 5, 6) g"
    )


def _presence(measure: Measure, source: Source) -> str:
    """Of a subject, each day on which something happened to it counts once."""
    return (
        f"INSERT INTO pg_temp.deltas ({DELTAS}) SELECT (%(numbers)s::integer[])[1], {_moment()},"
        f" {_place(measure)}, '', sum(sign), 0, coalesce(sum(sign) FILTER (WHERE late), 0), 0"
        f" FROM ({_typed(source, _MOVED)}) e CROSS JOIN LATERAL {_days_spoken(source)} s"
        " GROUP BY 2, 3, 4, 5, 6"
    )


def _days_spoken(source: Source) -> str:
    if source.life_cycle is None:
        return "(SELECT e.at AS moment)"
    return (
        "(SELECT min(m.moment) AS moment FROM jsonb_each(e.m) AS t (event, told)"
        " CROSS JOIN LATERAL (VALUES ((t.told->>0)::timestamptz), ((t.told->>1)::timestamptz)) m (moment)"
        f" GROUP BY (m.moment AT TIME ZONE '{ZONE}')::date)"
    )


def _key(measure: Measure) -> tuple[str, str]:
    """The key and the amount of an entity."""
    amount = f"({measure.of or 1})::numeric"
    match measure.fold:
        case Fold.DISTINCT | Fold.DISTINCT_LEVEL:
            return f"({measure.of})::text", "0"
        case Fold.MAX_OF_SUM:
            return f"({measure.moment})::text", amount
        case Fold.LAST:
            order = "to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
            return f"({order} || encode(e.key, 'hex'))", amount
        case _:
            return f"trim_scale({amount})::text", amount


def _spread(measure: Measure, source: Source) -> str:
    """Entities with the moment that decides their cell, and 1 or -1 for what comes and what goes."""
    if not measure.is_level:
        return f"SELECT e.*, e.sign AS weight, {measure.when} AS moment FROM ({_typed(source, _MOVED)}) e"
    entities = _holdings(measure, source) if measure.take is Take.HOLDINGS else _stock(measure, source)
    return (
        "SELECT e.*, e.sign * s.step AS weight, s.moment"
        f" FROM ({entities}) e CROSS JOIN LATERAL (VALUES (1, e.begins), (-1, e.ends)) AS s (step, moment)"
        " WHERE e.begins IS NOT NULL AND e.begins < coalesce(e.ends, 'infinity') AND s.moment IS NOT NULL"
    )


def _stock(measure: Measure, source: Source) -> str:
    ends = measure.ends or "NULL::timestamptz"
    return f"SELECT e.*, {measure.when} AS begins, {ends} AS ends FROM ({_typed(source, _MOVED)}) e"


def _holdings(measure: Measure, source: Source) -> str:
    """Rows of chains: each holds until the next one begins, at most as long as it says."""
    chain = chain_of(measure.chain, "w.fields") if measure.chain else "w.base"
    rows = _CHAINS.format(kept=_KEPT, chain=chain, moved=f"SELECT {chain} FROM pg_temp.moved w")
    begun = f"SELECT e.*, {measure.when} AS begins FROM ({_typed(source, rows, chain)}) e"
    year = f"extract(year FROM e.begins AT TIME ZONE '{ZONE}')::integer + 1"
    longest = {
        "until_next": "NULL",
        "period": midnight("e.c_period_to + 1"),
        "year": midnight(f"make_date({year}, 1, 1)"),
        "unit": midnight(_GONE.format(area=f"e.c_{measure.area}")),
    }[measure.lasts]
    # Of those that begin together the longest comes first, then the one as of the earliest day.
    order = "e.begins, e.f->>'period_to' DESC NULLS FIRST, e.f->>'as_of' NULLS FIRST, e.key"
    following = f"lead(e.begins) OVER (PARTITION BY e.sign, e.chain ORDER BY {order})"
    return f"SELECT e.*, least({following}, {longest}) AS ends FROM ({begun}) e WHERE e.begins IS NOT NULL"


def _typed(source: Source, rows: str, chain: str = "NULL") -> str:
    """Kept entities with the columns that measures name; a fence, so that each is read once."""
    told = "".join(f', {sql} AS "{name}"' for name, sql in source.columns.items())
    return (
        f"SELECT w.sign, w.key, w.at, w.late, w.worked_s, w.due, w.due_soon, w.chain, w.f, w.m{told} FROM ("
        f"SELECT w.*, {chain} AS chain, w.fields AS f, w.moments AS m FROM ({rows}) w) w OFFSET 0"
    )


def _moment() -> str:
    """The day of a moment that has come, or the moment that lies ahead."""
    return (
        f"CASE WHEN moment <= %(until)s THEN (moment AT TIME ZONE '{ZONE}')::date END AS day,"
        " CASE WHEN moment > %(until)s THEN moment END AS ahead"
    )


def _place(measure: Measure) -> str:
    area, organisation = (f"coalesce(c_{name}, '')" if name else "''" for name in measure.place)
    parts = ", ';', ".join(f"'{name}=', translate(c_{name}, ';', ',')" for name in measure.by)
    breakdown = f"concat({parts})" if parts else "''"
    return f"{area} AS area, {organisation} AS organisation, {breakdown} AS breakdown"


def _count(measure: Measure) -> str:
    where = f"({measure.where}) AND ({measure.of}) IS NOT NULL" if measure.of else measure.where
    return f"coalesce(sum(weight) FILTER (WHERE {where}), 0)"


def _amount(measure: Measure) -> str:
    return f"coalesce(sum(weight * ({measure.of})::numeric) FILTER (WHERE {measure.where}), 0)"


def _blank(measure: Measure) -> str:
    return f"coalesce(sum(weight) FILTER (WHERE ({measure.where}) AND ({measure.of}) IS NULL), 0)"


def _array(items: Iterable[str]) -> str:
    return f"ARRAY[{', '.join(items)}]"
