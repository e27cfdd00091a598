"""Alarms, their history and rules in protobuf."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from ioc.alarms.v1 import alarms_pb2 as pb

from services.alarms.alarms_fact import Told
from services.alarms.domain import Alarm, Severity
from services.alarms.explain import unit_of
from services.alarms.notice import Words
from services.alarms.rules import Rule
from services.alarms.store_episodes import instant
from services.alarms.store_history import PastChange, PastEpisode
from services.runtime.rpc_times import to_timestamp, to_timestamp_or_none


def to_pb_alarm(one: Alarm, words: Words) -> pb.Alarm:
    """`words`: those of the version of the rule that raised it."""
    said = one.explanation
    return pb.Alarm(
        alarm=one.alarm,
        revision=one.revision,
        rule=one.rule,
        rule_version=one.rule_version,
        rule_vi=words.vi,
        rule_en=words.en,
        subject_kind=one.subject_kind,
        subject=one.subject,
        device=one.device,
        area_code=one.area_code,
        state=str(one.state),
        severity=int(one.severity),
        peak_severity=int(one.peak_severity),
        began_at=to_timestamp(one.began_at),
        raised_at=to_timestamp(one.raised_at),
        times=one.times,
        value=one.value,
        value_at=to_timestamp_or_none(one.value_at),
        unit=str(said.get("unit", "")),
        unit_vi=str(said.get("unit_vi", said.get("unit", ""))),
        why_vi=str(said.get("vi", "")),
        why_en=str(said.get("en", "")),
        acknowledged_at=to_timestamp_or_none(one.acknowledged_at),
        acknowledged_by=one.acknowledged_by,
        shelved_until=to_timestamp_or_none(one.shelved_until),
        shelved_by=one.shelved_by,
        shelved_why=one.shelved_why,
        escalations=one.escalations,
        cleared_at=to_timestamp_or_none(one.cleared_at),
        closed_at=to_timestamp_or_none(one.closed_at),
        unknown_since=to_timestamp_or_none(one.unknown_since),
        refuted=one.refuted,
        suppressed=str(one.suppressed),
        group_alarm=one.group_alarm or 0,
        members=one.members,
    )


def to_pb_change(one: PastChange | Told) -> pb.AlarmChange:
    return pb.AlarmChange(
        change=one.change,
        at=to_timestamp(one.at),
        event=str(one.event),
        was=one.was,
        by=one.by,
        note=one.note,
    )


def to_pb_episode(one: PastEpisode) -> pb.Episode:
    levels = zip(one.level_at, one.levels, strict=True)
    return pb.Episode(
        began_at=to_timestamp(one.began_at),
        ended_at=to_timestamp_or_none(one.ended_at),
        levels=[pb.EpisodeLevel(at=to_timestamp(at), severity=severity) for at, severity in levels],
        peak=one.peak,
        peak_at=to_timestamp(one.peak_at),
        end_why=one.end_why,
        rule_version=one.rule_version,
        known_at=to_timestamp(one.known_at),
    )


def to_pb_rules(rules: Iterable[Rule], with_definitions: bool) -> pb.ListRulesResponse:
    return pb.ListRulesResponse(rules=[_to_pb_rule(one, with_definitions) for one in rules])


def _to_pb_rule(one: Rule, with_definition: bool) -> pb.Rule:
    unit_vi, unit_en = unit_of(one)
    return pb.Rule(
        rule=one.id,
        version=one.version,
        kind=one.kind,
        name_vi=one.text.vi,
        name_en=one.text.en,
        do_vi=one.text.do_vi,
        do_en=one.text.do_en,
        unit_vi=unit_vi,
        unit_en=unit_en,
        levels=[
            pb.RuleLevel(severity=int(Severity[level.severity.upper()]), above=level.above, below=level.below)
            for level in one.text.levels
        ],
        applied_at=to_timestamp(instant(one.since_ms)),
        definition=msgspec.json.encode(one.text).decode() if with_definition else "",
    )
