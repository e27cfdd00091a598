"""The public door of the telemetry tables: appending a batch, and the questions readers may ask."""

from __future__ import annotations

from services.runtime.db import Connection
from services.telemetry.domain import Batch, Receipt
from services.telemetry.store_read import (
    hour_states,
    latest,
    ledger,
    line_points,
    quarantine,
    readings_between,
    revisions,
)

__all__ = [
    "append",
    "hour_states",
    "latest",
    "ledger",
    "line_points",
    "quarantine",
    "readings_between",
    "revisions",
]


def append(conn: Connection, batch: Batch) -> Receipt:
    """The ingest transaction: all of a batch, or nothing."""
    raise NotImplementedError
