"""What a gRPC request asks of the commands: its limits, then the store, then the answer."""

import json

from ioc.telemetry.v1 import commands_pb2 as pb

from services.runtime.db import Connection
from services.runtime.page_token import page_size, seal, unseal
from services.runtime.rpc_errors import InvalidRequest, NotFound
from services.telemetry import commands_store as store
from services.telemetry import commands_wire as wire
from services.telemetry.commands_domain import Order, State, is_command_id, read_order
from services.telemetry.commands_store import Command

DEFAULT_PAGE, LARGEST_PAGE = 100, 1_000


def send_command(
    connection: Connection, request: pb.SendCommandRequest, caller: str
) -> pb.SendCommandResponse:
    """Queues a command; the same key again answers with what is there, whatever became of its device."""
    order = read_order(
        request.device, request.name, request.parameters_json, request.expires_in_s, request.idempotency_key
    )
    if isinstance(order, list):
        raise InvalidRequest(order)
    known = store.by_key(connection, caller, order.idempotency_key)
    shown = known or store.queue(connection, order, caller, _shard_of(connection, order.device))
    _require_same(shown, order)
    return pb.SendCommandResponse(command=wire.command(shown))


def _shard_of(connection: Connection, device: str) -> str:
    found = store.device_state(connection, device)
    if found is None:
        raise NotFound("device", "unknown_device", f"the registry knows no device {device!r}")
    state, shard = found
    if state != "active":
        raise InvalidRequest([("device", "device_not_active", f"{device} is {state}; only active ones obey")])
    return shard


def _require_same(shown: Command, order: Order) -> None:
    if (shown.device, shown.name, shown.parameters) != (
        order.device,
        order.name,
        json.loads(order.parameters),
    ):
        detail = f"this key was used for another command ({shown.command_id}); every wish needs its own"
        raise InvalidRequest([("idempotency_key", "idempotency_key_reused", detail)])


def get_command(connection: Connection, request: pb.GetCommandRequest) -> pb.GetCommandResponse:
    return pb.GetCommandResponse(command=wire.command(find(connection, request.id)))


def find(connection: Connection, command_id: str) -> Command:
    """The command with this id.

    Raises:
        NotFound: there is none.
    """
    found = store.command(connection, command_id) if is_command_id(command_id) else None
    if found is None:
        raise NotFound("id", "unknown_command", f"there is no command {command_id!r}")
    return found


def list_commands(connection: Connection, request: pb.ListCommandsRequest) -> pb.ListCommandsResponse:
    """One page, newest first."""
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    if "\0" in request.device:
        raise InvalidRequest([("device", "control_character", "remove the character U+0000")])
    state = _state(request.state)
    query = ("ListCommands", request.device, state)
    key = unseal(request.page_token, query, (int,))
    before = int(key[0]) if key else None
    found = store.commands(connection, request.device, state, limit=size + 1, before=before)
    return pb.ListCommandsResponse(
        commands=map(wire.command, found[:size]),
        next_page_token=seal(query, [found[size - 1].number]) if len(found) > size else "",
    )


def _state(number: int) -> State | None:
    try:
        return wire.state_of(number)
    except KeyError:
        raise InvalidRequest([("state", "unknown_state", f"there is no state {number}")]) from None
