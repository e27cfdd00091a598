"""The registry's answers about identity: each function is one request in one transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar, cast

from ioc.registry.v1 import registry_pb2 as pb

from services.registry import csv_devices, rpc_wire, store, store_identity, wire
from services.registry.broker_log import EVENT_KINDS
from services.registry.domain import Device, Fault, advance, device_faults
from services.registry.identity import (
    CREDENTIAL_LIFE,
    Credential,
    CredentialAction,
    CredentialState,
    Kind,
    next_state,
    username_faults,
)
from services.registry.secret import new_secret, password_hash
from services.runtime.db import Connection
from services.runtime.page_token import page_size, seal, unseal
from services.runtime.rpc_errors import InvalidRequest, NotFound
from services.runtime.rpc_times import from_microseconds, to_interval, to_microseconds

Request = TypeVar("Request")
Answer = TypeVar("Answer")

DEFAULT_PAGE, LARGEST_PAGE = 500, 1_000
LONGEST_REASON = 500  # characters


def signed(
    connection: Connection, token: str, question: Callable[[Connection, Request], Answer], request: Request
) -> Answer:
    """A question that changes something, in the name of the token that asks it."""
    store_identity.sign(connection, "token", token)
    return question(connection, request)


def import_devices(connection: Connection, request: pb.ImportDevicesRequest) -> pb.ImportDevicesResponse:
    """Writes the lines that are free of faults."""
    try:
        lines = csv_devices.read(request.csv.decode())
    except (UnicodeDecodeError, csv_devices.BadFile) as error:
        raise InvalidRequest([("csv", "bad_file", str(error))]) from None
    taken = store_identity.taken_names(connection, [line.name for line in lines])
    lines = [_refused_name(line, taken) for line in lines]
    devices = [line.device for line in lines if line.device is not None]
    if devices and not request.dry_run:
        store.put_devices(
            connection, devices, keep_state={line.name for line in lines if not line.says_state}
        )
    return pb.ImportDevicesResponse(
        lines=map(rpc_wire.from_line, lines),
        written=0 if request.dry_run else len(devices),
        refused=len(lines) - len(devices),
    )


def adopt_device(connection: Connection, request: pb.AdoptDeviceRequest) -> pb.AdoptDeviceResponse:
    """Registers a device that nobody knew, and gives it its credential."""
    message = pb.Device()
    message.CopyFrom(request.device)
    message.state = message.state or pb.DEVICE_STATE_ACTIVE
    device = wire.to_device(message, 0)
    faults = device_faults([device]) or taken_faults(connection, [device])
    if not faults and store_identity.device(connection, device.device):
        faults = [Fault("devices[0].device", "known_already", f"{device.device} is registered")]
    if faults:
        raise InvalidRequest([f._replace(field=f.field.replace("devices[0]", "device")) for f in faults])
    store.put_devices(connection, [device])
    _, secret = _issue(connection, device.device, "device")
    return pb.AdoptDeviceResponse(device=message, secret=secret)


def change_device_state(
    connection: Connection, request: pb.ChangeDeviceStateRequest
) -> pb.ChangeDeviceStateResponse:
    """One step in the life of a device; whoever no longer reports loses its credential."""
    action = rpc_wire.ACTION_OF.get(request.action)
    if action is None:
        raise InvalidRequest([("action", "required", "say which action")])
    device = _known(connection, request.device)
    successor = store_identity.device(connection, request.replaced_by, lock=True)
    state = advance(device, action, successor)
    if isinstance(state, Fault):
        raise InvalidRequest([state])
    replaced_by = successor.device if successor and state == "replaced" else None
    reason = _reason(request.reason)
    store_identity.set_device_state(connection, device.device, state, replaced_by, reason)
    if state != "active":
        _revoke_if_there(connection, device.device, f"device {state}")
    changed = store_identity.device(connection, device.device)
    assert changed is not None
    return pb.ChangeDeviceStateResponse(device=wire.from_device(changed))


def list_device_history(
    connection: Connection, request: pb.ListDeviceHistoryRequest
) -> pb.ListDeviceHistoryResponse:
    _known(connection, request.device)
    changes = store_identity.history(connection, request.device)
    return pb.ListDeviceHistoryResponse(changes=map(rpc_wire.from_change, changes))


def issue_credential(
    connection: Connection, request: pb.IssueCredentialRequest
) -> pb.IssueCredentialResponse:
    """A first secret, or a new one for a name whose credential was revoked."""
    kind = rpc_wire.KIND_OF.get(request.kind, "")
    if faults := list(username_faults(request.username, kind)):
        raise InvalidRequest(faults)
    if kind == "device" and _known(connection, request.username).state in ("retired", "replaced"):
        raise InvalidRequest([("username", "not_in_use", f"{request.username} no longer reports")])
    credential, secret = _issue(connection, request.username, cast(Kind, kind))
    return pb.IssueCredentialResponse(credential=credential, secret=secret)


def rotate_credential(
    connection: Connection, request: pb.RotateCredentialRequest
) -> pb.RotateCredentialResponse:
    _move(connection, request.username, "rotate")
    secret = new_secret()
    store_identity.rotate_credential(connection, request.username, password_hash(secret))
    return pb.RotateCredentialResponse(credential=_shown(connection, request.username), secret=secret)


def revoke_credential(
    connection: Connection, request: pb.RevokeCredentialRequest
) -> pb.RevokeCredentialResponse:
    return pb.RevokeCredentialResponse(
        credential=_set_state(connection, request.username, "revoke", request.reason)
    )


def suspend_credential(
    connection: Connection, request: pb.SuspendCredentialRequest
) -> pb.SuspendCredentialResponse:
    return pb.SuspendCredentialResponse(
        credential=_set_state(connection, request.username, "suspend", request.reason)
    )


def reinstate_credential(
    connection: Connection, request: pb.ReinstateCredentialRequest
) -> pb.ReinstateCredentialResponse:
    return pb.ReinstateCredentialResponse(
        credential=_set_state(connection, request.username, "reinstate", request.reason)
    )


def list_credentials(
    connection: Connection, request: pb.ListCredentialsRequest
) -> pb.ListCredentialsResponse:
    """One page, ordered by name."""
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    kind = rpc_wire.KIND_OF.get(request.kind, "")
    state = rpc_wire.STATE_OF.get(request.state, "")
    query = ("ListCredentials", kind, state)
    key = unseal(request.page_token, query, (str,))
    after = str(key[0]) if key else ""
    found = store_identity.credentials_after(connection, kind, state, after, size + 1)
    return pb.ListCredentialsResponse(
        credentials=map(rpc_wire.from_credential, found[:size]),
        next_page_token=seal(query, [found[size - 1].username]) if len(found) > size else "",
    )


def list_credential_history(
    connection: Connection, request: pb.ListCredentialHistoryRequest
) -> pb.ListCredentialHistoryResponse:
    """One page, newest first."""
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    query = ("ListCredentialHistory", request.username)
    key = unseal(request.page_token, query, (int,))
    before = int(key[0]) if key else None
    found = store_identity.credential_history(connection, request.username, before, size + 1)
    return pb.ListCredentialHistoryResponse(
        changes=map(rpc_wire.from_credential_change, found[:size]),
        next_page_token=seal(query, [found[size - 1].history_id]) if len(found) > size else "",
    )


def list_access_events(
    connection: Connection, request: pb.ListAccessEventsRequest
) -> pb.ListAccessEventsResponse:
    """One page, newest first."""
    if request.kind and request.kind not in EVENT_KINDS:
        raise InvalidRequest([("kind", "unknown", f"one of {', '.join(EVENT_KINDS)}")])
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    start, end = to_interval(request, request.start, request.end)
    query = ("ListAccessEvents", start, end, request.kind, request.username)
    key = unseal(request.page_token, query, (int, str, str, str, str))
    after: tuple[datetime | str, ...] | None = None
    if key:
        after = (from_microseconds(int(key[0]), "page_token"), *map(str, key[1:]))
    found = store_identity.events(connection, start, end, request.kind, request.username, after, size + 1)
    last = found[size - 1].key if len(found) > size else None
    return pb.ListAccessEventsResponse(
        events=map(rpc_wire.from_event, found[:size]),
        next_page_token=seal(query, [to_microseconds(last[0]), *last[1:]]) if last else "",
    )


def taken_faults(connection: Connection, devices: list[Device]) -> list[Fault]:
    """Devices whose name belongs to a network server, a gateway or onboarding."""
    taken = store_identity.taken_names(connection, [device.device for device in devices])
    return [
        _taken(f"devices[{index}].device", device.device, taken[device.device])
        for index, device in enumerate(devices)
        if device.device in taken
    ]


def _refused_name(line: csv_devices.Line, taken: dict[str, str]) -> csv_devices.Line:
    if line.name not in taken:
        return line
    return line._replace(device=None, faults=[*line.faults, _taken("device", line.name, taken[line.name])])


def _taken(field: str, name: str, kind: str) -> Fault:
    return Fault(field, "name_taken", f"{name} is the name of a credential of kind {kind}")


def _known(connection: Connection, name: str) -> Device:
    device = store_identity.device(connection, name, lock=True)
    if device is None:
        raise NotFound("device", "unknown_device", f"{name!r} is not registered")
    return device


def _issue(connection: Connection, username: str, kind: Kind) -> tuple[pb.Credential, str]:
    means = store_identity.reserve(connection, username, kind)
    if means != kind:
        raise InvalidRequest([_taken("username", username, means)])
    known = store_identity.credential(connection, username)
    state = next_state(known.state if known else None, "issue")
    if isinstance(state, Fault):
        raise InvalidRequest([state._replace(detail=f"{state.detail}; rotate gives it a new secret")])
    secret = new_secret()
    store_identity.put_credential(connection, username, kind, password_hash(secret))
    return _shown(connection, username), secret


def _move(connection: Connection, username: str, action: CredentialAction) -> CredentialState:
    state = next_state(_credential(connection, username).state, action)
    if isinstance(state, Fault):
        raise InvalidRequest([state])
    return state


def _set_state(connection: Connection, username: str, action: CredentialAction, reason: str) -> pb.Credential:
    state = _move(connection, username, action)
    store_identity.set_credential_state(connection, username, state, _reason(reason))
    return _shown(connection, username)


def _revoke_if_there(connection: Connection, username: str, reason: str) -> None:
    known = store_identity.credential(connection, username)
    if known is not None and (known.state, "revoke") in CREDENTIAL_LIFE:
        store_identity.set_credential_state(connection, username, "revoked", reason)


def _credential(connection: Connection, username: str) -> Credential:
    known = store_identity.credential(connection, username)
    if known is None:
        raise NotFound("username", "unknown_credential", f"{username!r} has no credential")
    return known


def _shown(connection: Connection, username: str) -> pb.Credential:
    return rpc_wire.from_credential(_credential(connection, username))


def _reason(text: str) -> str:
    if len(text) > LONGEST_REASON or "\0" in text:
        detail = f"at most {LONGEST_REASON} characters, none of them U+0000"
        raise InvalidRequest([("reason", "bad_text", detail)])
    return text
