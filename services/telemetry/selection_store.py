"""The series that a selector chooses, from the registry and from what has readings."""

from __future__ import annotations

from datetime import date

from services.areas import store as areas
from services.runtime.db import Connection
from services.runtime.within import Within
from services.telemetry.domain import SeriesName
from services.telemetry.rollups import Mean
from services.telemetry.selection import Chosen, Selector

_CHOSEN = """
SELECT n.device, n.channel, c.quantity, coalesce(c.unit, ''), d.reporting_interval_s, s.series_id,
       s.mean
FROM ({names}) n (device, channel)
LEFT JOIN registry.channels c ON c.device = n.device AND c.channel = n.channel
LEFT JOIN registry.devices d ON d.device = c.device
LEFT JOIN telemetry.series s ON s.device = n.device AND s.channel = n.channel
WHERE (n.device COLLATE "C", n.channel COLLATE "C") {beyond} (%(device)s, %(channel)s)
  AND (%(within)s::text[] IS NULL OR n.device = ANY(%(within)s::text[]))
ORDER BY n.device COLLATE "C", n.channel COLLATE "C" LIMIT %(limit)s
"""
_NAMED = "SELECT * FROM unnest(%(named_devices)s::text[], %(named_channels)s::text[])"
_FILTERED = (
    "SELECT c.device, c.channel FROM registry.channels c JOIN registry.devices d USING (device) WHERE "
)


class UnknownArea(Exception):
    """There was no such unit on the map of that day."""

    def __init__(self, code: str, on: date) -> None:
        super().__init__(f"no administrative unit {code!r} on the map of {on}")


def chosen(
    conn: Connection,
    selector: Selector,
    today: date,
    limit: int | None = None,
    after: SeriesName | None = None,
    inclusive: bool = False,
    within: Within | None = None,
) -> list[Chosen]:
    """At most `limit` of them, ordered by device and channel (bytewise), beyond `after`.

    Of devices that are `within` only; None: of all.

    Raises:
        UnknownArea: the area is not on its map.
    """
    parameters: dict[str, object] = {
        "named_devices": [name.device for name in selector.series],
        "named_channels": [name.channel for name in selector.series],
        "device": after.device if after else "",
        "channel": after.channel if after else "",
        "limit": limit,
        "within": None if within is None else list(within.devices),
    }
    names = [_NAMED] if selector.series else []
    if selector.filters:
        names.append(_FILTERED + _conditions(conn, selector, today, parameters))
    query = _CHOSEN.format(names=" UNION ".join(names), beyond=">=" if inclusive else ">")
    rows = conn.execute(query, parameters).fetchall()
    return [
        Chosen(SeriesName(row[0], row[1]), row[2], row[3], row[4], row[5], Mean(row[6] or 0)) for row in rows
    ]


def first_unknown(conn: Connection, names: tuple[SeriesName, ...]) -> int | None:
    """Index of the first of these that neither the registry nor any reading knows."""
    row = conn.execute(
        "SELECT min(n.at) FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS n (device, channel, at)"
        " LEFT JOIN registry.channels c ON c.device = n.device AND c.channel = n.channel"
        " LEFT JOIN telemetry.series s ON s.device = n.device AND s.channel = n.channel"
        " WHERE c.channel IS NULL AND s.series_id IS NULL",
        ([name.device for name in names], [name.channel for name in names]),
    ).fetchone()
    return row[0] - 1 if row and row[0] is not None else None


def with_readings(conn: Connection) -> list[SeriesName]:
    """Every series that ever had a reading."""
    rows = conn.execute("SELECT device, channel FROM telemetry.series").fetchall()
    return [SeriesName(*row) for row in rows]


def _conditions(conn: Connection, selector: Selector, today: date, parameters: dict[str, object]) -> str:
    """On `c` and `d`; what they need is added to the parameters."""
    conditions = []
    for column, words in (
        ("d.device", selector.devices),
        ("c.quantity", selector.quantities),
        ("c.channel", selector.channels),
    ):
        if words:
            parameters[column] = list(words)
            conditions.append(f"{column} = ANY(%({column})s)")
    if selector.area_code:
        codes, devices = _in_area(conn, selector.area_code, selector.map_date or today)
        parameters |= {"codes": codes, "placed": devices}
        conditions.append("(d.area_code = ANY(%(codes)s) OR d.device = ANY(%(placed)s))")
    return " AND ".join(conditions)


def _in_area(conn: Connection, code: str, on: date) -> tuple[list[str], list[str]]:
    """Codes of the unit and all below it; devices that have no code on that map, but a place in the unit."""
    area = areas.area(conn, code, on)
    if area is None:
        raise UnknownArea(code, on)
    if area.boundary is None:
        return sorted(area.codes), []
    rows = conn.execute(
        "SELECT device, area_code, longitude, latitude FROM registry.devices"
        " WHERE area_code IS NULL OR area_code <> ALL(%s)",
        (sorted(area.codes),),
    ).fetchall()
    current = areas.codes_on(conn, sorted({row[1] for row in rows if row[1]}), on)
    return sorted(area.codes), [row[0] for row in rows if row[1] not in current and area.holds(*row[2:])]
