"""What a gRPC request asks of alarms: its limits and reach, then the store, then the answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from ioc.alarms.v1 import alarms_pb2 as pb

from services.alarms import store, store_alarms, store_duty, store_history, wire
from services.alarms.alarms_fact import Told, alarm_of
from services.alarms.domain import OPEN, Alarm, Severity, State
from services.alarms.notice import Words
from services.alarms.store_alarms import Selection
from services.alarms.store_episodes import Key
from services.runtime.db import Connection
from services.runtime.mailbox import Entry
from services.runtime.page_token import page_size, seal, unseal
from services.runtime.rpc_errors import InvalidRequest, NotFound
from services.runtime.rpc_times import to_datetime
from services.runtime.within import Within

DEFAULT_PAGE, LARGEST_PAGE = 100, 1_000
MOST_PAST = 1_000  # changes, and episodes, of one answer
MOST_NAMED = 1_000  # rules, and areas, of a watch

Version = tuple[str, int]  # of a rule; its words never change


class Watched(NamedTuple):
    """Which changes a watcher wants."""

    rules: Collection[str]  # empty: all
    severity_from: int
    areas: Collection[str] | None  # None: all

    def has(self, alarm: Alarm) -> bool:
        """By the highest severity, so that a watcher also learns that it is no longer as grave."""
        return (
            (not self.rules or alarm.rule in self.rules)
            and (self.areas is None or alarm.area_code in self.areas)
            and alarm.peak_severity >= self.severity_from
        )


def list_alarms(
    connection: Connection, request: pb.ListAlarmsRequest, within: Within | None, now: datetime
) -> pb.ListAlarmsResponse:
    """One page of alarms."""
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    query = ("ListAlarms", _without_page(request))
    key = unseal(request.page_token, query, (int,))
    wanted = _selection(connection, request, within, now)
    found = store_alarms.alarms(connection, wanted, size + 1, int(key[0]) if key else None)
    return pb.ListAlarmsResponse(
        alarms=with_words(connection, found[:size]),
        next_page_token=seal(query, [found[size - 1].alarm]) if len(found) > size else "",
    )


def get_history(
    connection: Connection, request: pb.GetHistoryRequest, within: Within | None
) -> pb.GetHistoryResponse:
    """All that happened to an alarm, and the episodes of its rule and subject."""
    alarm = reached(connection, request.alarm, within)
    start = to_datetime(request.start, "start") if request.HasField("start") else alarm.began_at
    end = to_datetime(request.end, "end") if request.HasField("end") else None
    total, changes = store_history.changes(connection, alarm.alarm, MOST_PAST)
    key = Key(alarm.rule, alarm.subject_kind, alarm.subject)
    episodes = store_history.episodes(connection, key, start, end, MOST_PAST)
    (told,) = with_words(connection, [alarm])
    return pb.GetHistoryResponse(
        alarm=told,
        changes=map(wire.to_pb_change, changes),
        total_changes=total,
        episodes=map(wire.to_pb_episode, episodes),
    )


def list_rules(connection: Connection, with_definitions: bool) -> pb.ListRulesResponse:
    """The rules in force."""
    return wire.to_pb_rules(store.rules(connection), with_definitions)


def reached(connection: Connection, number: int, within: Within | None) -> Alarm:
    """An alarm that the caller may know of.

    Raises:
        NotFound: there is none, or it is not in the areas of the token.
    """
    try:
        alarm = store_alarms.alarm(connection, number)
    except store_alarms.UnknownAlarm:
        alarm = None
    if alarm is None or (within is not None and alarm.area_code not in within.areas):
        raise NotFound("alarm", "unknown_alarm", f"no alarm {number}")
    return alarm


def with_words(connection: Connection, alarms: Collection[Alarm]) -> list[pb.Alarm]:
    """Alarms as they are told, with the names of their rules."""
    words = words_of(connection, {(one.rule, one.rule_version) for one in alarms})
    return [wire.to_pb_alarm(one, words[one.rule, one.rule_version]) for one in alarms]


def words_of(connection: Connection, versions: Collection[Version]) -> dict[Version, Words]:
    """What versions of rules say of themselves."""
    return {version: store_duty.words(connection, *version) for version in versions}


def watched(connection: Connection, request: pb.WatchAlarmsRequest, now: datetime) -> Watched:
    """What a watcher wants."""
    for field, named in (("rules", request.rules), ("area_codes", request.area_codes)):
        if len(named) > MOST_NAMED:
            raise InvalidRequest([(field, "too_many", f"name at most {MOST_NAMED}")])
    areas = None
    if request.area_codes:
        parents = store_duty.parents(connection, now)
        areas = frozenset(
            code for area in request.area_codes for code in store_duty.at_or_below(parents, area)
        )
    return Watched(frozenset(request.rules), _severity_from(request.severity_from), areas)


def watch_response(
    entry: Entry[list[Told]], wanted: Watched, words: Mapping[Version, Words]
) -> pb.WatchAlarmsResponse:
    """One fact as it is watched; `words` of all rules in it."""
    told = [(one, alarm_of(one)) for one in entry.body or ()]
    return pb.WatchAlarmsResponse(
        resume_token=entry.resume_token,
        position=entry.position.position,
        changes=[
            pb.WatchedChange(
                change=wire.to_pb_change(one),
                alarm=wire.to_pb_alarm(alarm, words[alarm.rule, alarm.rule_version]),
            )
            for one, alarm in told
            if wanted.has(alarm)
        ],
        trace_id=entry.trace_id,
    )


def _selection(
    connection: Connection, request: pb.ListAlarmsRequest, within: Within | None, now: datetime
) -> Selection:
    if unknown := [name for name in request.states if name not in list(State)]:
        raise InvalidRequest([("states", "unknown_state", f"{unknown[0]!r} is none of {', '.join(State)}")])
    area = request.area_code
    return Selection(
        states=[State(name) for name in request.states] or OPEN,
        severity_from=_severity_from(request.severity_from),
        rule=request.rule,
        device=request.device,
        areas=store_duty.at_or_below(store_duty.parents(connection, now), area) if area else None,
        group_alarm=request.group_alarm or None,
        suppressed=None if request.with_suppressed or request.group_alarm else False,
        start=to_datetime(request.start, "start") if request.HasField("start") else None,
        end=to_datetime(request.end, "end") if request.HasField("end") else None,
        within=None if within is None else sorted(within.areas),
    )


def _severity_from(asked: int) -> int:
    if not 0 <= asked <= max(Severity):
        raise InvalidRequest([("severity_from", "out_of_range", "1 to 4, or 0 for all")])
    return asked or min(Severity)


def _without_page(request: pb.ListAlarmsRequest) -> str:
    asked = pb.ListAlarmsRequest()
    asked.CopyFrom(request)
    asked.ClearField("page_size")
    asked.ClearField("page_token")
    return asked.SerializeToString(deterministic=True).hex()
