"""Credentials, access events and the life of devices between protobuf and domain."""

from typing import cast

from ioc.registry.v1 import registry_pb2 as pb

from services.registry.csv_devices import Line
from services.registry.domain import Change, DeviceAction, DeviceState
from services.registry.identity import Credential, CredentialChange, CredentialState, Kind
from services.registry.store_identity import Seen
from services.registry.wire import state_number
from services.runtime.rpc_times import to_timestamp

KIND_OF: dict[int, Kind] = {
    pb.CREDENTIAL_KIND_DEVICE: "device",
    pb.CREDENTIAL_KIND_NETWORK: "network",
    pb.CREDENTIAL_KIND_GATEWAY: "gateway",
    pb.CREDENTIAL_KIND_ONBOARDING: "onboarding",
}
STATE_OF: dict[int, CredentialState] = {
    pb.CREDENTIAL_STATE_ACTIVE: "active",
    pb.CREDENTIAL_STATE_SUSPENDED: "suspended",
    pb.CREDENTIAL_STATE_REVOKED: "revoked",
}
ACTION_OF: dict[int, DeviceAction] = {
    pb.DEVICE_ACTION_ACTIVATE: "activate",
    pb.DEVICE_ACTION_RETIRE: "retire",
    pb.DEVICE_ACTION_REPLACE: "replace",
}
_KIND_NUMBER = {kind: cast(pb.CredentialKind, number) for number, kind in KIND_OF.items()}
_STATE_NUMBER = {state: cast(pb.CredentialState, number) for number, state in STATE_OF.items()}


def from_credential(credential: Credential) -> pb.Credential:
    """Without its hash: nobody who asks needs it."""
    return pb.Credential(
        username=credential.username,
        kind=_KIND_NUMBER[credential.kind],
        state=_STATE_NUMBER[credential.state],
        reason=credential.reason,
        issued_at=to_timestamp(credential.issued_at),
        changed_at=to_timestamp(credential.changed_at),
    )


def from_credential_change(change: CredentialChange) -> pb.CredentialChange:
    """One step of a credential's life, and whose hand it was."""
    return pb.CredentialChange(
        at=to_timestamp(change.at),
        username=change.username,
        kind=_KIND_NUMBER[change.kind],
        action=change.action,
        reason=change.reason,
        actor=change.actor,
        token=change.token,
    )


def from_change(change: Change) -> pb.DeviceChange:
    """One step of a device's life."""
    was = state_number(cast(DeviceState, change.was)) if change.was else pb.DEVICE_STATE_UNSPECIFIED
    return pb.DeviceChange(
        at=to_timestamp(change.at),
        was=was,
        state=state_number(change.state),
        replaced_by=change.replaced_by,
        reason=change.reason,
    )


def from_event(seen: Seen) -> pb.AccessEvent:
    """One counted refusal."""
    return pb.AccessEvent(
        minute=to_timestamp(seen.key.minute),
        kind=seen.key.kind,
        username=seen.key.username,
        client=seen.key.client,
        topic=seen.key.topic,
        count=seen.tally.times,
        first_at=to_timestamp(seen.tally.first_at),
        last_at=to_timestamp(seen.tally.last_at),
    )


def from_line(line: Line) -> pb.ImportDevicesResponse.Line:
    """The verdict of a line."""
    faults = [
        pb.ImportDevicesResponse.Fault(field=f.field, reason=f.reason, detail=f.detail) for f in line.faults
    ]
    return pb.ImportDevicesResponse.Line(
        line=line.number, device=line.name, accepted=line.device is not None, faults=faults
    )
