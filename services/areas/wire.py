"""Units between protobuf and domain."""

import json
import re
from datetime import date
from typing import Any, cast

from ioc.areas.v1 import areas_pb2 as pb

from services.areas.domain import CODE, Level, Unit
from services.runtime.rpc_errors import InvalidRequest

_LEVEL_OF: dict[int, Level] = {
    pb.AREA_LEVEL_PROVINCE: "province",
    pb.AREA_LEVEL_DISTRICT: "district",
    pb.AREA_LEVEL_COMMUNE: "commune",
}
_NUMBER_OF = {level: cast(pb.AreaLevel, number) for number, level in _LEVEL_OF.items()}
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")  # fromisoformat would also take 2025W27 and 20250701


def to_unit(message: pb.Unit, index: int) -> Unit:
    """A unit as asked for; it may still have faults. An unknown level becomes '', which is one.

    Raises:
        InvalidRequest: a date or the boundary cannot be read.
    """
    path = f"units[{index}]"
    return Unit(
        code=message.code,
        name_vi=message.name_vi,
        name_en=message.name_en,
        level=_LEVEL_OF.get(message.level, cast(Level, "")),
        parent_code=message.parent_code,
        valid_from=to_date(message.valid_from, f"{path}.valid_from"),
        valid_to=to_date(message.valid_to, f"{path}.valid_to") if message.valid_to else None,
        population=message.population if message.HasField("population") else None,
        boundary=to_geometry(message.boundary_geojson, f"{path}.boundary_geojson"),
    )


def from_unit(unit: Unit) -> pb.Unit:
    """The protobuf form of a unit."""
    return pb.Unit(
        code=unit.code,
        name_vi=unit.name_vi,
        name_en=unit.name_en,
        level=_NUMBER_OF[unit.level],
        parent_code=unit.parent_code,
        valid_from=unit.valid_from.isoformat(),
        valid_to=unit.valid_to.isoformat() if unit.valid_to else "",
        population=unit.population,
        boundary_geojson=json.dumps(unit.boundary, separators=(",", ":")) if unit.boundary else "",
    )


def to_date(text: str, field: str) -> date:
    """An ISO 8601 calendar date.

    Raises:
        InvalidRequest: it is none.
    """
    try:
        if _ISO_DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise InvalidRequest([(field, "bad_date", f"send a date such as 2025-07-01; got {text!r}")])


def to_code(text: str, field: str) -> str:
    """An official code, or the empty text.

    Raises:
        InvalidRequest: it is none.
    """
    if text and not CODE.fullmatch(text):
        raise InvalidRequest([(field, "bad_code", f"2 to 5 digits as printed; got {text[:50]!r}")])
    return text


def to_geometry(text: str, field: str) -> dict[str, Any] | None:
    """A GeoJSON object, None where the text is empty.

    Raises:
        InvalidRequest: it is no JSON object.
    """
    if not text:
        return None
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidRequest([(field, "bad_json", f"not JSON: {error}")]) from None
    if not isinstance(value, dict):
        raise InvalidRequest([(field, "bad_geometry", "send a GeoJSON geometry, a JSON object")])
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")
