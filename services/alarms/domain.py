"""What an alarm is, and the table of transitions that it goes by.

An alarm is what people see and handle, in the time of the clock. What was abnormal, in the time of events, is
an episode (`evaluate.py`): late data move episodes and never an alarm.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final


class Severity(IntEnum):
    """How much it matters; 0 is no alarm and has no name."""

    NOTICE = 1
    WARNING = 2
    SERIOUS = 3
    EMERGENCY = 4


SEVERITY_WORDS: Final[dict[Severity, tuple[str, str]]] = {
    Severity.NOTICE: ("Lưu ý", "Notice"),
    Severity.WARNING: ("Cảnh báo", "Warning"),
    Severity.SERIOUS: ("Nghiêm trọng", "Serious"),
    Severity.EMERGENCY: ("Khẩn cấp", "Emergency"),
}


class State(StrEnum):
    """Where an alarm is in its life; all but CLOSED are open, and a key has one open alarm at most."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    SHELVED = "shelved"
    ESCALATED = "escalated"
    CLEARED = "cleared"
    CLOSED = "closed"


STATE_WORDS: Final[dict[State, tuple[str, str]]] = {
    State.RAISED: ("Mới phát sinh", "Raised"),
    State.ACKNOWLEDGED: ("Đã tiếp nhận", "Acknowledged"),
    State.SHELVED: ("Tạm gác", "Shelved"),
    State.ESCALATED: ("Đã báo cấp trên", "Escalated"),
    State.CLEARED: ("Đã trở lại bình thường", "Cleared"),
    State.CLOSED: ("Đã kết thúc", "Closed"),
}


class Event(StrEnum):
    """What happens to an alarm."""

    RAISE = "raise"  # it is abnormal (again)
    WORSEN = "worsen"
    EASE = "ease"
    CLEAR = "clear"
    ACKNOWLEDGE = "acknowledge"
    SHELVE = "shelve"
    UNSHELVE = "unshelve"
    ESCALATE = "escalate"
    CLOSE = "close"
    NOTE = "note"
    UNKNOWN = "unknown"  # its evidence has stopped coming: neither alarm nor all-clear
    KNOWN = "known"
    REFUTE = "refute"  # late data say that nothing was abnormal
    SUPPRESS = "suppress"  # another alarm speaks for it, or maintenance does
    RELEASE = "release"
    COUNT = "count"  # a group speaks for more or fewer


class Suppression(StrEnum):
    """Why an open alarm is listed and not shown by itself."""

    NONE = ""
    GROUP = "group"
    CEILING = "ceiling"
    MAINTENANCE = "maintenance"


_ACTIVE = (State.RAISED, State.ACKNOWLEDGED, State.SHELVED, State.ESCALATED)
OPEN: Final = (*_ACTIVE, State.CLEARED)

# (state, event) → state; what is not here does not happen. A severity that rises is a new cause to look: it
# takes acknowledgement and shelf away.
LIFE: Final[dict[tuple[State, Event], State]] = {
    **{(state, Event.CLEAR): State.CLEARED for state in _ACTIVE},
    **{(state, Event.SHELVE): State.SHELVED for state in _ACTIVE},
    **{(state, Event.WORSEN): State.RAISED for state in _ACTIVE},
    **{(state, Event.EASE): state for state in _ACTIVE},
    **{(state, event): state for state in _ACTIVE for event in (Event.UNKNOWN, Event.COUNT)},
    **{(state, Event.KNOWN): state for state in OPEN},
    **{(state, Event.SUPPRESS): state for state in _ACTIVE},
    **{(state, Event.RELEASE): state for state in OPEN},
    **{(state, event): state for state in State for event in (Event.NOTE, Event.REFUTE)},
    (State.ESCALATED, Event.WORSEN): State.ESCALATED,
    (State.RAISED, Event.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.ESCALATED, Event.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.CLEARED, Event.ACKNOWLEDGE): State.CLEARED,
    (State.SHELVED, Event.UNSHELVE): State.RAISED,
    (State.RAISED, Event.ESCALATE): State.ESCALATED,
    (State.ESCALATED, Event.ESCALATE): State.ESCALATED,
    (State.CLEARED, Event.RAISE): State.RAISED,
    (State.CLEARED, Event.CLOSE): State.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What an alarm is about. `kind`: channel, device, station, commune, province, area, organisation, whole,
    dataset or group; `device` and `area_code`: '' where there is none."""

    kind: str
    name: str
    device: str = ""
    area_code: str = ""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm as it stands. Times are UTC; `began_at` and `value_at` of events, others of the clock."""

    alarm: int
    key: str
    rule: str
    rule_version: int
    subject_kind: str
    subject: str
    device: str
    area_code: str
    state: State
    severity: Severity
    peak_severity: Severity
    began_at: datetime
    raised_at: datetime
    times: int = 1  # raised again while it was not closed yet
    value: float | None = None  # in the unit of the explanation
    value_at: datetime | None = None
    explanation: dict[str, object] = field(default_factory=dict)
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    shelved_until: datetime | None = None
    shelved_by: str = ""
    shelved_why: str = ""
    escalations: int = 0
    unanswered_since: datetime | None = None  # None: since it was raised
    cleared_at: datetime | None = None
    closed_at: datetime | None = None
    unknown_since: datetime | None = None  # of events: since when its evidence has been missing
    refuted: bool = False
    suppressed: Suppression = Suppression.NONE
    group_alarm: int | None = None  # the alarm that speaks for it
    members: int = 0  # for how many a group speaks
    revision: int = 1

    @property
    def waits_since(self) -> datetime:
        """From when on an answer is waited for."""
        return self.unanswered_since or self.raised_at

    @property
    def is_active(self) -> bool:
        """Whether it is still abnormal, as far as is known."""
        return self.state in _ACTIVE


@dataclass(frozen=True, slots=True)
class Act:
    """What comes with an event: when, by whom ('' the engine), and what the event needs."""

    at: datetime
    by: str = ""
    note: str = ""
    until: datetime | None = None
    severity: Severity | None = None
    value: float | None = None
    evidence_at: datetime | None = None
    began_at: datetime | None = None  # since when it is abnormal; None: since the evidence
    explanation: dict[str, object] | None = None
    suppressed: Suppression = Suppression.NONE
    group_alarm: int | None = None
    members: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an event does not happen: a stable reason, and the sentence for people."""

    reason: str
    detail: str


def key_of(rule: str, kind: str, name: str) -> str:
    """What one open alarm is allowed for."""
    return f"{rule}/{kind}/{name}"


def advance(alarm: Alarm, event: Event, act: Act) -> Alarm | Refused:
    """The alarm as the event leaves it, one revision on."""
    state = LIFE.get((alarm.state, event))
    if state is None:
        return Refused("no_such_transition", f"alarm {alarm.alarm} is {alarm.state}: cannot {event} it")
    if (fault := _fault(alarm, event, act)) is not None:
        return fault
    if event is Event.UNSHELVE and alarm.acknowledged_at is not None:
        state = State.ACKNOWLEDGED
    return replace(_changed(alarm, event, act), state=state, revision=alarm.revision + 1)


def _fault(alarm: Alarm, event: Event, act: Act) -> Refused | None:
    match event:
        case Event.SHELVE if act.until is None or act.until <= act.at:
            return Refused("bad_until", "say until when, in the future")
        case Event.SHELVE | Event.NOTE if not act.note.strip():
            return Refused("no_note", "say why")
        case Event.SHELVE | Event.ACKNOWLEDGE | Event.NOTE if not act.by:
            return Refused("no_name", "say who")
        case Event.ACKNOWLEDGE if alarm.acknowledged_at is not None:
            return Refused("acknowledged_already", f"by {alarm.acknowledged_by}")
        case Event.WORSEN if act.severity is None or act.severity <= alarm.severity:
            return Refused("not_worse", f"it is {alarm.severity.name.lower()} already")
        case Event.EASE if act.severity is None or act.severity >= alarm.severity:
            return Refused("not_better", f"it is {alarm.severity.name.lower()} already")
        case Event.RAISE if act.severity is None or act.evidence_at is None:
            return Refused("no_evidence", "what is raised has a severity and a time")
    return None


def _changed(alarm: Alarm, event: Event, act: Act) -> Alarm:
    match event:
        case Event.RAISE:
            return _raised_again(alarm, act)
        case Event.WORSEN | Event.EASE:
            return _of_severity(alarm, event, act)
        case Event.CLEAR:
            return replace(alarm, cleared_at=act.at, shelved_until=None, unknown_since=None)
        case Event.ACKNOWLEDGE:
            return replace(alarm, acknowledged_at=act.at, acknowledged_by=act.by)
        case Event.SHELVE:
            return replace(alarm, shelved_until=act.until, shelved_by=act.by, shelved_why=act.note)
        case Event.UNSHELVE:
            return replace(alarm, shelved_until=None, shelved_by="", shelved_why="", unanswered_since=act.at)
        case Event.ESCALATE:
            return replace(alarm, escalations=alarm.escalations + 1, unanswered_since=act.at)
        case Event.CLOSE:
            return replace(alarm, closed_at=act.at)
        case Event.UNKNOWN:
            return replace(alarm, unknown_since=act.evidence_at)
        case Event.KNOWN:
            return replace(alarm, unknown_since=None)
        case Event.REFUTE:
            return replace(alarm, refuted=True)
        case Event.SUPPRESS:
            return replace(alarm, suppressed=act.suppressed, group_alarm=act.group_alarm)
        case Event.RELEASE:
            return replace(alarm, suppressed=Suppression.NONE, group_alarm=None, unanswered_since=act.at)
        case Event.COUNT:
            return replace(alarm, members=alarm.members if act.members is None else act.members)
        case Event.NOTE:
            return alarm


def _raised_again(alarm: Alarm, act: Act) -> Alarm:
    assert act.severity is not None
    assert act.evidence_at is not None
    return replace(
        _unhandled(alarm),
        severity=act.severity,
        peak_severity=act.severity,
        began_at=act.began_at or act.evidence_at,
        raised_at=act.at,
        times=alarm.times + 1,
        value=act.value,
        value_at=act.evidence_at,
        explanation=act.explanation or alarm.explanation,
        cleared_at=None,
        refuted=False,
        suppressed=act.suppressed,
        group_alarm=act.group_alarm,
        members=alarm.members if act.members is None else act.members,
    )


def _of_severity(alarm: Alarm, event: Event, act: Act) -> Alarm:
    assert act.severity is not None
    changed, since = alarm, alarm.unanswered_since
    if event is Event.WORSEN:
        changed = _unhandled(alarm)
        since = act.at if alarm.state in (State.ACKNOWLEDGED, State.SHELVED) else since
    return replace(
        changed,
        severity=act.severity,
        peak_severity=max(alarm.peak_severity, act.severity),
        value=act.value,
        value_at=act.evidence_at,
        explanation=act.explanation or alarm.explanation,
        escalations=alarm.escalations,
        unanswered_since=since,
        unknown_since=None,
        members=alarm.members if act.members is None else act.members,
    )


def _unhandled(alarm: Alarm) -> Alarm:
    return replace(
        alarm,
        acknowledged_at=None,
        acknowledged_by="",
        shelved_until=None,
        shelved_by="",
        shelved_why="",
        escalations=0,
        unanswered_since=None,
        unknown_since=None,
    )


def wanted(alarm: Alarm | None, severity: int) -> Event | None:
    """What makes the open alarm of a key say a severity, 0 being none; None: it says so already."""
    active = alarm is not None and alarm.is_active
    if alarm is None or not active:
        return Event.RAISE if severity else None
    if severity > alarm.severity:
        return Event.WORSEN
    if severity < alarm.severity:
        return Event.EASE if severity else Event.CLEAR
    return None
