"""What a failed call says, read from its google.rpc details."""

from dataclasses import dataclass
from typing import Any

import grpc
from google.rpc import error_details_pb2  # type: ignore[import-untyped]
from grpc_status import rpc_status


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a call failed. The reference of errors explains each reason."""

    code: grpc.StatusCode
    message: str  # for people
    reason: str  # stable code, for example "outside_areas"; empty where the server did not answer
    field: str  # path of the field to blame; empty where there is none
    again: str  # "no", "yes", "resume" (a watch, from its last token) or "anew" (a watch, without a token)
    after_s: float | None  # seconds to wait before


def problem_of(error: grpc.RpcError) -> Problem:
    """What a failed call says."""
    failed: Any = error
    info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
    after_s: float | None = None
    status = rpc_status.from_call(failed)
    for detail in status.details if status else ():
        if detail.Is(info.DESCRIPTOR):
            detail.Unpack(info)
        elif detail.Is(retry.DESCRIPTOR):
            detail.Unpack(retry)
            after_s = retry.retry_delay.ToTimedelta().total_seconds()
    code = failed.code()
    again = info.metadata.get("again") or ("yes" if code is grpc.StatusCode.UNAVAILABLE else "no")
    return Problem(code, failed.details() or "", info.reason, info.metadata.get("field", ""), again, after_s)
