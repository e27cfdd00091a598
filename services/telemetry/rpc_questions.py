"""What a gRPC request asks of the readings: its limits, then the store, then the answer."""

from datetime import timedelta

from ioc.telemetry.v1 import telemetry_pb2 as pb

from services.registry.store import units
from services.runtime.db import Connection
from services.runtime.page_token import page_size, seal, unseal
from services.runtime.rpc_errors import InvalidRequest, NotFound
from services.runtime.rpc_times import from_microseconds, to_datetime, to_interval, to_microseconds
from services.telemetry import rpc_wire, store
from services.telemetry.domain import SeriesName
from services.telemetry.rpc_checks import check_text, limit

MOST_SERIES = 1_000
MOST_DEVICES = 1_000
DEFAULT_RANGE_PAGE, LARGEST_RANGE_PAGE = 1_000, 10_000
LONGEST_PRESENCE = timedelta(days=31)
DEFAULT_LIST_PAGE, LARGEST_LIST_PAGE = 100, 1_000


def get_latest(connection: Connection, request: pb.GetLatestRequest) -> pb.GetLatestResponse:
    """The newest reading of each series and of every channel of each device named."""
    limit("series", len(request.series), MOST_SERIES)
    limit("devices", len(request.devices), MOST_DEVICES)
    if not request.series and not request.devices:
        raise InvalidRequest([("series", "required", "name series, or devices whose every channel you want")])
    names = [_series_name(message, f"series[{index}]") for index, message in enumerate(request.series)]
    readings = store.latest(connection, series=names, devices=list(request.devices))
    return rpc_wire.latest_response(
        readings, units(connection, [(reading.device, reading.channel) for reading in readings])
    )


def get_range(connection: Connection, request: pb.GetRangeRequest) -> pb.GetRangeResponse:
    """One page of one series, oldest first."""
    name = _series_name(request.series, "series")
    start, end = to_interval(request, request.start, request.end)
    size = page_size(request.page_size, DEFAULT_RANGE_PAGE, LARGEST_RANGE_PAGE)
    query = ("GetRange", *name, start, end)
    key = unseal(request.page_token, query, (int,))
    after = from_microseconds(int(key[0]), "page_token") if key else None
    unit = units(connection, [name]).get(name)
    readings = store.readings_between(connection, name, start, end, limit=size + 1, after=after)
    if unit is None and not readings:
        detail = f"the registry knows no channel {name.channel!r} of device {name.device!r}"
        raise NotFound("series", "unknown_series", detail)
    more = len(readings) > size
    return pb.GetRangeResponse(
        unit=unit or "",
        readings=rpc_wire.packed(readings[:size]),
        next_page_token=seal(query, [to_microseconds(readings[size - 1].observed_at)]) if more else "",
    )


def get_ledger(connection: Connection, request: pb.GetLedgerRequest) -> pb.GetLedgerResponse:
    """The account of what was received in an interval of receipt, by device."""
    start = to_datetime(request.start, "start") if request.HasField("start") else None
    end = to_datetime(request.end, "end") if request.HasField("end") else None
    if start and end and start >= end:
        raise InvalidRequest(
            [("end", "not_after_start", "`end` is exclusive and must be later than `start`")]
        )
    named = [*filter(None, [request.device]), *request.devices]
    limit("devices", len(named), MOST_DEVICES)
    for name in named:
        check_text("device", name)
    entries = store.ledger(connection, start=start, end=end, devices=named or None)
    if not request.with_presence:
        return rpc_wire.ledger_response(entries)
    if start is None or end is None or end - start > LONGEST_PRESENCE or not named:
        detail = f"name devices, and both times at most {LONGEST_PRESENCE.days} days apart"
        raise InvalidRequest([("with_presence", "required", detail)])
    return rpc_wire.ledger_response(entries, store.presence(connection, named, start, end))


def list_revisions(connection: Connection, request: pb.ListRevisionsRequest) -> pb.ListRevisionsResponse:
    """One page of values that do not stand, newest first."""
    size = page_size(request.page_size, DEFAULT_LIST_PAGE, LARGEST_LIST_PAGE)
    check_text("device", request.device)
    query = ("ListRevisions", request.device)
    key = unseal(request.page_token, query, (int,))
    before = int(key[0]) if key else None
    readings = store.revisions(connection, request.device, limit=size + 1, before=before)
    more = len(readings) > size
    return pb.ListRevisionsResponse(
        readings=map(rpc_wire.revised, readings[:size]),
        next_page_token=seal(query, [readings[size - 1].history_id]) if more else "",
    )


def watched_devices(request: pb.WatchReadingsRequest) -> frozenset[str]:
    """The devices to watch; empty means all."""
    limit("devices", len(request.devices), MOST_DEVICES)
    return frozenset(request.devices)


def _series_name(message: pb.SeriesName, path: str) -> SeriesName:
    for name, text in (("device", message.device), ("channel", message.channel)):
        if not text:
            raise InvalidRequest([(f"{path}.{name}", "required", f"name the {name}")])
        check_text(f"{path}.{name}", text)
    return SeriesName(message.device, message.channel)
