"""What a gRPC request asks of quarantine: its limits, then the store or the replay, then the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ioc.telemetry.v1 import telemetry_pb2 as pb

from iot_gateway.admission_rules import Admission
from iot_gateway.assembly import Rules
from services.registry.store import devices
from services.runtime.access import caller
from services.runtime.db import Connection
from services.runtime.outcome import Unavailable
from services.runtime.page_token import page_size, seal, unseal
from services.runtime.rpc_database import Database
from services.runtime.rpc_errors import InvalidRequest, NotFound
from services.runtime.rpc_times import to_datetime
from services.runtime.trace import new_trace_id
from services.telemetry import replay, rpc_wire, store_quarantine
from services.telemetry.domain import Counts, total
from services.telemetry.replay import Outcome, Replayed
from services.telemetry.rpc_checks import check_text
from services.telemetry.store_life import raw_horizons
from services.telemetry.store_quarantine import Filter

DEFAULT_LIST_PAGE, DEFAULT_PAGE, LARGEST_PAGE = 100, 500, 1_000
LONGEST_REASON = 200
STATES, VERDICTS = ("", "open", "replayed", "discarded"), ("", "quarantined", "skipped")
AT_ONCE = 200  # items in one transaction
ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """Ids to work on, and the token to go on after them."""

    ids: Sequence[int]
    next_page_token: str = ""


def list_quarantine(connection: Connection, request: pb.ListQuarantineRequest) -> pb.ListQuarantineResponse:
    """One page of what was set aside, newest first."""
    size = page_size(request.page_size, DEFAULT_LIST_PAGE, LARGEST_PAGE)
    for field, known in (("state", STATES), ("verdict", VERDICTS)):
        if getattr(request, field) not in known:
            raise InvalidRequest([(field, f"unknown_{field}", f"one of {', '.join(filter(None, known))}")])
    chosen = _filter(request, request.verdict, request.state)
    query = ("ListQuarantine", chosen)
    key = unseal(request.page_token, query, (int,))
    before = int(key[0]) if key else None
    items = store_quarantine.quarantine(connection, limit=size + 1, before=before, chosen=chosen)
    return pb.ListQuarantineResponse(
        items=map(rpc_wire.quarantined, items[:size]),
        next_page_token=seal(query, [items[size - 1].quarantine_id]) if len(items) > size else "",
    )


def get_quarantined(connection: Connection, request: pb.GetQuarantinedRequest) -> pb.GetQuarantinedResponse:
    """One item with its bytes."""
    item = store_quarantine.quarantined(connection, request.id)
    if item is None:
        raise NotFound("id", "unknown_item", f"quarantine has no item {request.id}; it may have been dropped")
    return pb.GetQuarantinedResponse(item=rpc_wire.quarantined(item), payload=item.payload)


async def replay_quarantined(
    database: Database, request: pb.ReplayQuarantinedRequest, admission: Admission
) -> pb.ReplayQuarantinedResponse:
    """Some at a time, each in a transaction; what was done stays done where the rest fails."""
    asked = await database.run(_asked, request)
    rules = await database.run(_rules, admission)
    by, at = caller.get(), datetime.now(UTC)
    outcomes: list[Outcome] = []
    counts: list[Counts] = []
    for first in range(0, len(asked.ids), AT_ONCE):
        some = asked.ids[first : first + AT_ONCE]
        done = await _replay_some(database, some, rules, new_trace_id(), by, at)
        outcomes += done.outcomes
        counts.append(done.counts)
    return rpc_wire.replayed(outcomes, total(counts), asked.next_page_token)


async def _replay_some(
    database: Database, ids: Sequence[int], rules: Rules, trace_id: str, by: str, at: datetime
) -> Replayed:
    for attempt in range(ATTEMPTS):
        try:
            await database.run(replay.prepare, ids, rules, at)
            return await database.run(replay.replay, ids, rules, trace_id, by, at)
        except Unavailable:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError


def discard_quarantined(
    connection: Connection, request: pb.DiscardQuarantinedRequest, by: str
) -> pb.DiscardQuarantinedResponse:
    """Close items with a reason; `by`: whose token asks."""
    why = request.reason.strip()
    if not 1 <= len(why) <= LONGEST_REASON:
        raise InvalidRequest([("reason", "required", f"say why, in 1 to {LONGEST_REASON} characters")])
    check_text("reason", why)
    asked = _asked(connection, request)
    closed = store_quarantine.discard(connection, asked.ids, by, why, datetime.now(UTC))
    return pb.DiscardQuarantinedResponse(ids=closed, more=bool(asked.next_page_token))


def _rules(connection: Connection, admission: Admission) -> Rules:
    """The registry and retention as they are now."""
    return admission.rules(devices(connection), raw_horizons(connection))


def _asked(
    connection: Connection, request: pb.ReplayQuarantinedRequest | pb.DiscardQuarantinedRequest
) -> Asked:
    if bool(request.ids) == request.HasField("filter"):
        raise InvalidRequest([("ids", "ids_or_filter", "send ids or a filter, one of them")])
    if request.ids:
        if len(request.ids) > LARGEST_PAGE:
            raise InvalidRequest([("ids", "too_many", f"at most {LARGEST_PAGE} a call")])
        return Asked(list(dict.fromkeys(request.ids)))
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    chosen = _filter(request.filter, "quarantined", "open")
    if chosen == Filter(verdict="quarantined", state="open"):
        raise InvalidRequest([("filter", "required", "name a device, a reason or a time")])
    query = ("Quarantine", chosen)
    key = unseal(getattr(request, "page_token", ""), query, (int,))
    ids = store_quarantine.matching(connection, chosen, int(key[0]) if key else 0, size + 1)
    more = len(ids) > size
    return Asked(ids[:size], seal(query, [ids[size - 1]]) if more else "")


def _filter(request: pb.ListQuarantineRequest | pb.QuarantineFilter, verdict: str, state: str) -> Filter:
    check_text("device", request.device)
    check_text("reason", request.reason)
    start = to_datetime(request.start, "start") if request.HasField("start") else None
    end = to_datetime(request.end, "end") if request.HasField("end") else None
    return Filter(request.device, request.reason, verdict, state, start, end)
