"""Owns a replay: a CSV sent through MQTT as a device would, until the centre has accounted for every line."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from services.simulator.accounts import Account
from services.simulator.centre import Centre
from services.simulator.credentials import read_credentials
from services.simulator.domain import Channel, Device
from services.simulator.lines import Line, read_lines
from services.simulator.mapping import DeviceDefaults, Mapping, load_mapping
from services.simulator.payload import topic_for
from services.simulator.replay_sender import Sender

POLL_S = 0.25
DAY_MS = 86_400_000
MOST_PROBLEMS_KEPT = 20

Progress = Callable[[str, int, int], None]  # step ("send" or "account"), done, total


class ReplayError(Exception):
    """The replay cannot start; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """What to replay, as whom, and where to."""

    file: Path
    mapping: Path
    device: str
    mqtt_host: str
    mqtt_port: int
    mqtt_username: str
    mqtt_password: str
    api_address: str
    token: str
    register: bool = False
    ending_ms: int | None = None  # move the lines by whole days, and send those up to here
    window: int = 200  # messages without a PUBACK
    account_timeout_s: float = 60.0  # without any progress
    credentials_file: Path | None = None  # where the password is looked for if none is given
    gateway_refresh_s: float = 3.0  # how long a gateway may take to see a device that was just registered
    credential_timeout_s: float = 15.0  # how long whoever runs the broker may take to give it a credential


@dataclass(frozen=True, slots=True)
class Survey:
    """A file before it is sent."""

    lines: int = 0
    readings: int = 0
    flagged: int = 0
    unreadable: int = 0
    first_ms: int | None = None
    last_ms: int | None = None
    problems: tuple[tuple[int, str], ...] = ()  # (line number, why it is sent as text), the first few


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """What was sent and what became of it."""

    device: str
    survey: Survey
    acknowledged: int
    account: Account  # what the ledger gained
    seconds: float

    @property
    def adds_up(self) -> bool:
        """Whether every reading sent ended in exactly one of the six."""
        return self.account.received == self.account.accounted == self.survey.readings


def replay(options: ReplayOptions, progress: Progress = lambda step, done, total: None) -> ReplayResult:
    """Sends the file and waits for the ledger.

    Raises:
        ReplayError, MappingError, CredentialsError, OSError: nothing was sent.
        CentreError: the gRPC API refused or is away.
        SendError: the broker refused or stayed away; a second replay changes nothing that was stored.
    """
    started_s = time.monotonic()
    mapping = load_mapping(options.mapping)
    lines = partial(read_lines, options.file, mapping)
    survey = survey_lines(lines())
    if options.ending_ms is not None:
        later_ms = whole_days(survey.last_ms, options.ending_ms)
        lines = partial(moved_lines, options.file, mapping, later_ms, options.ending_ms)
        mapping, survey = played_again(mapping), survey_lines(lines())
    with Centre(options.api_address, options.token) as centre:
        device = _device(centre, options, mapping, survey)
        before = centre.account(device.device)
        acknowledged = _send(options, lines(), device, survey, progress)
        gained = _await_account(centre, before, options, survey.readings, progress)
    return ReplayResult(device.device, survey, acknowledged, gained, time.monotonic() - started_s)


def survey_lines(lines: Iterable[Line]) -> Survey:
    """Counts, the earliest and the latest time, and the first lines that cannot be read."""
    found = Survey()
    for line in lines:
        times = [t for t in (found.first_ms, found.last_ms, line.observed_at_ms) if t is not None]
        problems = found.problems
        if line.problem and len(problems) < MOST_PROBLEMS_KEPT:
            problems = (*problems, (line.number, line.problem))
        found = Survey(
            found.lines + 1,
            found.readings + line.readings,
            found.flagged + line.flagged,
            found.unreadable + bool(line.problem),
            min(times, default=None),
            max(times, default=None),
            problems,
        )
    return found


def whole_days(last_ms: int | None, ending_ms: int) -> int:
    """Milliseconds to move by: hours of the day stay, and the lines reach to `ending_ms` or beyond."""
    return 0 if last_ms is None else -((last_ms - ending_ms) // DAY_MS) * DAY_MS


def moved_lines(file: Path, mapping: Mapping, later_ms: int, ending_ms: int) -> Iterator[Line]:
    """The lines as of later; those that would be of a time beyond the end are left out."""
    for line in read_lines(file, mapping, later_ms=later_ms):
        if line.observed_at_ms is None or line.observed_at_ms <= ending_ms:
            yield line


def played_again(mapping: Mapping) -> Mapping:
    """A device whose name says that its readings are of another time: nobody shall take them for today's."""
    if mapping.device is None:
        return mapping
    said = {
        "name_vi": f"{mapping.device.name_vi} (phát lại)",
        "name_en": f"{mapping.device.name_en} (replayed)",
    }
    told = {key: name.strip() for key, name in said.items()}
    return mapping.model_copy(update={"device": mapping.device.model_copy(update=told)})


def _device(centre: Centre, options: ReplayOptions, mapping: Mapping, survey: Survey) -> Device:
    known = centre.devices().get(options.device)
    if not options.register:
        if known is None:
            raise ReplayError(f"the centre does not know {options.device!r}; --register makes it known")
        return known
    wanted = registration(options.device, mapping, survey.first_ms, known)
    if wanted != known:
        centre.put_devices([wanted])
        time.sleep(options.gateway_refresh_s)  # nothing tells when the gateway has read the registry
    return wanted


def registration(name: str, mapping: Mapping, first_ms: int | None, known: Device | None) -> Device:
    """The device as it must be for the file to be taken: old enough, with the mapping's channels.

    Raises:
        ReplayError: the mapping does not describe a device, or the file has no time.
    """
    if mapping.device is None:
        raise ReplayError("device: the mapping must describe the device for --register")
    if first_ms is None:
        raise ReplayError("no line of the file has a time that can be read")
    first = datetime.fromtimestamp(first_ms / 1_000, UTC)
    channels = tuple(
        Channel(value.channel, value.quantity, value.unit, value.minimum, value.maximum)
        for value in mapping.values
    )
    if known is None:
        return _new_device(name, mapping.device, first, channels)
    named = {channel.channel for channel in known.channels}
    added = tuple(channel for channel in channels if channel.channel not in named)
    return replace(known, commissioned_at=min(known.commissioned_at, first), channels=known.channels + added)


def _new_device(
    name: str, described: DeviceDefaults, first: datetime, channels: tuple[Channel, ...]
) -> Device:
    return Device(
        device=name,
        kind=described.kind,
        name_vi=described.name_vi or name,
        name_en=described.name_en,
        shard=described.shard,
        area_code=described.area_code,
        longitude=described.longitude,
        latitude=described.latitude,
        commissioned_at=first,
        reporting_interval_s=described.reporting_interval_s,
        channels=channels,
    )


def _send(
    options: ReplayOptions, lines: Iterable[Line], device: Device, survey: Survey, progress: Progress
) -> int:
    patience_s = options.credential_timeout_s if options.register else 0.0
    password = options.mqtt_password or _password(options, patience_s)
    sender = Sender(
        options.mqtt_host, options.mqtt_port, options.mqtt_username, password, options.window, patience_s
    )
    sender.send(
        topic_for(device), (line.payload for line in lines), lambda done: progress("send", done, survey.lines)
    )
    return sender.acknowledged


def _password(options: ReplayOptions, patience_s: float) -> str:
    """From the credentials file, which gains a line after a device was registered."""
    deadline_s = time.monotonic() + patience_s
    while options.credentials_file is not None:
        known = read_credentials(options.credentials_file)
        if options.mqtt_username in known:
            return known[options.mqtt_username]
        if time.monotonic() >= deadline_s:
            break
        time.sleep(POLL_S)
    raise ReplayError(
        f"no MQTT password for {options.mqtt_username!r}: set HAIDANG_MQTT_PASSWORD, or name the file with "
        "the devices' credentials in HAIDANG_SIMULATOR_CREDENTIALS"
    )


def _await_account(
    centre: Centre, before: Account, options: ReplayOptions, expected: int, progress: Progress
) -> Account:
    """What the ledger gained, once it is as much as was sent, or once it has stopped growing."""
    gained, deadline_s = Account(), time.monotonic() + options.account_timeout_s
    while gained.received < expected and time.monotonic() < deadline_s:
        now = centre.account(options.device).since(before)
        if now.received > gained.received:
            deadline_s = time.monotonic() + options.account_timeout_s
        gained = now
        progress("account", min(gained.received, expected), expected)
        if gained.received < expected:
            time.sleep(POLL_S)
    return gained
