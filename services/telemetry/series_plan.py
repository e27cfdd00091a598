"""What a query of series asks for, what of it is refused, and what to read for it. Pure.

Times are ms since 1970 UTC. Each call reads at most a page, or what a line is made of: what a query costs
depends on what it asks for, not on how much history there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.telemetry.rollups import DAY_OFFSET_MS, Tier

RAW = "raw"
TIERS: dict[str, Tier] = {"1m": Tier.MINUTE, "15m": Tier.QUARTER, "1h": Tier.HOUR, "1d": Tier.DAY}
RESOLUTIONS = (RAW, *TIERS)
AGGREGATES = ("mean", "arithmetic_mean", "time_weighted_mean", "min", "max", "first", "last")
LOCAL = "Asia/Ho_Chi_Minh"

MOST_POINTS = 1_000_000  # of one series, in all pages
LARGEST_PAGE = 10_000
MOST_RAW_AT_ONCE, MOST_LINES_AT_ONCE = 100, 50  # series in one page
FEWEST_LINE, LARGEST_LINE = 4, 10_000
LONGEST = timedelta(days=110 * 366)
FIRST_YEAR, LAST_YEAR = 1000, 9000  # room for zones, weeks and buckets before the calendar's own ends
_LINE_FACTOR = 16  # read so many points for one of a line…
_LINE_LEAST, _LINE_MOST = 5_000, 41_000  # …between these bounds; the upper one is 110 years of days
_UNBROKEN_SINCE_MS = 200_000_000_000  # 1976-05: from here on LOCAL is at UTC+7
_LIKELY_INTERVAL_S = 60  # of a series that promises nothing
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_MS, _LAST_MS = (
    (datetime(year, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
    for year in (FIRST_YEAR, LAST_YEAR)
)


class Fault(NamedTuple):
    """Why something is not accepted: path of the field, stable reason, and what to send instead."""

    field: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A query without its selector. `resolution` '' where a line of `max_points` is wanted."""

    start_ms: int
    end_ms: int
    resolution: str
    max_points: int
    aggregates: tuple[str, ...]
    unit: str  # '': each channel's own
    zone: str
    page_size: int


class Grid(NamedTuple):
    """Buckets of one width, one after the other."""

    first_ms: int
    step_ms: int
    buckets: int

    @property
    def end_ms(self) -> int:
        """End of the last one."""
        return self.first_ms + self.step_ms * self.buckets

    def rest(self, from_ms: int, most: int) -> Grid:
        """At most so many of them, from the one on that starts at `from_ms` or later."""
        skipped = max(0, -((self.first_ms - from_ms) // self.step_ms))
        left = max(0, min(self.buckets - skipped, most))
        return Grid(self.first_ms + skipped * self.step_ms, self.step_ms, left)


def grid_of(tier: Tier, start_ms: int, end_ms: int) -> Grid:
    """The cells of a tier that start in [start, end)."""
    first = tier.start_of(start_ms)
    if first < start_ms:
        first += tier.width_ms
    return Grid(first, tier.width_ms, max(0, -((first - end_ms) // tier.width_ms)))


def faults(ask: Ask) -> list[Fault]:
    """Everything that is wrong with it, whatever series it is about."""
    found = [*_time_faults(ask), *_shape_faults(ask), *_aggregate_faults(ask)]
    if ask.end_ms - ask.start_ms > LONGEST / timedelta(milliseconds=1):
        found.append(Fault("end", "range_too_long", "a range is at most 110 years long"))
    return found or [*_zone_faults(ask), *_bucket_faults(ask)]


def _time_faults(ask: Ask) -> Iterator[Fault]:
    for field, at_ms in (("start", ask.start_ms), ("end", ask.end_ms)):
        if not _FIRST_MS <= at_ms <= _LAST_MS:
            yield Fault(field, "bad_time", f"from the year {FIRST_YEAR} to the year {LAST_YEAR}")


def _shape_faults(ask: Ask) -> Iterator[Fault]:
    if bool(ask.resolution) == bool(ask.max_points):
        detail = f"send `resolution` ({', '.join(RESOLUTIONS)}) or `max_points`, one of them"
        yield Fault("resolution", "resolution_or_max_points", detail)
    elif ask.resolution and ask.resolution not in RESOLUTIONS:
        detail = f"{ask.resolution!r} is not kept; one of {', '.join(RESOLUTIONS)}{_finest(ask)}"
        yield Fault("resolution", "unknown_resolution", detail)
    elif ask.max_points and not FEWEST_LINE <= ask.max_points <= LARGEST_LINE:
        yield Fault("max_points", "out_of_range", f"send {FEWEST_LINE} to {LARGEST_LINE}")


def _aggregate_faults(ask: Ask) -> Iterator[Fault]:
    for index, name in enumerate(ask.aggregates):
        if name not in AGGREGATES:
            yield Fault(f"aggregates[{index}]", "unknown_aggregate", f"one of {', '.join(AGGREGATES)}")
        elif name in ask.aggregates[:index]:
            yield Fault(f"aggregates[{index}]", "repeated", f"{name} is there more than once")
    if ask.resolution == RAW and ask.aggregates:
        yield Fault("aggregates", "not_of_raw", "readings have no aggregates; leave them out")
    if ask.max_points and ask.aggregates:
        yield Fault("aggregates", "not_of_a_line", "a line is made of readings; leave them out")


def _zone_faults(ask: Ask) -> Iterator[Fault]:
    tier = TIERS.get(ask.resolution)
    offsets = [offset_s for _, offset_s in utc_offsets(ask.zone, ask.start_ms, ask.end_ms)]
    if tier is None or all(_fits(tier, offset_s) for offset_s in offsets):
        return
    works = [name for name, other in TIERS.items() if all(_fits(other, offset_s) for offset_s in offsets)]
    ways = f"ask for {works[-1]} and fold them" if works else f"ask for {RAW}"
    detail = (
        f"{ask.resolution} buckets are kept for {LOCAL} and cannot be made exactly for {ask.zone}; {ways}"
    )
    yield Fault("time_zone", "buckets_not_exact", f"{detail}, or leave `time_zone` empty")


def _fits(tier: Tier, offset_s: int) -> bool:
    return (offset_s * 1000 - DAY_OFFSET_MS) % tier.width_ms == 0


def _bucket_faults(ask: Ask) -> Iterator[Fault]:
    tier = TIERS.get(ask.resolution)
    if tier is None:
        return
    buckets = grid_of(tier, ask.start_ms, ask.end_ms).buckets
    if buckets > MOST_POINTS:
        longest = _in_words(MOST_POINTS * tier.width_ms)
        detail = (
            f"{buckets:,} buckets, at most {MOST_POINTS:,} a series; {ask.resolution} works for {longest}"
        )
        yield Fault("resolution", "too_many_points", f"{detail} at a time{_finest(ask)}")


def raw_fault(ask: Ask, series: str, interval_s: int | None) -> Fault | None:
    """Whether a series that promises a reading every so often has too many in the range to be read raw."""
    if ask.resolution != RAW or interval_s is None:
        return None
    expected = (ask.end_ms - ask.start_ms) // (interval_s * 1000)
    if expected <= MOST_POINTS:
        return None
    detail = f"about {expected:,} readings of {series}, one every {interval_s} s; at most {MOST_POINTS:,}"
    longest = _in_words(MOST_POINTS * interval_s * 1000)
    return Fault(
        "resolution", "too_many_points", f"{detail}: raw works for {longest} at a time{_finest(ask)}"
    )


def _finest(ask: Ask) -> str:
    """What would work over the whole range."""
    for name, tier in TIERS.items():
        buckets = grid_of(tier, ask.start_ms, ask.end_ms).buckets
        if buckets <= MOST_POINTS:
            return f"; over this range ask for {name} ({buckets:,} points) or coarser, or for max_points"
    return ""


def _in_words(length_ms: int) -> str:
    days, hours = divmod(length_ms // 3_600_000, 24)
    return f"{days:,} days" if days >= 14 else f"{days} days {hours} h"


def utc_offsets(zone: str, start_ms: int, end_ms: int) -> list[tuple[int, int]]:
    """(from ms, seconds to add to UTC), the first from the start of the range on.

    Weeks are compared and the change within one is searched for: no zone changes twice within a week.
    """
    if zone == LOCAL and start_ms > _UNBROKEN_SINCE_MS:
        return [(start_ms, DAY_OFFSET_MS // 1000)]
    place, week_ms = ZoneInfo(zone), 7 * 86_400_000
    found, before = [(start_ms, _offset_s(place, start_ms))], start_ms
    while before < end_ms - 1:
        after = min(before + week_ms, end_ms - 1)
        if (offset_s := _offset_s(place, after)) != found[-1][1]:
            low, high = before, after
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if _offset_s(place, middle) == offset_s else (middle, high)
            found.append((high, offset_s))
        before = after
    return found


def _offset_s(place: ZoneInfo, ms: int) -> int:
    at = (_EPOCH + timedelta(milliseconds=ms)).astimezone(place)
    return (at.utcoffset() or timedelta(0)) // timedelta(seconds=1)


def line_sources(ask: Ask, interval_s: int | None) -> Sequence[tuple[str, int]]:
    """From what to take a line: (resolution, most points to read), the best first.

    The next is for when the first has more: a device may say more than it promised.
    """
    most = min(max(ask.max_points * _LINE_FACTOR, _LINE_LEAST), _LINE_MOST)
    expected = 0 if interval_s is None else (ask.end_ms - ask.start_ms) // (interval_s * 1000)
    sources = [(RAW, most)] if expected <= most else []
    for name, tier in TIERS.items():
        if grid_of(tier, ask.start_ms, ask.end_ms).buckets <= most:
            return [*sources, (name, most)]
    return [*sources, ("1d", _LINE_MOST)]


def series_at_once(ask: Ask) -> int:
    """How many series to look at for one page, before it is known what each promises."""
    if ask.max_points:
        return max(1, min(MOST_LINES_AT_ONCE, ask.page_size // ask.max_points))
    tier = TIERS.get(ask.resolution)
    if tier is None:
        return MOST_RAW_AT_ONCE
    return max(1, ask.page_size // max(1, grid_of(tier, ask.start_ms, ask.end_ms).buckets))


def raw_series_in(ask: Ask, intervals_s: Sequence[int | None]) -> int:
    """How many of these series, from the first on, are likely to fit into one page; at least one."""
    left = float(ask.page_size)
    for count, interval_s in enumerate(intervals_s):
        left -= (ask.end_ms - ask.start_ms) / ((interval_s or _LIKELY_INTERVAL_S) * 1000)
        if left < 0:
            return max(1, count)
    return len(intervals_s)
