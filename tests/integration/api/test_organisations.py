"""Organisations through time, by `haidang organisations` on a real database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import grpc
import pytest
from ioc.areas.v1 import areas_pb2, areas_pb2_grpc, organisations_pb2, organisations_pb2_grpc
from typer.testing import CliRunner, Result

from services.cli.__main__ import app
from tests.integration.api.conftest import Metadata, bearer

ORGANISATIONS = """code,name_vi,kind,parent_code,serves,valid_from,valid_to
H32,Ủy ban nhân dân tỉnh Khánh Hòa,authority,,56,2016-01-01,
H32.10,Sở Thông tin và Truyền thông,department,H32,56,2016-01-01,2025-03-01
H32.11,Sở Khoa học và Công nghệ,department,H32,56,2016-01-01,2025-03-01
H32.11,Sở Khoa học và Công nghệ,department,H32,56,2025-03-01,
"""
CHANGES = "day,old_code,new_code,extent\n2025-03-01,H32.10,H32.11,whole\n"
ANSWERING = """source,organisation,account,position_vi,contact,valid_from,valid_to
onestop.dossiers,H32.11,tiepnhan.01,Trưởng phòng Một cửa,mc@khanhhoa.example,2025-03-01,2025-09-01
onestop.dossiers,H32.11,tiepnhan.02,Trưởng phòng Một cửa,,2025-09-01,
"""


@pytest.fixture
def lists(tmp_path: Path, channel: grpc.Channel, metadata: Metadata) -> list[str]:
    """The options that name three files, beside a province on the map."""
    units = [
        areas_pb2.Unit(
            code="56", name_vi="Tỉnh Khánh Hòa", level=areas_pb2.AREA_LEVEL_PROVINCE, valid_from="2000-01-01"
        )
    ]
    areas_pb2_grpc.AreasServiceStub(channel).PutUnits(
        areas_pb2.PutUnitsRequest(units=units), metadata=metadata
    )
    options = []
    for name, text in (("organisations", ORGANISATIONS), ("changes", CHANGES), ("answering", ANSWERING)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        options += [f"--{name}", str(tmp_path / f"{name}.csv")]
    return options


@pytest.fixture
def haidang(address: str, new_token: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The command line inside this process."""
    monkeypatch.setenv("HAIDANG_API_ADDRESS", address)
    monkeypatch.setenv("HAIDANG_TOKEN", new_token())

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(app, ["--lang", "en", *map(str, arguments)])

    return run


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def test_lists_come_in_once_and_tell_who_was_there(haidang: Any, lists: list[str]) -> None:
    planned = rows(haidang("organisations", "plan", *lists, "--json"))
    assert rows(haidang("organisations", "--json")) == []
    applied = rows(haidang("organisations", "apply", *lists, "--json"))
    again = rows(haidang("organisations", "apply", *lists, "--json"))

    assert planned == applied
    assert [row["added"] for row in applied] == [4, 1, 2]
    assert [(row["added"], row["changed"], row["removed"], row["same"]) for row in again] == [
        (0, 0, 0, 4),
        (0, 0, 0, 1),
        (0, 0, 0, 2),
    ]

    def codes(day: str) -> list[str]:
        return [row["code"] for row in rows(haidang("organisations", "--on", day, "--json"))]

    assert codes("2025-02-28") == ["H32", "H32.10", "H32.11"]
    assert codes("2025-03-01") == ["H32", "H32.11"]
    answering = rows(haidang("organisations", "answering", "--on", "2025-08-31", "--json"))
    assert [row["account"] for row in answering] == ["tiepnhan.01"]
    (change,) = rows(haidang("organisations", "changes", "--new", "H32.11", "--json"))
    assert (change["old_code"], change["extent"]) == ("H32.10", "whole")


def test_values_of_merged_departments_are_added(haidang: Any, lists: list[str], tmp_path: Path) -> None:
    haidang("organisations", "apply", *lists)
    values = tmp_path / "values.csv"
    values.write_text("code,value\nH32.10,44000\nH32.11,1402\n", encoding="utf-8")

    (value,) = rows(haidang("organisations", "restate", values, "--from", "2025-02-28", "--json"))

    assert (value["code"], value["value"], value["complete"]) == ("H32.11", "45402", "complete")


def test_pages_and_who_may_see_staff(
    haidang: Any, lists: list[str], channel: grpc.Channel, metadata: Metadata, new_token: Any
) -> None:
    haidang("organisations", "apply", *lists)
    stub = organisations_pb2_grpc.OrganisationsServiceStub(channel)
    asked = organisations_pb2.ListOrganisationsRequest(on_date="2025-02-28", page_size=2)
    first = stub.ListOrganisations(asked, metadata=metadata)
    asked.page_token = first.next_page_token
    second = stub.ListOrganisations(asked, metadata=metadata)

    assert [one.code for one in (*first.organisations, *second.organisations)] == ["H32", "H32.10", "H32.11"]
    assert second.next_page_token == ""
    reader = bearer(new_token("areas.read", name="reader"))
    with pytest.raises(grpc.RpcError) as refused:
        stub.ListAnswering(organisations_pb2.ListAnsweringRequest(), metadata=reader)
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED
