"""A stream of rows: judged by today's rules, stored a request at a time, and told what became of each."""

from __future__ import annotations

import asyncio
import time

from ioc.telemetry.v1 import series_pb2 as pb

from iot_gateway.admission_rules import Admission
from iot_gateway.assembly import Rules
from iot_gateway.plausible import Seen
from services.registry.store import devices, devices_version
from services.runtime.db import Connection
from services.runtime.rpc_database import Database
from services.runtime.rpc_errors import InvalidRequest
from services.runtime.trace import new_trace_id
from services.telemetry import backfill, backfill_wire, store
from services.telemetry.domain import Batch, Receipt, SeriesName
from services.telemetry.store_life import raw_horizons


class Backfill:
    """One stream. What was seen of each series is remembered while it lasts, for marks of suspicion."""

    def __init__(self, database: Database, admission: Admission) -> None:
        self._database = database
        self._admission = admission
        self._memory: dict[SeriesName, Seen] = {}
        self._known: tuple[str, dict[str, int]] | None = None
        self._rules: Rules | None = None

    async def take(self, request: pb.BackfillReadingsRequest) -> pb.BackfillReadingsResponse:
        """Stores one request.

        Raises:
            InvalidRequest: nothing of it was stored, nor will be as it stands.
            Unavailable: nothing of it was stored, or it is not known; to send it again is harmless.
        """
        rules = await self._database.statements(self._current)
        batch = Batch(new_trace_id(), backfill.SHARD, time.time_ns() // 1_000_000)
        memory = dict(self._memory)
        # Thousands of rows take a tenth of a second, for which the event loop would answer nobody.
        judged = await asyncio.to_thread(self._judge, request, rules, memory, batch)
        receipt = await self._database.statements(_append, batch) if batch.received else None
        self._memory = memory
        return await asyncio.to_thread(_response, request.sequence, judged, receipt, batch.trace_id)

    def _judge(
        self, request: pb.BackfillReadingsRequest, rules: Rules, memory: dict[SeriesName, Seen], batch: Batch
    ) -> backfill.Judged:
        blocks, lines = backfill_wire.to_blocks(request), backfill_wire.to_unreadable(request)
        try:
            return backfill.judge(blocks, lines, rules, self._admission.units, memory, batch)
        except backfill.BadUnit as bad:
            field = f"series[{bad.block}].unit"
            raise InvalidRequest([(field, bad.refused.reason, bad.refused.detail)]) from None

    def _current(self, connection: Connection) -> Rules:
        """The registry and retention as they are now; read again only if one has changed."""
        known = devices_version(connection), raw_horizons(connection)
        if self._rules is None or known != self._known:
            self._rules, self._known = self._admission.rules(devices(connection), known[1]), known
        return self._rules


def _response(
    sequence: int, judged: backfill.Judged, receipt: Receipt | None, trace_id: str
) -> pb.BackfillReadingsResponse:
    outcomes = backfill.outcomes(judged, receipt.verdicts if receipt else None)
    return backfill_wire.response(sequence, outcomes, trace_id)


def _append(connection: Connection, batch: Batch) -> Receipt:
    """The transaction that the gateway stores with: the same classification, under the same locks."""
    return store.append(connection, batch)
