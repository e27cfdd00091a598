"""What a gRPC request asks of the values: its limits, then the store, then the answer."""

from collections.abc import Collection, Sequence

from ioc.indicators.v1 import indicators_pb2 as pb

from services.indicators import store
from services.indicators.definitions import DEFINITIONS
from services.indicators.domain import Value
from services.indicators.wire import to_pb_indicator, to_pb_value
from services.runtime.db import Connection
from services.runtime.mailbox import Entry
from services.runtime.page_token import page_size, seal, unseal
from services.runtime.rpc_errors import InvalidRequest, NotFound
from services.runtime.rpc_times import from_microseconds, to_interval, to_microseconds

MOST_SUBJECTS = 1_000
DEFAULT_PAGE, LARGEST_PAGE = 1_000, 10_000


def list_indicators() -> pb.ListIndicatorsResponse:
    """The definitions that are computed, ordered by id."""
    return pb.ListIndicatorsResponse(
        indicators=[to_pb_indicator(DEFINITIONS[indicator]) for indicator in sorted(DEFINITIONS)]
    )


def get_latest_values(
    connection: Connection, request: pb.GetLatestValuesRequest
) -> pb.GetLatestValuesResponse:
    """The standing value of the newest period of each subject."""
    if request.indicator:
        _check_known([request.indicator], "indicator")
    if len(request.subjects) > MOST_SUBJECTS:
        detail = f"name at most {MOST_SUBJECTS} a call, got {len(request.subjects)}"
        raise InvalidRequest([("subjects", "too_many", detail)])
    _check_texts("subjects", request.subjects)
    values = store.latest_values(connection, request.indicator or None, list(request.subjects))
    return pb.GetLatestValuesResponse(values=map(to_pb_value, values))


def get_values(connection: Connection, request: pb.GetValuesRequest) -> pb.GetValuesResponse:
    """One page of the standing values of one subject, oldest first."""
    _check_known([request.indicator], "indicator")
    if not request.subject:
        raise InvalidRequest([("subject", "required", "name a device or an area code")])
    _check_texts("subject", [request.subject])
    start, end = to_interval(request, request.start, request.end)
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    query = ("GetValues", request.indicator, request.subject, start, end)
    key = unseal(request.page_token, query, (int,))
    values = store.values_between(
        connection,
        request.indicator,
        request.subject,
        start,
        end,
        limit=size + 1,
        after=from_microseconds(int(key[0]), "page_token") if key else None,
    )
    more = len(values) > size
    return pb.GetValuesResponse(
        values=map(to_pb_value, values[:size]),
        next_page_token=seal(query, [to_microseconds(values[size - 1].period_start)]) if more else "",
    )


def watched_indicators(request: pb.WatchValuesRequest) -> frozenset[str]:
    """The indicators to watch; empty means all."""
    _check_known(request.indicators, "indicators")
    return frozenset(request.indicators)


def watch_response(entry: Entry[list[Value]], indicators: Collection[str]) -> pb.WatchValuesResponse:
    """One publication as watched, with the values of `indicators` only; empty means all."""
    values = entry.body or ()
    return pb.WatchValuesResponse(
        resume_token=entry.resume_token,
        position=entry.position.position,
        values=[to_pb_value(value) for value in values if not indicators or value.indicator in indicators],
        trace_id=entry.trace_id,
    )


def _check_known(indicators: Sequence[str], field: str) -> None:
    for indicator in indicators:
        if indicator not in DEFINITIONS:
            detail = f"no indicator {indicator!r}; there are: {', '.join(sorted(DEFINITIONS))}"
            raise NotFound(field, "unknown_indicator", detail)


def _check_texts(field: str, texts: Sequence[str]) -> None:
    if any("\0" in text for text in texts):  # PostgreSQL's text cannot hold it
        raise InvalidRequest([(field, "control_character", "remove the character U+0000")])
