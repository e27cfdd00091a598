"""The shipped catalogue is whole; what is changed in it for the worse is refused, with its place."""

from __future__ import annotations

import json
import re
from functools import lru_cache

import pytest

from services.indicators.area_units import with_map
from services.indicators.catalogue import SHIPPED, Catalogue, assembled, load_catalogue
from services.indicators.declared import BadDefinitions, body, indicator_of, measure_of
from services.indicators.entities import Measure, Source, families
from services.indicators.family_sql import sum_of
from services.indicators.language.formula import divides
from services.indicators.measure_sql import source_sql
from services.indicators.takes import Fold, Take
from services.records.catalogue import DECLARED, load_datasets
from services.records.datasets import Dataset


@lru_cache(maxsize=1)
def datasets() -> dict[str, Dataset]:
    return with_map({key: declared.dataset for key, declared in load_datasets(DECLARED).items()})


@lru_cache(maxsize=1)
def files() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(SHIPPED.glob("*.toml"))}


def problems(changed: dict[str, str]) -> list[str]:
    try:
        assembled(list(changed.items()), datasets())
    except BadDefinitions as error:
        return str(error).splitlines()
    return []


def shipped() -> Catalogue:
    return load_catalogue(datasets(), SHIPPED)


def test_the_shipped_catalogue_is_whole() -> None:
    catalogue = shipped()
    assert set(catalogue.groups) == set(catalogue.indicators)
    assert catalogue.groups["HE-02"] == "health"
    assert all(catalogue.indicators.values())
    assert len(catalogue.indicators) >= 47


def test_every_measure_of_it_is_sql_over_columns_that_are_read() -> None:
    catalogue = shipped()
    for key in {one.dataset for one in catalogue.measures.values()}:
        of = [one for one in catalogue.measures.values() if one.dataset == key]
        sql = source_sql(of, datasets()[key])
        assert set(sql.measures) == {one.name for one in of}
        for one in of:
            compiled = sql.measures[one.name]
            assert {f"c_{name}" for name in (*one.by, compiled.area, compiled.organisation) if name} <= set(
                sql.columns
            )


def test_what_is_kept_of_definitions_says_all_of_them() -> None:
    catalogue = shipped()
    for measure in catalogue.measures.values():
        assert measure_of(json.loads(json.dumps(body(measure)))) == measure
    for indicator in catalogue.indicators.values():
        assert indicator_of(json.loads(json.dumps(body(indicator)))) == indicator


def test_rows_may_be_counted_of_which_nothing_but_their_moment_is_looked_at() -> None:
    source = Source(datasets()["centre.handovers"], {}, {}, is_counted_by_clock=False)
    shifts = Measure(1, "shifts", source.key, Take.ROWS, Fold.COUNT, "at")
    assert not re.search(r",\s*FROM", sum_of(families([shifts])[0], source))


def test_what_engines_are_given() -> None:
    catalogue, tickets = shipped().measures, datasets()["feedback.tickets"]
    sql = source_sql([catalogue["feedback_resolved_on_time"], catalogue["feedback_received"]], tickets)
    on_time = sql.measures["feedback_resolved_on_time"]
    assert on_time.when == "due"
    assert on_time.where == "((count_refused = %(v0)s::numeric) AND (last_resolved <= due))"
    assert sql.columns["last_resolved"] == "(m->'resolved'->>1)::timestamptz"
    assert sql.is_counted_by_clock
    assert source_sql([catalogue["feedback_working_hours"]], tickets).is_counted_by_clock
    assert not source_sql([catalogue["feedback_received"]], tickets).is_counted_by_clock
    stated = source_sql([catalogue["decisions_due"]], datasets()["centre.decisions"])
    assert stated.columns["c_due_at"] == "(f->>'due_at')::timestamptz"
    assert not stated.is_counted_by_clock


@pytest.mark.parametrize(
    ("file", "was", "becomes", "named"),
    [
        # Units
        ("economy", 'unit = "%*%"', 'unit = "%"', "measures.iip_weighted.unit: "),
        ("water", 'unit = "m3"', 'unit = "km"', "measures.water_input.unit: "),
        ("health", 'unit = "1/10000"', 'unit = "1/1000"', "indicators.HE-02.unit: "),
        ("health", "10000 * doctors", "100000 * doctors", "indicators.HE-02.unit: "),
        ("public_safety", 'unit = "min"', 'unit = "h"', "measures.response_minutes.unit: "),
        ("traffic", 'unit = "km/h"', 'unit = "km"', "indicators.TR-03.unit: "),
        ("traffic", 'unit = "crash"', 'unit = "kg"', "measures.crashes.unit: "),
        ("energy", 'unit = "customer*min"', 'unit = "customer*"', "customer_minutes.unit: "),
        ("energy", "customer_minutes / electricity", "customer_minutes * electricity", "EG-02.unit: "),
        # Bases
        ("health", "doctors / population", "doctors / beds", "indicators.HE-02.unit: "),
        ("health", "insured / insurance_population", "insured / inhabitants", "HE-01.formula: column 17: "),
        ("economy", "base == 'previous_month'", "base == 'last_month'", "cpi_previous_month.where: "),
        # Fields, choices, events, functions
        ("water", 'of = "billed"', 'of = "bills"', "water_billed.of: column 1: there is no field 'bills'"),
        ("traffic", "mode == 'road'", "mode == 'rod'", "road_deaths.where: column 9: 'rod' is none of"),
        ("traffic", "mode == 'road'", "mode", "measures.road_deaths.where: column 1: is a text"),
        ("energy", "last('restored')", "last('mended')", "interrupted_customer_minutes.of: "),
        ("citizen_feedback", "first('received')", "at", "measures.feedback_received.when: "),
        ("citizen_feedback", 'when = "due()"', 'when = "rating"', "measures.feedback_due.when: "),
        ("citizen_feedback", "p50(feedback", "p60(feedback", "there is no function 'p60'"),
        ("citizen_feedback", "p50(feedback_working_hours)", "feedback_working_hours", "CF-04.p50.formula: "),
        ("energy", "minutes(first", "worked_hours(first", "interrupted_customer_minutes.of: "),
        ("energy", "first('interrupted')\"\nfold", "due()\"\nfold", "interrupted_customer_minutes.when: "),
        ("public_services", "when = \"due()\"", "when = \"due(1)\"", "measures.hs_due.when: "),
        ("citizen_feedback", "count('refused') == 0", "citizen == 'x'", "there is no field 'citizen'"),
        ("health", 'dataset = "health.bed_days"', 'dataset = "health.beds"', "there is no dataset"),
        # Places and breakdowns
        ("health", 'by = ["ward"]', 'by = ["hospital"]', "measures.bed_days_used.by: "),
        ("health", 'of = "bed_days_used"', 'of = "bed_days_used"\narea = "hospital"', "bed_days_used.area: "),
        ("water", 'levels = ["area", "province"]', 'levels = ["organisation"]', "indicators.WA-01.levels: "),
        ("traffic", 'by = ["mode"]\nperiods', 'by = ["severity"]\nperiods', "indicators.TR-01.by: "),
        # What is taken and how it is folded
        ("traffic", 'take = "rows"', 'take = "subjects"', "measures.crashes.take: "),
        ("citizen_feedback", 'take = "subjects"', 'take = "rows"', "measures.feedback_received.take: "),
        ("health", 'fold = "level"', 'fold = "sum"', "measures.population.fold: "),
        ("health", 'begins = "period_from"', 'when = "period_from"', "measures.population.when: "),
        ("economy", 'key = ["revenue_item"', 'key = ["revenue_items"', "measures.revenue_to_date.key: "),
        ("economy", 'lasts = "year"', 'lasts = "period"', "revenue_to_date.lasts: "),
        ("traffic", 'fold = "count"', 'fold = "presence"', "measures.crashes.fold: no definition"),
        ("traffic", 'fold = "count"', 'fold = "distinct"', "measures.crashes.of: "),
        ("traffic", 'fold = "count"', 'fold = "count"\nlasts = "year"', "crashes.lasts: of holdings only"),
        ("traffic", 'fold = "count"', 'fold = "count"\nmoment = "at"', "measures.crashes.moment: "),
        ("citizen_feedback", "when = \"first('received')\"", "", "measures.feedback_received.when: "),
        # What is said of longer periods and wider areas
        ("health", 'over_time = "ratio_of_lasts"', 'over_time = "ratio_of_sums"', "HE-01.over_time: "),
        ("traffic", 'over_time = "sum"', 'over_time = "last"', "indicators.TR-01.over_time: "),
        ("water", 'over_space = "ratio_of_sums"', 'over_space = "sum"', "indicators.WA-01.over_space: "),
        ("citizen_feedback", 'over_time = "pool"', 'over_time = "sum"', "indicators.CF-04.p50.over_time: "),
        ("economy", 'over_time = "publish"', 'over_time = "max"', "indicators.EC-02.over_time: "),
        ("economy", 'periods = ["month"]', 'periods = ["month", "year"]', "indicators.EC-02.periods: "),
        ("energy", 'periods = ["month", "year"]', 'periods = ["day", "year"]', "indicators.EG-02.periods: "),
        ("economy", 'levels = ["province"]', 'levels = ["area", "province"]', "indicators.EC-01.levels: "),
        ("public_safety", "annualised(crime_cases)", "annualised(population)", "PB-01.formula: column 21: "),
        # Keys of an indicator by themselves
        ("water", 'id = "WA-01"', 'id = "WA-1"', "indicators.WA-1.id: "),
        ("water", 'id = "WA-02"', 'id = "WA-01"', "indicators.WA-01: is declared already, in water.toml"),
        ("water", 'name = "urban_people"', 'name = "population"', "measures.population: is declared already"),
        ("water", 'fresh = "P60D"', 'fresh = "P2M"', "indicators.WA-01.fresh: "),
        ("water", 'cadence = "P1Y"', 'cadence = "yearly"', "indicators.WA-01.cadence: "),
        ("water", "decimals = 1", "decimals = 11", "indicators.WA-01.decimals: "),
        ("water", "to = 2024-12-31", "to = 2023-12-31", "indicators.WA-01.targets: "),
        ("health", 'op = "le"', 'op = "ge"', "indicators.HE-04.targets: two of 'ge'"),
        ("water", 'owner_vi = "Sở Xây dựng"', 'owner_vi = " "', "indicators.WA-01.owner_vi: "),
        ("citizen_feedback", 'gaming_en = "Silence', 'gaming_en = ""  # "', "indicators.CF-03.gaming_en: "),
    ],
)  # fmt: skip
def test_a_change_for_the_worse_is_refused_with_its_place(
    file: str, was: str, becomes: str, named: str
) -> None:
    text = files()[f"{file}.toml"]
    assert was in text
    found = problems({**files(), f"{file}.toml": text.replace(was, becomes, 1)})
    assert any(named in line and ".toml: " in line for line in found), found


def test_a_file_is_named_after_a_group() -> None:
    found = problems({**files(), "weather.toml": ""})
    assert len(found) == 1
    assert found[0].startswith("weather.toml: is named after a group: public_services")


def test_a_province_adds_its_own_file_of_a_group() -> None:
    text = """
[[measures]]
name = "permits"
dataset = "onestop.dossiers"
take = "subjects"
when = "first('received')"
fold = "distinct"
of = "(procedure, channel)"
unit = "procedure"
"""
    whole = assembled([*files().items(), ("tourism.toml", text)], datasets())
    sql = source_sql([whole.measures["permits"]], datasets()["onestop.dossiers"])
    assert sql.measures["permits"].of == "(c_procedure || chr(31) || c_channel)"


def test_what_is_shown_as_last_told_is_divided_by_its_formula_which_keeps_both_parts() -> None:
    lasts = [one for one in shipped().measures.values() if one.fold is Fold.LAST]
    assert lasts
    assert not [one.name for one in lasts if one.of and divides(one.of.node)]
