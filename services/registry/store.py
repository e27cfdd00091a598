"""Devices and channels in PostgreSQL, schema `registry`."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any, LiteralString

from services.registry.domain import Channel, Device, DeviceState
from services.runtime.db import Connection

_COLUMNS = """
SELECT d.device, d.kind, d.name_vi, d.name_en, d.shard, coalesce(d.area_code, ''), d.longitude, d.latitude,
       d.state, d.commissioned_at, d.reporting_interval_s,
       (SELECT json_agg(json_build_array(c.channel, c.quantity, c.unit, c.minimum, c.maximum)
                        ORDER BY c.channel COLLATE "C")
        FROM registry.channels c WHERE c.device = d.device)
FROM registry.devices d
"""
_DEVICES: LiteralString = (
    "(%(kind)s::text IS NULL OR d.kind = %(kind)s)"
    " AND (%(areas)s::text[] IS NULL OR d.area_code = ANY(%(areas)s))"
    ' AND d.device > %(after)s COLLATE "C"'
)

_PUT_DEVICES = """
INSERT INTO registry.devices (device, kind, name_vi, name_en, shard, area_code, longitude, latitude, state,
                              commissioned_at, reporting_interval_s)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::float8[],
                     %s::float8[], %s::text[], %s::timestamptz[], %s::int[])
ON CONFLICT (device) DO UPDATE SET
    kind = excluded.kind, name_vi = excluded.name_vi, name_en = excluded.name_en, shard = excluded.shard,
    area_code = excluded.area_code, longitude = excluded.longitude, latitude = excluded.latitude,
    state = CASE WHEN devices.state = 'replaced' THEN devices.state ELSE excluded.state END,
    commissioned_at = excluded.commissioned_at,
    reporting_interval_s = excluded.reporting_interval_s, updated_at = now()
"""

_DROP_CHANNELS = """
DELETE FROM registry.channels c
WHERE c.device = ANY(%s)
  AND NOT EXISTS (SELECT FROM unnest(%s::text[], %s::text[]) AS kept (device, channel)
                  WHERE kept.device = c.device AND kept.channel = c.channel)
"""

_PUT_CHANNELS = """
INSERT INTO registry.channels (device, channel, quantity, unit, minimum, maximum)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::float8[], %s::float8[])
ON CONFLICT (device, channel) DO UPDATE SET
    quantity = excluded.quantity, unit = excluded.unit, minimum = excluded.minimum, maximum = excluded.maximum
"""


def devices(connection: Connection, kind: str | None = None) -> list[Device]:
    """All devices with their channels, or those of one kind, ordered by name."""
    return devices_after(connection, kind, "", None)


def devices_after(
    connection: Connection,
    kind: str | None,
    after: str,
    limit: int | None,
    areas: Sequence[str] | None = None,
) -> list[Device]:
    """At most `limit` devices whose name is beyond `after`, ordered by name (bytewise).

    `areas`: only those registered in these.
    """
    parameters = {"kind": kind, "after": after, "limit": limit, "areas": areas}
    return [device_from_row(row) for row in connection.execute(devices_query(_DEVICES), parameters)]


def devices_query(condition: LiteralString) -> LiteralString:
    """Whole devices that meet a condition on `d`, ordered by name, at most %(limit)s."""
    return f'{_COLUMNS} WHERE {condition} ORDER BY d.device COLLATE "C" LIMIT %(limit)s'


_REVOKE_OF_RETIRED: LiteralString = (
    "UPDATE registry.credentials c SET state = 'revoked', reason = 'device retired', changed_at = now()"
    " FROM registry.devices d WHERE d.device = ANY(%s) AND c.username = d.device AND c.kind = 'device'"
    " AND d.state IN ('retired', 'replaced') AND c.state <> 'revoked'"
)


def put_devices(
    connection: Connection, devices: Sequence[Device], keep_state: AbstractSet[str] = frozenset()
) -> None:
    """Adds or replaces devices with their channels, which must be free of faults; one transaction's part.

    Of the names in `keep_state`, those that are known stay in the state that they have.
    """
    # One writer at a time: two that put the same devices in different orders would block each other.
    connection.execute("LOCK TABLE registry.devices IN SHARE ROW EXCLUSIVE MODE")
    if keep_state:
        states = _states(connection, keep_state)
        devices = [replace(one, state=states.get(one.device, one.state)) for one in devices]
    columns = zip(*map(_row, devices), strict=True)
    connection.execute(_PUT_DEVICES, [list(column) for column in columns])
    pairs = [(device.device, channel) for device in devices for channel in device.channels]
    names, channels = [name for name, _ in pairs], [channel.channel for _, channel in pairs]
    connection.execute(_DROP_CHANNELS, ([device.device for device in devices], names, channels))
    connection.execute(
        _PUT_CHANNELS,
        (
            names,
            channels,
            [channel.quantity for _, channel in pairs],
            [channel.unit for _, channel in pairs],
            [channel.minimum for _, channel in pairs],
            [channel.maximum for _, channel in pairs],
        ),
    )
    connection.execute(_REVOKE_OF_RETIRED, ([device.device for device in devices],))


def _states(connection: Connection, names: Iterable[str]) -> dict[str, DeviceState]:
    """As a new row may have it: the statement itself keeps one that was replaced, and its successor."""
    rows = connection.execute(
        "SELECT device, CASE state WHEN 'replaced' THEN 'retired' ELSE state END FROM registry.devices"
        " WHERE device = ANY(%s)",
        (list(names),),
    ).fetchall()
    return dict(rows)


def units(connection: Connection, series: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The unit of each (device, channel) asked for; unknown ones are absent."""
    names = list(series)
    rows = connection.execute(
        "SELECT device, channel, unit FROM registry.channels"
        " JOIN unnest(%s::text[], %s::text[]) AS asked (device, channel) USING (device, channel)",
        ([device for device, _ in names], [channel for _, channel in names]),
    ).fetchall()
    return {(device, channel): unit for device, channel, unit in rows}


def devices_version(connection: Connection) -> str:
    """A text that differs after every committed change of devices or channels; reads one row."""
    row = connection.execute("SELECT version FROM registry.devices_version").fetchone()
    assert row is not None
    return str(row[0])


def devices_in(connection: Connection, codes: Sequence[str]) -> list[str]:
    """Names of the devices that are registered in the areas with these codes, whatever their state."""
    rows = connection.execute(
        "SELECT device FROM registry.devices WHERE area_code = ANY(%s)", (list(codes),)
    ).fetchall()
    return [row[0] for row in rows]


def device_from_row(row: Sequence[Any]) -> Device:
    """A row of `devices_query`."""
    columns = [*row[:-1], tuple(Channel(*channel) for channel in row[-1] or ())]
    return Device(*columns)


def _row(device: Device) -> tuple[object, ...]:
    return (
        device.device,
        device.kind,
        device.name_vi,
        device.name_en,
        device.shard,
        device.area_code or None,
        device.longitude,
        device.latitude,
        device.state,
        device.commissioned_at,
        device.reporting_interval_s,
    )
