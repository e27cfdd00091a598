"""Times between protobuf and UTC datetimes."""

from datetime import UTC, datetime, timedelta

from google.protobuf.timestamp_pb2 import Timestamp

from services.runtime.rpc_errors import InvalidRequest

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_datetime(timestamp: Timestamp, field: str) -> datetime:
    """The time in UTC, to the microsecond; an absent timestamp is the epoch.

    Raises:
        InvalidRequest: it is outside the years 1 to 9999, or its nanos are.
    """
    try:
        return timestamp.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidRequest(
            [(field, "bad_time", f"not a time between the years 1 and 9999: {error}")]
        ) from None


def to_timestamp(time: datetime) -> Timestamp:
    """The protobuf form of an aware datetime."""
    result = Timestamp()
    result.FromDatetime(time)
    return result


def to_timestamp_or_none(time: datetime | None) -> Timestamp | None:
    """The same of a time that may be absent."""
    return None if time is None else to_timestamp(time)


def to_interval(request: object, start: Timestamp, end: Timestamp) -> tuple[datetime, datetime]:
    """[start, end) of a request that must name both.

    Raises:
        InvalidRequest: one is missing, or the end is not after the start.
    """
    missing = [name for name in ("start", "end") if not request.HasField(name)]  # type: ignore[attr-defined]
    if missing:
        raise InvalidRequest([(name, "required", f"send `{name}`") for name in missing])
    first, last = to_datetime(start, "start"), to_datetime(end, "end")
    if first >= last:
        raise InvalidRequest(
            [("end", "not_after_start", "`end` is exclusive and must be later than `start`")]
        )
    return first, last


def to_microseconds(time: datetime) -> int:
    """Microseconds since the epoch: the exact form of a time in a page token."""
    return (time - EPOCH) // MICROSECOND


def from_microseconds(microseconds: int, field: str) -> datetime:
    """The time again.

    Raises:
        InvalidRequest: nobody was given this number.
    """
    try:
        return EPOCH + microseconds * MICROSECOND
    except OverflowError:
        raise InvalidRequest([(field, f"bad_{field}", "this is not what was handed out")]) from None
