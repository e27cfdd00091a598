"""The devices that indicators count on, by what they feed and where they stand, at one moment."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate

from services.indicators.area_map import AreaMap, Subject
from services.indicators.definitions import ON_TIME_KINDS
from services.indicators.gauges import Gauge, Gauged
from services.indicators.periods import FIVE_MINUTES, HOUR
from services.indicators.pollutants import Feed, RefusedUnit
from services.indicators.vn_aqi import Pollutant

LATE_AFTER_INTERVALS = 3  # DI-09: reporting means within 3 × the promised interval


@dataclass(frozen=True, slots=True)
class Device:
    """What the registry says of one device, as far as indicators care."""

    device: str
    kind: str
    area_code: str | None
    active: bool
    commissioned_at: datetime
    interval: timedelta  # promised time between two reports

    @property
    def tolerance(self) -> timedelta:
        """A reading received later than this after it was observed is not on time."""
        return LATE_AFTER_INTERVALS * self.interval

    @property
    def on_time_window(self) -> timedelta:
        """How far before the end of a period a reading still counts for it."""
        return max(FIVE_MINUTES, self.tolerance)

    def counts_for(self, share: str) -> bool:
        """Whether a share of devices on time tells of it."""
        kinds = ON_TIME_KINDS[share]
        return kinds is None or self.kind in kinds


@dataclass(frozen=True, slots=True, order=True)
class Series:
    """A channel of a device that feeds an indicator."""

    device: str
    channel: str


class Expectation:
    """How much is expected by a moment: a weight for each device from its commissioning on."""

    def __init__(self, weights: Iterable[tuple[datetime, float]]) -> None:
        ordered = sorted(weights)
        self._starts = [start for start, _ in ordered]
        self._totals = [0.0, *accumulate(weight for _, weight in ordered)]

    def before(self, end: datetime) -> int:
        """Total of those commissioned before `end`."""
        return round(self._totals[bisect_left(self._starts, end)])


class Roster:
    """Devices, feeds and areas together; all questions are answered from memory."""

    def __init__(
        self,
        devices: Iterable[Device],
        feeds: Mapping[Series, Feed],
        refused: Mapping[Series, RefusedUnit],
        areas: AreaMap,
        gauges: Mapping[Series, Gauge] | None = None,
    ) -> None:
        self.devices = {device.device: device for device in devices}
        self.feeds = dict(feeds)
        self.gauges = dict(gauges or {})
        self.refused = dict(refused)
        self.areas = areas
        self._pm25_devices = {series.device for series in self.series_of(Pollutant.PM25)}
        self._air: dict[str, list[Series]] = {}
        self._pollutants: dict[str, set[Pollutant]] = {}
        for series, feed in self.feeds.items():
            self._air.setdefault(series.device, []).append(series)
            self._pollutants.setdefault(series.device, set()).add(feed.pollutant)
        self._water: dict[str, dict[Series, Gauge]] = {}
        self._gauged: dict[Gauged, list[Series]] = {}
        for series, gauge in self.gauges.items():
            if isinstance(gauge.measures, Gauged):
                self._gauged.setdefault(gauge.measures, []).append(series)
            else:
                self._water.setdefault(series.device, {})[series] = gauge
        self._meters: dict[int, dict[Subject, list[Series]]] = {}
        self._expected_readings: dict[int, dict[Subject, Expectation]] = {}
        self._expected_devices: dict[tuple[str, int], dict[Subject, Expectation]] = {}

    def series_of(self, pollutant: Pollutant) -> list[Series]:
        return [series for series, feed in self.feeds.items() if feed.pollutant is pollutant]

    def pollutants_of(self, device: str) -> Set[Pollutant]:
        """What a device measures of the air."""
        return self._pollutants.get(device, frozenset())

    def air_series(self, device: str) -> Sequence[Series]:
        """Its channels that do."""
        return self._air.get(device, ())

    def water_of(self, device: str) -> Mapping[Series, Gauge]:
        """Channels of a device that measure the quality of water."""
        return self._water.get(device, {})

    def gauged(self, gauged: Gauged) -> dict[str, list[Series]]:
        """Channels of active devices that measure it, by device."""
        channels: dict[str, list[Series]] = {}
        for series in self._gauged.get(gauged, ()):
            known = self.devices.get(series.device)
            if known is not None and known.active:
                channels.setdefault(series.device, []).append(series)
        return channels

    def meters(self, subject: Subject, day: date, end: datetime) -> list[Series]:
        """Power channels of an area's active devices that were commissioned before `end`."""
        era = self.areas.era(day)
        if era not in self._meters:
            self._meters[era] = self._meters_by_area(day)
        known = self._meters[era].get(subject, [])
        return [series for series in known if self.devices[series.device].commissioned_at < end]

    def active(self) -> list[Device]:
        return [device for device in self.devices.values() if device.active]

    def stations(self) -> list[Device]:
        """Active devices with at least one channel that measures the air."""
        return [device for device in self.active() if device.device in self._air]

    def water_stations(self) -> list[Device]:
        """Active devices with at least one channel that measures the quality of water."""
        return [device for device in self.active() if device.device in self._water]

    def readings_expected(self, subject: Subject, day: date, hour_end: datetime) -> int:
        """PM2.5 readings that the devices of an area promise for one hour."""
        era = self.areas.era(day)
        if era not in self._expected_readings:
            measuring = [self.devices[name] for name in self._pm25_devices if name in self.devices]
            weights = {device.device: HOUR / device.interval for device in measuring}
            self._expected_readings[era] = self._group(day, weights)
        expected = self._expected_readings[era].get(subject)
        return expected.before(hour_end) if expected else 0

    def devices_expected(self, share: str, subject: Subject, day: date, period_end: datetime) -> int:
        """Active devices of an area that count for a share, commissioned before the end of a period."""
        of_era = share, self.areas.era(day)
        if of_era not in self._expected_devices:
            counting = [name for name, device in self.devices.items() if device.counts_for(share)]
            self._expected_devices[of_era] = self._group(day, dict.fromkeys(counting, 1.0))
        expected = self._expected_devices[of_era].get(subject)
        return expected.before(period_end) if expected else 0

    def areas_with_devices(self, share: str, day: date) -> list[Subject]:
        """Communes and provinces in which at least one active device stands that counts for a share."""
        counting = [device for device in self.active() if device.counts_for(share)]
        return sorted({s for device in counting for s in self.areas.subjects(device.area_code, day)})

    def _meters_by_area(self, day: date) -> dict[Subject, list[Series]]:
        grouped: dict[Subject, list[Series]] = {}
        for device, channels in sorted(self.gauged(Gauged.POWER).items()):
            for subject in self.areas.subjects(self.devices[device].area_code, day):
                grouped.setdefault(subject, []).extend(channels)
        return grouped

    def _group(self, day: date, weights: Mapping[str, float]) -> dict[Subject, Expectation]:
        grouped: dict[Subject, list[tuple[datetime, float]]] = {}
        for device in self.active():
            if device.device in weights:
                for subject in self.areas.subjects(device.area_code, day):
                    grouped.setdefault(subject, []).append((device.commissioned_at, weights[device.device]))
        return {subject: Expectation(members) for subject, members in grouped.items()}
