"""Fields that several requests have, each read or refused by its name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp
from ioc.records.v1 import records_pb2 as pb

from services.records.datasets import Dataset
from services.runtime.rpc_errors import InvalidRequest
from services.runtime.rpc_times import to_datetime


def moment(request: object, field: str, stamp: Timestamp) -> datetime | None:
    """UTC; None where it is absent. Raises InvalidRequest where it is no time."""
    return to_datetime(stamp, field) if request.HasField(field) else None  # type: ignore[attr-defined]


def check_text(field: str, text: str) -> None:
    """Raises InvalidRequest for what PostgreSQL's text cannot hold."""
    if "\0" in text:
        raise InvalidRequest([(field, "control_character", "remove the character U+0000")])


def breakdowns(dataset: Dataset, wanted: Sequence[pb.Breakdown]) -> tuple[tuple[str, str], ...]:
    """Names and values.

    Raises:
        InvalidRequest: the dataset has no such breakdown or code, or one is there twice.
    """
    found: dict[str, str] = {}
    for index, one in enumerate(wanted):
        if one.name not in dataset.breakdowns:
            detail = f"{dataset.key} has {', '.join(dataset.breakdowns) or 'none'}; not {one.name[:60]!r}"
            raise InvalidRequest([(f"breakdowns[{index}].name", "unknown_breakdown", detail)])
        if one.name in found:
            raise InvalidRequest([(f"breakdowns[{index}].name", "repeated", "each breakdown once")])
        check_text(f"breakdowns[{index}].value", one.value)
        codes = [choice.code for choice in dataset.by_name[one.name].choices]
        if codes and one.value and one.value not in codes:
            detail = f"{one.name} has {', '.join(codes)}"
            raise InvalidRequest([(f"breakdowns[{index}].value", "not_allowed", detail)])
        found[one.name] = one.value
    return tuple(found.items())
