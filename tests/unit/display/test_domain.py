"""What is newer, what is promised, what a position means."""

from services.display.domain import (
    Area,
    Catalogue,
    Line,
    LogPosition,
    Station,
    Step,
    Value,
    newer,
    promised_age_ms,
    promised_age_of_mean_ms,
)


def station(name: str, area: str | None) -> Station:
    return Station(name, "air", name, "", area, 109.0, 12.0, 10, {"pm25": "µg/m³"})


def area(code: str, level: str, parent: str | None = None) -> Area:
    return Area(code, level, parent, f"Xã {code}", "")


CATALOGUE = Catalogue(
    (station("a", "561"), station("b", "562"), station("c", "801"), station("d", None)),
    (
        area("56", "province"),
        area("80", "province"),
        area("560", "district", "56"),
        area("561", "commune", "560"),
        area("562", "commune", "56"),
        area("801", "commune", "80"),
    ),
)


def test_the_province_is_the_one_where_most_devices_stand() -> None:
    province = CATALOGUE.province()
    assert province is not None
    assert province.code == "56"


def test_a_province_that_is_asked_for_is_taken_or_none() -> None:
    wanted = CATALOGUE.province("80")
    assert wanted is not None
    assert wanted.code == "80"
    assert CATALOGUE.province("99") is None
    assert Catalogue().province() is None


def test_communes_belong_to_a_province_directly_or_through_a_district() -> None:
    assert [found.code for found in CATALOGUE.communes_of(CATALOGUE.province())] == ["561", "562"]
    assert CATALOGUE.communes_of(None) == ()


def test_units_that_are_their_own_parents_do_not_hang_the_search() -> None:
    looped = Catalogue((), (area("1", "commune", "2"), area("2", "district", "1"), area("56", "province")))
    assert looped.communes_of(looped.province()) == ()


def test_a_promise_is_three_intervals_and_the_way() -> None:
    assert promised_age_ms(10) == 35_000
    assert promised_age_of_mean_ms([10, 10, 3600]) == 45_000
    assert promised_age_of_mean_ms([]) is None


def test_the_later_observation_stands_then_the_higher_revision() -> None:
    def value(*order: int) -> Value:
        return Value(1.0, order[0], order[0], "live", 1000, order)

    assert newer(None, value(5, 0, 9))
    assert newer(value(5, 0, 9), value(6, 0, 1))
    assert not newer(value(5, 0, 9), value(4, 9, 99))
    assert newer(value(5, 0, 9), value(5, 1, 10))
    assert not newer(value(5, 0, 9), value(5, 0, 9))


def test_positions_tell_known_next_and_jump() -> None:
    known = LogPosition("e", 7)
    assert known.step("e", 7) is Step.KNOWN
    assert known.step("e", 8) is Step.NEXT
    assert known.step("e", 10) is Step.JUMP
    assert known.step("f", 8) is Step.JUMP
    assert LogPosition().step("e", 1) is Step.JUMP


def test_positions_go_back_only_into_another_epoch() -> None:
    assert LogPosition("e", 7).advanced("e", 5) == LogPosition("e", 7)
    assert LogPosition("e", 7).advanced("e", 9) == LogPosition("e", 9)
    assert LogPosition("e", 7).advanced("f", 2) == LogPosition("f", 2)


def test_a_patch_replaces_its_own_buckets_and_drops_what_left_the_window() -> None:
    line = Line(((0, 1.0), (10, 2.0), (20, 3.0)))
    assert line.patched(Line(((20, 3.5), (30, 4.0))), oldest_ms=10).points == (
        (10, 2.0),
        (20, 3.5),
        (30, 4.0),
    )
