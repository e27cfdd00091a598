"""What an error means to a gRPC client: one table from exceptions to status codes, with google.rpc details.

Every error carries an ErrorInfo: `reason` is a stable code, `domain` is ERROR_DOMAIN, and its metadata
hold the field to blame and whether to call again. Invalid requests add a BadRequest with every violation,
passing troubles a RetryInfo.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import grpc
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2  # type: ignore[import-untyped]

from services.runtime.outbox import OutOfRange
from services.runtime.outcome import Rejected, Unavailable

ERROR_DOMAIN = "haidang"
DETAILS_KEY = "grpc-status-details-bin"
MOST_VIOLATIONS = 50  # reported in one answer: trailers are limited to about 8 KiB by default
LONGEST_TEXT = 500  # characters of one description, for the same reason
LARGEST_DETAILS = 6_000  # bytes of all details together


class Violation(NamedTuple):
    """One thing that is wrong with a request."""

    field: str  # path, for example "devices[3].channels[0].unit"
    reason: str  # stable code, for example "not_nfc"
    detail: str  # what is wrong and what to send instead


class InvalidRequest(Exception):
    """The request can never succeed as it stands."""

    def __init__(self, violations: Sequence[tuple[str, str, str]]) -> None:
        self.violations = [Violation(*violation) for violation in violations]
        super().__init__(_summary(self.violations))


class NotFound(Exception):
    """What the request names does not exist."""

    def __init__(self, field: str, reason: str, detail: str) -> None:
        self.field, self.reason = field, reason
        super().__init__(detail)


class Unauthenticated(Exception):
    """No valid token came with the call; `reason` says what was wrong with it."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        super().__init__(detail)


class Forbidden(Exception):
    """The token is valid, but not for this method."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        super().__init__(detail)


class Exhausted(Exception):
    """A limit was met: too many calls or watchers, or a client that reads too slowly.

    `after_s`: seconds until a call may succeed, where this error knows better than its reason's advice.
    """

    def __init__(self, reason: str, detail: str, after_s: float | None = None) -> None:
        self.reason = reason
        self.after_s = after_s
        super().__init__(detail)


class TooLate(Exception):
    """The call took longer than it was given."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        super().__init__(detail)


class Advice(NamedTuple):
    """Whether to make a call again that failed for a reason."""

    again: str  # "no", "yes", "resume" (a watch, from its last token) or "anew" (a watch, without a token)
    after_s: float | None = None  # seconds to wait before


NOT_AGAIN = Advice("no")
AdviceOf = Callable[[str], Advice]


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes to the client in place of a response."""

    code: grpc.StatusCode
    reason: str
    message: str
    violations: Sequence[Violation] = ()
    after_s: float | None = None  # overrules the advice's

    def details(self, advice: Advice = NOT_AGAIN) -> list[Message]:
        """The google.rpc messages of this answer."""
        fields = {"field": self.violations[0].field} if self.violations and self.violations[0].field else {}
        fields["again"] = advice.again
        parts: list[Message] = [
            error_details_pb2.ErrorInfo(reason=self.reason, domain=ERROR_DOMAIN, metadata=fields)
        ]
        if self.violations:
            parts.append(_bad_request(self.violations))
        after_s = advice.after_s if self.after_s is None else self.after_s
        if after_s is not None:
            milliseconds = math.ceil(after_s * 1_000)
            delay = Duration(seconds=milliseconds // 1_000, nanos=milliseconds % 1_000 * 1_000_000)
            parts.append(error_details_pb2.RetryInfo(retry_delay=delay))
        return parts

    def trailers(self, advice: Advice = NOT_AGAIN) -> tuple[tuple[str, bytes], ...]:
        """The details as grpcio-status reads them on the client's side."""
        status = status_pb2.Status(code=self.code.value[0], message=self.message)
        for part in self.details(advice):
            status.details.add().Pack(part)
        return ((DETAILS_KEY, status.SerializeToString()),)


_Row = Callable[[Any], Answer]
_Code = grpc.StatusCode

# The table. The first row whose type matches answers; what matches none is INTERNAL and is logged.
_TABLE: list[tuple[type[Exception], _Row]] = [
    (
        InvalidRequest,
        lambda e: Answer(_Code.INVALID_ARGUMENT, e.violations[0].reason, str(e), e.violations),
    ),
    (
        Rejected,
        lambda e: Answer(
            _Code.INVALID_ARGUMENT, e.reason, str(e), [Violation(e.field, e.reason, e.detail or e.reason)]
        ),
    ),
    (NotFound, lambda e: Answer(_Code.NOT_FOUND, e.reason, str(e), [Violation(e.field, e.reason, str(e))])),
    (Unauthenticated, lambda e: Answer(_Code.UNAUTHENTICATED, e.reason, str(e))),
    (Forbidden, lambda e: Answer(_Code.PERMISSION_DENIED, e.reason, str(e))),
    (Exhausted, lambda e: Answer(_Code.RESOURCE_EXHAUSTED, e.reason, str(e), after_s=e.after_s)),
    (TooLate, lambda e: Answer(_Code.DEADLINE_EXCEEDED, e.reason, str(e))),
    (
        OutOfRange,
        lambda e: Answer(
            _Code.OUT_OF_RANGE,
            "log_out_of_range",
            f"{e}: watch without a resume token, then read what lies between",
        ),
    ),
    (
        Unavailable,
        lambda e: Answer(
            _Code.UNAVAILABLE,
            "not_now",
            "the service cannot reach what it needs; the same call may succeed later",
        ),
    ),
]


def answer(error: Exception) -> Answer | None:
    """What the client is told; None where nobody expected this error."""
    return next((row(error) for kind, row in _TABLE if isinstance(error, kind)), None)


UNEXPECTED = Answer(_Code.INTERNAL, "unexpected_error", "unexpected error; the log of the service says more")


def _summary(violations: Sequence[Violation]) -> str:
    first = violations[0]
    more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
    where = f"{first.field}: " if first.field else ""
    return f"{where}{first.detail}{more}"[:LONGEST_TEXT]


def _bad_request(violations: Sequence[Violation]) -> error_details_pb2.BadRequest:
    result = error_details_pb2.BadRequest()
    for violation in violations[:MOST_VIOLATIONS]:
        result.field_violations.add(
            field=violation.field, reason=violation.reason, description=violation.detail[:LONGEST_TEXT]
        )
        if result.ByteSize() > LARGEST_DETAILS:
            del result.field_violations[-1]
            break
    return result
