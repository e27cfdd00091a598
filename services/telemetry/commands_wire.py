"""Commands between protobuf and domain."""

import json

from ioc.telemetry.v1 import commands_pb2 as pb

from services.runtime.rpc_times import to_timestamp
from services.telemetry.commands_domain import State
from services.telemetry.commands_store import Command

_STATES: dict[State, pb.CommandState] = {
    State.QUEUED: pb.COMMAND_STATE_QUEUED,
    State.SENT: pb.COMMAND_STATE_SENT,
    State.ACKNOWLEDGED: pb.COMMAND_STATE_ACKNOWLEDGED,
    State.EXPIRED: pb.COMMAND_STATE_EXPIRED,
    State.FAILED: pb.COMMAND_STATE_FAILED,
}
_BY_NUMBER: dict[int, State] = {number: state for state, number in _STATES.items()}


def command(shown: Command) -> pb.Command:
    """As it is shown to clients."""
    return pb.Command(
        id=shown.command_id,
        device=shown.device,
        name=shown.name,
        parameters_json=json.dumps(shown.parameters, ensure_ascii=False, separators=(",", ":")),
        state=_STATES[shown.state],
        issued_by=shown.issued_by,
        issued_at=to_timestamp(shown.issued_at),
        expires_at=to_timestamp(shown.expires_at),
        sent_at=to_timestamp(shown.sent_at) if shown.sent_at else None,
        finished_at=to_timestamp(shown.finished_at) if shown.finished_at else None,
        attempts=shown.attempts,
        detail=shown.detail,
    )


def state_of(number: int) -> State | None:
    """None for UNSPECIFIED.

    Raises:
        KeyError: no such state.
    """
    return None if number == pb.COMMAND_STATE_UNSPECIFIED else _BY_NUMBER[number]
