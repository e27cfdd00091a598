"""What a file of definitions may say by itself, and how it is named where it does not."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from services.indicators.declared import BadDefinitions, body, parse_definitions

FILE = "public_services.toml"
TEXT = """
[[measures]]
name = "received"
dataset = "onestop.dossiers"
take = "subjects"
when = "first('received')"
where = "( channel=='online' )"
fold = "count"
unit = "dossier"

[[indicators]]
id = "PS-06"
name_vi = "Hồ sơ tiếp nhận"
name_en = "Dossiers received"
unit = "dossier"
formula = "received"
direction = "context"
over_time = "sum"
over_space = "sum"
levels = ["province"]
periods = ["month"]
cadence = "P1D"
fresh = "PT26H"
owner_vi = "Văn phòng Ủy ban nhân dân tỉnh"
decimals = 0
basis = "design"
basis_vi = "Mỗi hồ sơ tính một lần"
[[indicators.targets]]
op = "ge"
value = "12.5"
from = 2025-01-01
source = "Kế hoạch năm"
"""


def test_a_file_is_read_as_it_stands() -> None:
    told = parse_definitions(FILE, TEXT)
    (measure,), (indicator,) = told.measures, told.indicators
    assert told.group == "public_services"
    assert str(measure.where) == "channel == 'online'"
    assert indicator.fresh_for == timedelta(hours=26)
    assert indicator.targets[0].value == Decimal("12.5")


def test_what_is_kept_of_a_definition_is_the_same_for_all_ways_to_write_it() -> None:
    again = parse_definitions(FILE, TEXT.replace("( channel=='online' )", "channel  == 'online'"))
    (measure,), (indicator,) = again.measures, again.indicators
    assert body(measure) == body(parse_definitions(FILE, TEXT).measures[0])
    assert body(measure)["where"] == "channel == 'online'"
    assert "lasts" not in body(measure)
    assert body(indicator)["targets"] == [
        {"op": "ge", "value": "12.5", "from": "2025-01-01", "source": "Kế hoạch năm"}
    ]


@pytest.mark.parametrize(
    ("was", "becomes", "named"),
    [
        ('fold = "count"', 'fold = "counts"', "measures.received.fold: "),
        ('fold = "count"', "", "missing required field `fold`"),
        ('fold = "count"', 'fold = "count"\nfolds = 1', "unknown field `folds`"),
        ("first('received')", "first('received'", "measures.received.when: "),
        ("( channel=='online' )", "channel.x", "measures.received.where: column 1: Attribute"),
        ('name = "received"', "name = 3", "measures[1].name: "),
        ('formula = "received"', "formula = 3", "indicators.PS-06.formula: an expression stands in quotes"),
        ('levels = ["province"]', 'levels = ["ward"]', "indicators.PS-06.levels[0]"),
        ('value = "12.5"', 'value = "many"', "indicators.PS-06.targets[0].value"),
        ("from = 2025-01-01", 'from = "soon"', "indicators.PS-06.targets[0].from"),
        ("[[measures]]", "[[measure]]", "measure: a file has [[measures]]"),
        ("[[measures]]", "[measures]", "measures: each stands under [[measures]]"),
        ("[[measures]]", "[[measures", "line 2"),
        ("Hồ sơ tiếp nhận", "Hồ sơ tiê\u0301p nhận", "not Unicode NFC"),
    ],
)
def test_a_fault_names_file_entry_and_key(was: str, becomes: str, named: str) -> None:
    assert was in TEXT
    with pytest.raises(BadDefinitions) as caught:
        parse_definitions(FILE, TEXT.replace(was, becomes, 1))
    assert named in str(caught.value)
    assert all(line.startswith(f"{FILE}: ") for line in str(caught.value).splitlines())


def test_every_entry_with_a_fault_is_named() -> None:
    broken = TEXT.replace('fold = "count"', 'fold = "x"').replace('basis = "design"', 'basis = "x"')
    with pytest.raises(BadDefinitions) as caught:
        parse_definitions(FILE, broken)
    assert [problem.entry for problem in caught.value.problems] == ["measures.received", "indicators.PS-06"]
