"""Administrative units through gRPC on a real database."""

import json

import grpc
import pytest
from ioc.areas.v1 import areas_pb2 as pb
from ioc.areas.v1 import areas_pb2_grpc as pb_grpc

from tests.integration.api.conftest import Metadata

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[109.1, 12.2], [109.2, 12.2], [109.2, 12.3], [109.1, 12.2]]],
}


def province(code: str = "56", **changes: object) -> pb.Unit:
    fields = {"name_vi": "Tỉnh Khánh Hòa", "level": pb.AREA_LEVEL_PROVINCE, "valid_from": "1990-01-01"}
    return pb.Unit(code=code, **{**fields, **changes})  # type: ignore[arg-type]


def commune(code: str, **changes: object) -> pb.Unit:
    fields = {
        "name_vi": "Phường Nha Trang",
        "name_en": "Nha Trang Ward",
        "level": pb.AREA_LEVEL_COMMUNE,
        "parent_code": "56",
        "valid_from": "2025-07-01",
    }
    return pb.Unit(code=code, **{**fields, **changes})  # type: ignore[arg-type]


@pytest.fixture
def areas(channel: grpc.Channel) -> pb_grpc.AreasServiceStub:
    return pb_grpc.AreasServiceStub(channel)


def refusal(areas: pb_grpc.AreasServiceStub, metadata: Metadata, *units: pb.Unit) -> str:
    """The sentence with which these units are refused."""
    with pytest.raises(grpc.RpcError) as refused:
        areas.PutUnits(pb.PutUnitsRequest(units=units), metadata=metadata)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    return str(refused.value.details())


def test_the_map_of_a_day(areas: pb_grpc.AreasServiceStub, metadata: Metadata) -> None:
    units = [
        province(),
        commune("22333", name_vi="Phường Cũ", valid_from="1990-01-01", valid_to="2025-07-01"),
        commune("22333", population=0, boundary_geojson=json.dumps(SQUARE)),
        commune("00004"),
    ]
    assert areas.PutUnits(pb.PutUnitsRequest(units=units), metadata=metadata).written == 4

    def on(day: str, with_boundaries: bool = False) -> list[pb.Unit]:
        request = pb.ListUnitsRequest(on_date=day, with_boundaries=with_boundaries)
        return list(areas.ListUnits(request, metadata=metadata).units)

    assert [unit.code for unit in on("2025-06-30")] == ["22333", "56"]
    assert on("2025-06-30")[0].name_vi == "Phường Cũ"
    today = on("", with_boundaries=True)
    assert [unit.code for unit in today] == ["00004", "22333", "56"]
    assert today[1].name_vi == "Phường Nha Trang"
    assert json.loads(today[1].boundary_geojson) == SQUARE
    assert today[1].HasField("population")
    assert not today[0].HasField("population")
    assert on("2025-07-01")[1].boundary_geojson == ""


def test_a_map_in_pages(areas: pb_grpc.AreasServiceStub, metadata: Metadata) -> None:
    units = [province(), commune("22333"), commune("00004"), commune("22366")]
    areas.PutUnits(pb.PutUnitsRequest(units=units), metadata=metadata)
    asked = pb.ListUnitsRequest(page_size=3)

    first = areas.ListUnits(asked, metadata=metadata)
    asked.page_token = first.next_page_token
    second = areas.ListUnits(asked, metadata=metadata)

    assert [unit.code for unit in first.units] == ["00004", "22333", "22366"]
    assert [unit.code for unit in second.units] == ["56"]
    assert second.next_page_token == ""


def test_units_may_be_put_again(areas: pb_grpc.AreasServiceStub, metadata: Metadata) -> None:
    units = [province(), commune("22333", boundary_geojson=json.dumps(SQUARE))]
    areas.PutUnits(pb.PutUnitsRequest(units=units), metadata=metadata)
    areas.PutUnits(pb.PutUnitsRequest(units=[province(), commune("22333")]), metadata=metadata)

    listed = areas.ListUnits(pb.ListUnitsRequest(with_boundaries=True), metadata=metadata).units

    assert json.loads(listed[0].boundary_geojson) == SQUARE  # a unit without one keeps what it has


def test_what_is_refused_and_why(areas: pb_grpc.AreasServiceStub, metadata: Metadata) -> None:
    areas.PutUnits(pb.PutUnitsRequest(units=[province(), commune("22333")]), metadata=metadata)

    assert "2 to 5 digits" in refusal(areas, metadata, commune("2233A"))
    assert "no province or district 99" in refusal(areas, metadata, commune("22334", parent_code="99"))
    assert "already in use" in refusal(areas, metadata, commune("22333", valid_from="2026-01-01"))
    assert "send a date" in refusal(areas, metadata, commune("22334", valid_from="20250701"))
    assert "must follow valid_from" in refusal(areas, metadata, commune("22334", valid_to="2025-07-01"))
    point = json.dumps({"type": "Point", "coordinates": [1, 2]})
    assert "Polygon or MultiPolygon" in refusal(areas, metadata, commune("22334", boundary_geojson=point))
    assert "NaN" in refusal(areas, metadata, commune("22334", boundary_geojson='{"a": NaN}'))
    assert len(areas.ListUnits(pb.ListUnitsRequest(), metadata=metadata).units) == 2
