"""What clients are told about errors."""

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from services.runtime.outbox import OutOfRange
from services.runtime.outcome import Rejected, Unavailable
from services.runtime.rpc_errors import (
    DETAILS_KEY,
    ERROR_DOMAIN,
    UNEXPECTED,
    Advice,
    Answer,
    Exhausted,
    Forbidden,
    InvalidRequest,
    NotFound,
    TooLate,
    Unauthenticated,
    answer,
)

CODES = grpc.StatusCode


@pytest.mark.parametrize(
    ("error", "code", "reason"),
    [
        (InvalidRequest([("a.b", "not_nfc", "mend it")]), CODES.INVALID_ARGUMENT, "not_nfc"),
        (Rejected("bad_name", "name", "mend it"), CODES.INVALID_ARGUMENT, "bad_name"),
        (NotFound("series", "unknown_series", "no such"), CODES.NOT_FOUND, "unknown_series"),
        (Unauthenticated("token_expired", "expired"), CODES.UNAUTHENTICATED, "token_expired"),
        (Forbidden("scope_missing", "needs x"), CODES.PERMISSION_DENIED, "scope_missing"),
        (Exhausted("slow_client", "slow"), CODES.RESOURCE_EXHAUSTED, "slow_client"),
        (TooLate("took_too_long", "30 s"), CODES.DEADLINE_EXCEEDED, "took_too_long"),
        (OutOfRange("pruned"), CODES.OUT_OF_RANGE, "log_out_of_range"),
        (Unavailable("password of the database is x"), CODES.UNAVAILABLE, "not_now"),
    ],
)
def test_the_table(error: Exception, code: grpc.StatusCode, reason: str) -> None:
    told = answer(error)

    assert told is not None
    assert (told.code, told.reason) == (code, reason)
    status = status_pb2.Status.FromString(dict(told.trailers())[DETAILS_KEY])
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    assert (status.code, status.message) == (code.value[0], told.message)
    assert (info.reason, info.domain) == (reason, ERROR_DOMAIN)


def test_what_nobody_expected_has_no_row_and_tells_nothing() -> None:
    assert answer(KeyError("secret")) is None
    assert UNEXPECTED.code is CODES.INTERNAL
    told = answer(Unavailable("password of the database is x"))
    assert told is not None
    assert "password" not in told.message


def test_passing_troubles_say_when_to_come_back() -> None:
    told = answer(Unavailable("away"))
    assert told is not None
    assert retry_ms(told, Advice("yes", 1.0)) == 1_000
    assert retry_ms(told, Advice("no")) is None
    exhausted = answer(Exhausted("rate_exceeded", "too fast", 1.9991))
    assert exhausted is not None
    assert retry_ms(exhausted, Advice("yes", 30.0)) == 2_000  # rounded up: it knows better than the table


def test_whether_to_call_again_stands_beside_the_reason() -> None:
    told = answer(NotFound("series", "unknown_series", "no such"))
    assert told is not None
    info = next(part for part in told.details(Advice("no")) if isinstance(part, error_details_pb2.ErrorInfo))
    assert dict(info.metadata) == {"field": "series", "again": "no"}


def retry_ms(told: Answer, advice: Advice) -> int | None:
    for part in told.details(advice):
        if isinstance(part, error_details_pb2.RetryInfo):
            return part.retry_delay.ToMilliseconds()
    return None


def test_ten_thousand_violations_fit_into_the_trailers() -> None:
    error = InvalidRequest([(f"devices[{n}].name", "not_nfc", "ệ" * 1000) for n in range(10_000)])
    told = answer(error)

    assert told is not None
    assert "(and 9999 more)" not in told.message  # cut, but whole characters
    assert sum(len(value) for _, value in told.trailers()) < 8_192
    bad_request = next(part for part in told.details() if isinstance(part, error_details_pb2.BadRequest))
    assert bad_request.field_violations[0].field == "devices[0].name"
