"""Rule files: what is refused is named by file, rule, field and reason; what ships is free of faults."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from services.alarms.domain import Severity
from services.alarms.indicated import told_by
from services.alarms.rule_files import SHIPPED, BadRules, load_rules, load_storm
from services.alarms.rules import parse_rules
from services.simulator.devices import CO, KINDS, NO2, O3, SO2

STANDARDS = Path(__file__).parents[3] / "services/indicators/standards.toml"
GOOD = """
[[rule]]
id = "pm25"
kind = "limit"
vi = "PM2.5 cao"
en = "High PM2.5"
over = {quantity = "pm25", unit = "µg/m³"}
levels = [{severity = "warning", above = 100.0}]
"""


def test_what_ships_is_free_of_faults() -> None:
    rules = load_rules(SHIPPED)
    assert len({rule.id for rule in rules}) == len(rules) > 10
    assert {rule.kind for rule in rules} == {
        *("limit", "rate", "usual", "silence", "late", "deadline", "quarantine", "ledger")
    }
    assert load_storm(SHIPPED).limits.group_from == 10


def test_what_ships_looks_at_what_there_is() -> None:
    """A quantity or unit that no device says would be a rule that never raises anything."""
    measured = [*(channel for kind in KINDS for channel in kind.channels), NO2, O3, SO2, CO]
    there = {(channel.quantity, channel.unit) for channel in measured}
    there.add(("water_salinity", "‰"))  # what other stations than the simulated ones say
    for rule in load_rules(SHIPPED):
        if rule.over.quantity:
            assert (rule.over.quantity, rule.over.unit) in there, rule.id
        if rule.over.indicator:
            assert told_by(rule.over.indicator), rule.id


def test_gases_are_held_to_the_hourly_limits_of_the_regulation() -> None:
    standards = tomllib.loads(STANDARDS.read_text(encoding="utf-8"))
    limits = {row["pollutant"]: row["limit"] for row in standards["qcvn05"] if row["average"] == "1h"}
    rules = {rule.id: rule for rule in load_rules(SHIPPED)}
    for gas in ("so2", "co", "no2", "o3"):
        rule = rules[f"{gas}_hour"]
        assert rule.grading.limits == (limits[gas], 2 * limits[gas])
        assert rule.grading.hold_ms == 3_600_000


def test_a_rule_is_what_its_file_says() -> None:
    (rule,), faults = parse_rules("a.toml", GOOD.replace("above = 100.0", "below = 5.0"))
    assert faults == []
    assert (rule.grading.direction, rule.grading.limits) == (-1, (-5.0,))
    assert rule.grading.severities == (Severity.WARNING,)


@pytest.mark.parametrize(
    ("said", "instead", "field", "reason"),
    [
        ('kind = "limit"', 'kind = "limits"', "kind", "Invalid enum value"),
        ('id = "pm25"', 'id = "PM2.5"', "id", "beginning with a letter"),
        ("above = 100.0", "above = 100.0, below = 5.0", "levels", "either `above` or `below`"),
        ("above = 100.0}", 'above = 100.0}, {severity = "notice", above = 200.0}', "levels", "mildest"),
        ("above = 100.0}", 'above = 100.0}, {severity = "serious", above = 50.0}', "levels", "further out"),
        ('unit = "µg/m³"', 'unit = ""', "over.unit", "without the unit"),
        ('quantity = "pm25", ', "", "over", "either a quantity"),
        ("levels", 'for = "10 min"\nlevels', "for", "a length of time"),
        ("levels", "weeks = 4\nlevels", "weeks", "no such field"),
        ("levels", "escalate_times = 0\nlevels", "escalate_times", "1 to 10"),
        ('id = "pm25"', 'id = "storm"', "id", "kept for groups"),
        ("levels", "colour = 4\nlevels", "", "unknown field `colour`"),
        ("levels", 'repeat = {times = 1, within = "10m"}\nlevels', "repeat.times", "at least 2"),
        ("levels", 'schedule = {hours = ["25:00-26:00"]}\nlevels', "schedule.hours", "span of hours"),
        ("levels", 'schedule = {working_time = true, hours = ["07:00-08:00"]}\nlevels', "schedule", "either"),
        ('kind = "limit"', 'kind = "usual"', "weeks", "3 to 52"),
        ('kind = "limit"', 'kind = "rate"', "window", "over how long"),
        ('kind = "limit"', 'kind = "silence"', "over.quantity", "not over that"),
        ('vi = "PM2.5 cao"', 'vi = " "', "vi", "required"),
        ('vi = "PM2.5 cao"', 'vi = "Tie\u0302\u0301ng \u1ed3n"', "vi", "NFC"),
    ],
)
def test_a_fault_names_file_rule_field_and_reason(said: str, instead: str, field: str, reason: str) -> None:
    rules, faults = parse_rules("a.toml", GOOD.replace(said, instead, 1))
    assert rules == []
    found = [fault for fault in faults if fault.field == field and reason in fault.reason]
    assert found, faults
    assert str(found[0]).startswith(f"a.toml: rule {found[0].rule}")


@pytest.mark.parametrize(
    ("over", "field", "reason"),
    [
        ('indicator = "vn_aqi_hour", subject_kind = "station"', "", ""),
        ('indicator = "power_mean_15min"', "", ""),
        ('indicator = "leq_night"', "", ""),
        ('indicator = "on_time_rate", period = "month"', "over.period", "figures have no usual hour"),
        ('indicator = "OC-01"', "over.indicator", "not one that is made from readings"),
        ('indicator = "salinity_max_month"', "over.indicator", "told by month or year"),
        ('indicator = "pm25_mean_year"', "over.indicator", "told by month or year"),
    ],
)
def test_what_is_usual_is_known_of_indicators_made_from_readings(over: str, field: str, reason: str) -> None:
    usual = GOOD.replace('kind = "limit"', 'kind = "usual"\nweeks = 8\ngap = "3h"\nlive_within = "3h"')
    _, faults = parse_rules("a.toml", re.sub(r"over = \{.*\}", f"over = {{{over}}}", usual))
    assert [(fault.field, reason in fault.reason) for fault in faults] == ([(field, True)] if field else [])


def test_all_faults_are_told_at_once_and_good_rules_beside_them_are_not_used() -> None:
    bad = GOOD.replace('id = "pm25"', 'id = "Bad"') + GOOD.replace("above = 100.0", "above = nan")
    rules, faults = parse_rules("a.toml", bad + GOOD.replace('"pm25"\nkind', '"fine"\nkind'))
    assert [rule.id for rule in rules] == ["fine"]
    assert {fault.rule for fault in faults} == {"Bad", "pm25"}


def test_files_of_a_folder_do_not_name_a_rule_twice(tmp_path: Path) -> None:

    folder = tmp_path
    (folder / "a.toml").write_text(GOOD, encoding="utf-8")
    (folder / "b.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(BadRules, match=r"b\.toml: rule pm25, id: is in a\.toml already"):
        load_rules(folder)
    (folder / "b.toml").write_text("rule = 3", encoding="utf-8")
    with pytest.raises(BadRules, match=r"b\.toml: holds"):
        load_rules(folder)


def test_the_provinces_rule_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:

    folder = tmp_path
    text = GOOD.replace('"pm25"\nkind', '"pm25_high"\nkind')
    (folder / "own.toml").write_text(text, encoding="utf-8")
    found = {rule.id: rule for rule in load_rules(SHIPPED, folder)}
    assert found["pm25_high"].over.quantity == "pm25"
