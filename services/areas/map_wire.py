"""The map through time between protobuf and domain."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import cast

from ioc.areas.v1 import map_pb2 as pb

from services.areas import wire
from services.areas.changes import Basis, Change, Declared, Extent, Statement, Unresolved
from services.areas.comparing import MOST_DIFFERENCES, Difference, Tally
from services.areas.plan import Boundary, Plan, Wanted
from services.areas.restate import Followed, Restated, Stuck
from services.runtime.rpc_errors import InvalidRequest

EXTENT_OF: dict[int, Extent] = {pb.EXTENT_WHOLE: "whole", pb.EXTENT_PART: "part"}
NUMBER_OF_EXTENT = {
    "whole": pb.EXTENT_WHOLE,
    "part": pb.EXTENT_PART,
    "uncertain": pb.EXTENT_UNCERTAIN,
}
_BASIS_OF: dict[int, Basis] = {
    pb.WEIGHT_BASIS_POPULATION: "population",
    pb.WEIGHT_BASIS_AREA: "area",
    pb.WEIGHT_BASIS_DECREE: "decree",
}
_NUMBER_OF_BASIS = {basis: cast(pb.WeightBasis, number) for number, basis in _BASIS_OF.items()}
_DECIMAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,12})?")


def to_wanted(request: pb.ChangeMapRequest) -> Wanted:
    """What a request brings; it may still have faults.

    Raises:
        InvalidRequest: a date, a boundary or a number cannot be read.
    """
    return Wanted(
        units=[wire.to_unit(message, index) for index, message in enumerate(request.units)],
        boundaries=[_boundary(message, f"boundaries[{i}]") for i, message in enumerate(request.boundaries)],
        statements=[_statement(message, f"statements[{i}]") for i, message in enumerate(request.statements)],
        declared=[_declared(message, f"declared[{i}]") for i, message in enumerate(request.declared)],
    )


def from_plan(plan: Plan, request: pb.ChangeMapRequest) -> pb.ChangeMapResponse:
    """What a plan would do, and what the request's statements leave open."""
    asked = {(one.code, one.day) for one in request.statements}
    unresolved = plan.derived.unresolved if plan.derived else []
    return pb.ChangeMapResponse(
        tallies=map(from_tally, plan.tallies),
        differences=from_differences(plan.differences),
        unresolved=[from_unresolved(one) for one in unresolved if (one.code, one.day.isoformat()) in asked],
    )


def from_tally(tally: Tally) -> pb.Tally:
    """The protobuf form of a tally."""
    return pb.Tally(**tally._asdict())


def from_differences(differences: Iterable[Difference]) -> Iterator[pb.Difference]:
    """The first of them."""
    for one in list(differences)[:MOST_DIFFERENCES]:
        yield pb.Difference(
            kind=one.kind, action=one.action, day=one.day.isoformat(), code=one.code, detail=one.detail
        )


def from_change(change: Change, old_name: str, new_name: str) -> pb.Change:
    """The protobuf form of a change, with the names of both units."""
    return pb.Change(
        day=change.day.isoformat(),
        old_code=change.old_code,
        old_name_vi=old_name,
        new_code=change.new_code,
        new_name_vi=new_name,
        extent=NUMBER_OF_EXTENT[change.extent],
        weight=from_weight(change.weight),
        basis=from_basis(change.basis),
        declared=change.declared,
    )


def from_unresolved(one: Unresolved) -> pb.Unresolved:
    """The protobuf form of what words leave open."""
    return pb.Unresolved(
        day=one.day.isoformat(),
        code=one.code,
        place=one.place,
        words_vi=one.words,
        reason=one.reason,
        candidates=one.candidates,
    )


def from_followed(one: Followed, names: Mapping[str, str]) -> pb.Followed:
    """The protobuf form of what a unit became."""
    known: Extent = "part" if one.certain else "uncertain"
    extent: Extent = "whole" if one.weight == 1 else known
    return pb.Followed(
        code=one.code,
        name_vi=names.get(one.code, ""),
        extent=NUMBER_OF_EXTENT[extent],
        weight=from_weight(one.weight),
    )


def to_values(messages: Iterable[pb.AreaValue]) -> dict[str, Decimal]:
    """Values by code.

    Raises:
        InvalidRequest: one is no decimal, or a code comes twice.
    """
    values: dict[str, Decimal] = {}
    for index, message in enumerate(messages):
        if message.code in values:
            raise InvalidRequest([(f"values[{index}].code", "repeated", "the code is there twice")])
        values[message.code] = to_decimal(message.value, f"values[{index}].value")
    return values


def from_values(restated: Restated, names: Mapping[str, str]) -> list[pb.RestatedValue]:
    """The protobuf form of restated values."""
    return [
        pb.RestatedValue(
            code=code,
            name_vi=names.get(code, ""),
            value=plain(whole.value),
            complete=not whole.lacks,
            lacks=sorted(whole.lacks),
        )
        for code, whole in restated.sums.items()
    ]


def from_stuck(stuck: Stuck) -> pb.NotRestatable:
    """The protobuf form of a value that stays on the way."""
    return pb.NotRestatable(
        code=stuck.code,
        valid_from=stuck.valid_from.isoformat(),
        value=plain(stuck.value),
        reason=stuck.reason,
        belongs_to=stuck.belongs_to,
    )


def to_decimal(text: str, field: str) -> Decimal:
    """A decimal of at most 30 digits before and 12 after the point.

    Raises:
        InvalidRequest: it is none.
    """
    if not _DECIMAL.fullmatch(text):
        raise InvalidRequest(
            [(field, "bad_decimal", f'send a decimal such as "1402" or "0.375"; got {text[:50]!r}')]
        )
    return Decimal(text)


def plain(value: Decimal) -> str:
    """All digits of a decimal, without an exponent and without zeros at its end."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def to_weight(text: str, field: str) -> Decimal | None:
    """A weight, None where it is not known."""
    return to_decimal(text, field) if text else None


def from_weight(weight: Decimal | None) -> str:
    """A weight as text, empty where it is not known."""
    return "" if weight is None else plain(weight)


def to_basis(number: int) -> Basis | None:
    """What a weight was taken from, None where nobody says."""
    return _BASIS_OF.get(number)


def from_basis(basis: Basis | None) -> pb.WeightBasis:
    """The protobuf form of what a weight was taken from."""
    return _NUMBER_OF_BASIS[basis] if basis else pb.WEIGHT_BASIS_UNSPECIFIED


def _boundary(message: pb.Boundary, path: str) -> Boundary:
    geometry = wire.to_geometry(message.boundary_geojson, f"{path}.boundary_geojson")
    if geometry is None:
        raise InvalidRequest([(f"{path}.boundary_geojson", "required", "send a GeoJSON geometry")])
    return Boundary(
        wire.to_code(message.code, f"{path}.code"), wire.to_date(message.day, f"{path}.day"), geometry
    )


def _statement(message: pb.Statement, path: str) -> Statement:
    words = unicodedata.normalize("NFC", message.words_vi)
    return Statement(
        wire.to_code(message.code, f"{path}.code"), wire.to_date(message.day, f"{path}.day"), words
    )


def _declared(message: pb.DeclaredChange, path: str) -> Declared:
    return Declared(
        wire.to_date(message.day, f"{path}.day"),
        wire.to_code(message.old_code, f"{path}.old_code"),
        wire.to_code(message.new_code, f"{path}.new_code"),
        EXTENT_OF.get(message.extent, cast(Extent, "")),
        to_weight(message.weight, f"{path}.weight"),
        to_basis(message.basis),
    )
