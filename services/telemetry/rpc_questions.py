"""What a gRPC request asks of the readings: its limits, then the store, then the answer."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from ioc.telemetry.v1 import telemetry_pb2 as pb

from services.registry.store import units
from services.runtime.db import Connection
from services.runtime.page_token import page_size, seal, unseal
from services.runtime.rpc_errors import InvalidRequest, NotFound
from services.runtime.rpc_times import from_microseconds, to_datetime, to_interval, to_microseconds
from services.runtime.within import Within
from services.telemetry import rpc_wire, selection_store, series_wire, store
from services.telemetry.domain import SeriesName
from services.telemetry.rpc_checks import check_text, limit
from services.telemetry.selection import MOST_DEVICES, Selector
from services.telemetry.selection_store import UnknownArea
from services.telemetry.series_questions import local_day

MOST_LATEST = 10_000  # series
DEFAULT_RANGE_PAGE, LARGEST_RANGE_PAGE = 1_000, 10_000
LONGEST_PRESENCE = timedelta(days=31)
DEFAULT_LIST_PAGE, LARGEST_LIST_PAGE = 100, 1_000


def get_latest(
    connection: Connection, request: pb.GetLatestRequest, within: Within | None, now: datetime
) -> pb.GetLatestResponse:
    """The newest reading of each series that is chosen; `within`: no other device is, or counts."""
    selector = series_wire.selector_of(
        "", request.series, request.devices, request.area_code, request.map_date, request.quantities
    )
    if selector.is_empty:
        detail = "name series, or devices, an area or quantities whose every channel you want"
        raise InvalidRequest([("series", "required", detail)])
    names, devices = _chosen(connection, selector, within, local_day(now))
    readings = store.latest(connection, series=names, devices=devices, good_only=request.good_only)
    return rpc_wire.latest_response(
        readings, units(connection, [(reading.device, reading.channel) for reading in readings])
    )


def _chosen(
    connection: Connection, selector: Selector, within: Within | None, today: date
) -> tuple[Sequence[SeriesName], Sequence[str]]:
    """Series, and devices all of whose series are meant, also those that the registry no longer knows."""
    if not selector.area_code and not selector.quantities:
        return selector.series, selector.devices
    try:
        found = selection_store.chosen(connection, selector, today, MOST_LATEST + 1, within=within)
    except UnknownArea as error:
        raise NotFound("area_code", "unknown_area", str(error)) from None
    limit("area_code", len(found), MOST_LATEST)
    return [series.name for series in found], ()


def get_range(connection: Connection, request: pb.GetRangeRequest) -> pb.GetRangeResponse:
    """One page of one series, oldest first."""
    name = series_wire.series_name(request.series, "series")
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
