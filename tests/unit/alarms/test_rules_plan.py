"""What becomes of rules when files are applied, and what they would raise beside what they raise."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.alarms.durations import DAY_MS, HOUR_MS
from services.alarms.evaluate import Episode
from services.alarms.rules import Rule, parse_rules
from services.alarms.rules_plan import assembled, digest, plan_of, wanted
from services.alarms.tally import EXAMPLES, Seen, Tally, Would

TEXT = """
[[rule]]
id = "dust"
kind = "limit"
vi = "Bụi cao"
en = "Dust"
over = {quantity = "pm25", unit = "µg/m³"}
levels = [{severity = "warning", above = 100.0}, {severity = "serious", above = 200.0}]
"""
KEY = ("dust", "channel", "a/pm25")


def rules(text: str) -> list[Rule]:
    found, faults = parse_rules("test.toml", text)
    assert faults == []
    return found


def test_each_rule_is_new_changed_gone_or_only_called_otherwise() -> None:
    other = TEXT.replace('"dust"', '"smoke"')
    standing = rules(TEXT + other + TEXT.replace('"dust"', '"old"'))
    given = rules(
        TEXT.replace("100.0", "120.0") + other.replace("Bụi cao", "Khói") + TEXT.replace('"dust"', '"fresh"')
    )
    whole = plan_of(standing, wanted(given, standing, is_whole=True), "")
    assert whole.kinds == {"dust": "changed", "fresh": "new", "old": "gone", "smoke": "words"}
    assert whole.tried == ["dust", "fresh", "old"]
    part = plan_of(standing, wanted(given, standing, is_whole=False), "")
    assert part.kinds == {"dust": "changed", "fresh": "new", "smoke": "words"}
    assert plan_of(standing, standing, "").kinds == {}


def test_a_plan_is_of_its_files_and_of_what_they_were_compared_with() -> None:
    files = [("a.toml", TEXT), ("b.toml", "")]
    assert digest(files, 3, is_whole=False) == digest(files[::-1], 3, is_whole=False)
    others = {
        digest(files, 4, is_whole=False),
        digest(files, 3, is_whole=True),
        digest([("a.toml", TEXT + " "), ("b.toml", "")], 3, is_whole=False),
    }
    assert len(others | {digest(files, 3, is_whole=False)}) == 4


def test_a_rule_is_in_one_file() -> None:
    found, faults = assembled([("a.toml", TEXT), ("b.toml", TEXT), ("c.toml", "[[rule]]\nid = 'x'")])
    assert len(found) == 2
    assert [(one.file, one.rule, one.field) for one in faults] == [
        ("b.toml", "dust", "id"),
        ("c.toml", "x", ""),
    ]


def would(began: int, ended: int | None, level: int = 1, *, is_raised: bool = True) -> Would:
    return Would(Episode(began, ended, [(began, level)], 150.0, began, began), is_raised)


def tally(*chunks: tuple[list[Would], Would | None, list[Would], Would | None], start: int = 0) -> Tally:
    (rule,) = rules(TEXT)
    one = Tally(rule, rule, start)
    for number, (closed, going_on, closed_after, going_on_after) in enumerate(chunks, start=1):
        is_last = number == len(chunks)
        one.take(Seen(KEY, (closed, closed_after), (going_on, going_on_after), is_last))
    return one


def test_what_is_no_longer_raised_has_nothing_beside_it() -> None:
    one = tally(([would(0, 10), would(20, 30), would(40, 50)], None, [would(25, 45)], would(70, None)))
    assert one.only == [1, 1]
    assert [example.episode.began for example in one.examples(0)] == [0]
    assert [example.episode.began for example in one.examples(1)] == [70]
    assert [count.raised for count in one.counts] == [3, 2]


def test_what_only_late_data_say_is_counted_and_not_raised() -> None:
    one = tally(([would(0, 10, is_raised=False)], None, [would(0, 10, 2)], None))
    assert (one.counts[0].episodes, one.counts[0].raised, one.only) == (1, 0, [0, 0])
    assert [(int(severity), n) for severity, n in one.counts[1].severities.items()] == [(3, 1)]


def test_the_busiest_day_is_one_in_viet_nam() -> None:
    before_midnight = 20 * DAY_MS - 8 * HOUR_MS  # 23:00 of the day before
    rows = [would(before_midnight, before_midnight + 1), would(before_midnight + 2 * HOUR_MS, None)]
    one = tally((rows, None, [rows[0]], None))
    assert one.counts[0].busiest == (19, 1)
    late = tally(([], None, rows, None), start=before_midnight + HOUR_MS)
    assert late.counts[1].busiest == (20, 2)  # what began before the span is of its first day


def test_examples_are_the_gravest_of_these_the_latest() -> None:
    rows = [would(number * 10, number * 10 + 1, 2 if number == 1 else 1) for number in range(20)]
    found = tally((rows, None, [], None)).examples(0)
    assert [one.episode.began for one in found] == [10, 190, 180, 170, 160]
    assert len(found) == EXAMPLES


spans = st.lists(st.integers(0, 60), min_size=0, max_size=12, unique=True).map(sorted)


def episodes(edges: list[int]) -> list[Would]:
    return [would(began, ended) for began, ended in zip(edges[::2], edges[1::2], strict=False)]


@given(spans, spans, st.sets(st.integers(1, 59), max_size=6))
def test_it_does_not_matter_how_time_is_cut(before: list[int], after: list[int], cuts: set[int]) -> None:
    sides = episodes(before), episodes(after)
    ends = [*sorted(cuts), 61]
    chunks: list[Any] = []
    for since, until in zip([0, *ends], ends, strict=False):
        chunk: list[Any] = []
        for side in sides:
            chunk.append([one for one in side if since < (one.episode.ended or 0) <= until])
            going_on = [one for one in side if one.episode.began < until < (one.episode.ended or 0)]
            chunk.append(would(going_on[0].episode.began, None) if going_on else None)
        chunks.append(tuple(chunk))
    cut, whole = tally(*chunks), tally((list(sides[0]), None, list(sides[1]), None))
    alone = [
        sum(
            not any(o.episode.began < e.episode.ended and e.episode.began < o.episode.ended for o in others)  # type: ignore[operator]
            for e in side
        )
        for side, others in (sides, sides[::-1])
    ]
    assert cut.only == whole.only == alone
    assert [one.episodes for one in cut.counts] == [len(side) for side in sides]
