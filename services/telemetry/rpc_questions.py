"""What a gRPC request asks of the readings: its limits, then the store, then the answer."""

from ioc.telemetry.v1 import telemetry_pb2 as pb

from services.registry.store import units
from services.runtime.db import Connection
from services.runtime.page_token import page_size, seal, unseal
from services.runtime.rpc_errors import InvalidRequest, NotFound
from services.runtime.rpc_times import from_microseconds, to_datetime, to_interval, to_microseconds
from services.telemetry import rpc_wire, store
from services.telemetry.domain import SeriesName

MOST_SERIES = 1_000
MOST_DEVICES = 1_000
DEFAULT_RANGE_PAGE, LARGEST_RANGE_PAGE = 1_000, 10_000
DEFAULT_LIST_PAGE, LARGEST_LIST_PAGE = 100, 1_000


def get_latest(connection: Connection, request: pb.GetLatestRequest) -> pb.GetLatestResponse:
    """The newest reading of each series and of every channel of each device named."""
    _limit("series", len(request.series), MOST_SERIES)
    _limit("devices", len(request.devices), MOST_DEVICES)
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
    _check_text("device", request.device)
    return rpc_wire.ledger_response(store.ledger(connection, request.device, start, end))


def list_quarantine(connection: Connection, request: pb.ListQuarantineRequest) -> pb.ListQuarantineResponse:
    """One page of what was set aside, newest first."""
    size = page_size(request.page_size, DEFAULT_LIST_PAGE, LARGEST_LIST_PAGE)
    _check_text("device", request.device)
    _check_text("reason", request.reason)
    query = ("ListQuarantine", request.device, request.reason)
    key = unseal(request.page_token, query, (int,))
    before = int(key[0]) if key else None
    items = store.quarantine(connection, request.device, request.reason, limit=size + 1, before=before)
    more = len(items) > size
    return pb.ListQuarantineResponse(
        items=map(rpc_wire.quarantined, items[:size]),
        next_page_token=seal(query, [items[size - 1].quarantine_id]) if more else "",
    )


def list_revisions(connection: Connection, request: pb.ListRevisionsRequest) -> pb.ListRevisionsResponse:
    """One page of values that do not stand, newest first."""
    size = page_size(request.page_size, DEFAULT_LIST_PAGE, LARGEST_LIST_PAGE)
    _check_text("device", request.device)
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
    _limit("devices", len(request.devices), MOST_DEVICES)
    return frozenset(request.devices)


def _series_name(message: pb.SeriesName, path: str) -> SeriesName:
    for name, text in (("device", message.device), ("channel", message.channel)):
        if not text:
            raise InvalidRequest([(f"{path}.{name}", "required", f"name the {name}")])
        _check_text(f"{path}.{name}", text)
    return SeriesName(message.device, message.channel)


def _check_text(field: str, text: str) -> None:
    if "\0" in text:  # PostgreSQL's text cannot hold it
        raise InvalidRequest([(field, "control_character", "remove the character U+0000")])


def _limit(field: str, count: int, most: int) -> None:
    if count > most:
        raise InvalidRequest([(field, "too_many", f"name at most {most} a call, got {count}")])
