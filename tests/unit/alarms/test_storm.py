"""One alarm for many: by the cause that explains most, and never for a few of very many."""

from __future__ import annotations

import pytest

from services.alarms.storm import CEILING, TIME, Candidate, Limits, over_ceiling, parse_storm, place

LIMITS = Limits(group_from=3, time_from=5, ceiling=4)


def raised(count: int, *causes: tuple[str, str], rule: str = "silent", first: int = 1) -> list[Candidate]:
    return [Candidate(first + number, rule, causes) for number in range(count)]


def test_a_few_are_shown_by_themselves() -> None:
    assert place(raised(2, ("area", "1")), [], [], {("area", "1"): 2}, LIMITS) == {}


def test_the_cause_that_explains_most_is_taken() -> None:
    some = [
        Candidate(number, "silent", (("area", str(number // 3)), ("gateway", "s0"))) for number in range(9)
    ]
    population = {("gateway", "s0"): 20, **{("area", str(area)): 3 for area in range(3)}}
    assert set(place(some, [], [], population, LIMITS).values()) == {("gateway", "s0")}
    population["gateway", "s0"] = 2_000  # nine of so many are no failure of the gateway
    assert place(some, [], [], population, LIMITS) == {
        number: ("area", str(number // 3)) for number in range(9)
    }


def test_of_equal_causes_the_narrowest_is_taken() -> None:
    some = raised(4, ("feeder", "F1"), ("area", "1"))
    assert set(place(some, [], [], {}, LIMITS).values()) == {("feeder", "F1")}


def test_those_raised_before_are_taken_along_and_those_after_join() -> None:
    before, now = raised(2, ("area", "1")), raised(1, ("area", "1"), first=3)
    assert place(now, before, [], {}, LIMITS) == dict.fromkeys((1, 2, 3), ("area", "1"))
    assert place(now, [], [("area", "1")], {}, LIMITS) == {3: ("area", "1")}


def test_one_rule_everywhere_at_one_time_is_a_cause() -> None:
    some = [Candidate(number, "pm25", (("area", str(number)),)) for number in range(5)]
    assert set(place(some, [], [], {}, LIMITS).values()) == {(TIME, "pm25")}
    assert place(some[:4], [], [], {}, LIMITS) == {}


def test_beyond_the_ceiling_one_speaks_for_the_rest() -> None:
    some = raised(3)
    assert over_ceiling(some, {"silent": 3}, LIMITS) == {2: (CEILING, "silent"), 3: (CEILING, "silent")}


def test_a_device_hangs_on_what_the_file_names() -> None:
    storm = parse_storm(
        '[[cause]]\nkind = "feeder"\nname = "F1"\nvi = "lộ 1"\nen = "line 1"\ndevices = ["meter-1*"]\n'
    )
    assert storm.causes_of("meter-12", "s0", "22333") == (
        *(("feeder", "F1"), ("area", "22333"), ("gateway", "s0")),
    )
    assert storm.causes_of("air-1", "s0", "") == (("gateway", "s0"),)


@pytest.mark.parametrize(
    "text", ["[storm]\ngroup_from = 1", "[storm]\nshare = 0.0", "[storm]\nx = 1", "[[cause]]"]
)
def test_a_file_that_cannot_be_one_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_storm(text)
