"""Organisations between protobuf and domain."""

import re
from typing import cast

from ioc.areas.v1 import organisations_pb2 as pb

from services.areas import map_wire, wire
from services.areas.changes import Extent
from services.areas.organisations_domain import Answering, Kind, Organisation, OrganisationChange, Register
from services.runtime.rpc_errors import InvalidRequest

_KIND_OF: dict[int, Kind] = {
    pb.ORGANISATION_KIND_DEPARTMENT: "department",
    pb.ORGANISATION_KIND_AGENCY: "agency",
    pb.ORGANISATION_KIND_AUTHORITY: "authority",
    pb.ORGANISATION_KIND_OTHER: "other",
}
_NUMBER_OF = {kind: cast(pb.OrganisationKind, number) for number, kind in _KIND_OF.items()}
_NAME = re.compile(r"[A-Za-z0-9._-]{0,63}")


def to_register(request: pb.ChangeOrganisationsRequest) -> Register:
    """What a request brings; it may still have faults.

    Raises:
        InvalidRequest: a date or a number cannot be read.
    """
    return Register(
        [_organisation(message, f"organisations[{i}]") for i, message in enumerate(request.organisations)],
        [_change(message, f"changes[{i}]") for i, message in enumerate(request.changes)],
        [_answering(message, f"answering[{i}]") for i, message in enumerate(request.answering)],
    )


def to_name(text: str, field: str) -> str:
    """An identifier of an organisation or source, or the empty text.

    Raises:
        InvalidRequest: it is none.
    """
    if not _NAME.fullmatch(text):
        raise InvalidRequest([(field, "bad_name", f'letters, digits, ".", "-", "_"; got {text[:70]!r}')])
    return text


def from_organisation(one: Organisation) -> pb.Organisation:
    """The protobuf form of an organisation."""
    return pb.Organisation(
        code=one.code,
        name_vi=one.name_vi,
        name_en=one.name_en,
        kind=_NUMBER_OF[one.kind],
        parent_code=one.parent_code,
        serves=one.serves,
        valid_from=one.valid_from.isoformat(),
        valid_to=one.valid_to.isoformat() if one.valid_to else "",
    )


def from_change(one: OrganisationChange) -> pb.OrganisationChange:
    """The protobuf form of a change."""
    return pb.OrganisationChange(
        day=one.day.isoformat(),
        old_code=one.old_code,
        new_code=one.new_code,
        extent=map_wire.NUMBER_OF_EXTENT[one.extent],
        weight=map_wire.from_weight(one.weight),
        basis=map_wire.from_basis(one.basis),
    )


def from_answering(duty: Answering) -> pb.Answering:
    """The protobuf form of a duty."""
    return pb.Answering(
        source=duty.source,
        organisation=duty.organisation,
        account=duty.account,
        position_vi=duty.position_vi,
        contact=duty.contact,
        valid_from=duty.valid_from.isoformat(),
        valid_to=duty.valid_to.isoformat() if duty.valid_to else "",
    )


def _organisation(message: pb.Organisation, path: str) -> Organisation:
    return Organisation(
        code=message.code,
        name_vi=message.name_vi,
        name_en=message.name_en,
        kind=_KIND_OF.get(message.kind, cast(Kind, "")),
        parent_code=message.parent_code,
        serves=wire.to_code(message.serves, f"{path}.serves"),
        valid_from=wire.to_date(message.valid_from, f"{path}.valid_from"),
        valid_to=wire.to_date(message.valid_to, f"{path}.valid_to") if message.valid_to else None,
    )


def _change(message: pb.OrganisationChange, path: str) -> OrganisationChange:
    return OrganisationChange(
        wire.to_date(message.day, f"{path}.day"),
        message.old_code,
        message.new_code,
        map_wire.EXTENT_OF.get(message.extent, cast(Extent, "")),
        map_wire.to_weight(message.weight, f"{path}.weight"),
        map_wire.to_basis(message.basis),
    )


def _answering(message: pb.Answering, path: str) -> Answering:
    return Answering(
        source=message.source,
        organisation=message.organisation,
        account=message.account,
        valid_from=wire.to_date(message.valid_from, f"{path}.valid_from"),
        valid_to=wire.to_date(message.valid_to, f"{path}.valid_to") if message.valid_to else None,
        position_vi=message.position_vi,
        contact=message.contact,
    )
