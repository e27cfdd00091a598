"""Alarms, their changes, episodes and rules as rows."""

from __future__ import annotations

from typing import Any

from services.cli import words
from services.cli.output import Row
from services.cli.times import moment_of
from services.cli.words import Language

SEVERITIES = ("", "notice", "warning", "serious", "emergency")  # by their numbers on the wire


def alarm_row(one: Any, language: Language) -> dict[str, Any]:
    return {
        "alarm": one.alarm,
        "severity": SEVERITIES[one.severity],
        "alarm_state": one.state,
        "why_raised": one.why_vi if language == "vi" else one.why_en,
        "rule": one.rule,
        "subject": one.subject,
        "area_code": one.area_code or None,
        "began_at": moment_of(one, "began_at"),
        "raised_at": moment_of(one, "raised_at"),
        "unknown_since": moment_of(one, "unknown_since"),
        "acknowledged_by": one.acknowledged_by or None,
        "shelved_until": moment_of(one, "shelved_until"),
        "cleared_at": moment_of(one, "cleared_at"),
        "not_shown_for": one.suppressed or None,
        "group_alarm": one.group_alarm or None,
        "members": one.members or None,
        "refuted": "refuted" if one.refuted else None,
    }


def change_row(one: Any) -> Row:
    return {
        "at": moment_of(one, "at"),
        "alarm_event": one.event,
        "actor": one.by or None,
        "text": one.note or None,
    }


def episode_row(one: Any) -> Row:
    return {
        "began_at": moment_of(one, "began_at"),
        "ended_at": moment_of(one, "ended_at"),
        "severity": max((SEVERITIES[level.severity] for level in one.levels), key=SEVERITIES.index),
        "peak": one.peak,
        "peak_at": moment_of(one, "peak_at"),
        "end_why": one.end_why or None,
        "known_at": moment_of(one, "known_at"),
    }


def rule_row(one: Any, language: Language) -> Row:
    is_vietnamese = language == "vi"
    unit = one.unit_vi if is_vietnamese else one.unit_en
    return {
        "rule": one.rule,
        "version": one.version,
        "name_of_rule": one.name_vi if is_vietnamese else one.name_en,
        "kind_of_rule": one.kind,
        "limits": [_limit(level, unit, language) for level in one.levels],
        "to_do": (one.do_vi if is_vietnamese else one.do_en) or None,
        "applied_at": moment_of(one, "applied_at"),
    }


def _limit(level: Any, unit: str, language: Language) -> str:
    is_above = level.HasField("above")
    number = level.above if is_above else level.below
    severity = words.state(SEVERITIES[level.severity], language)
    return f"{severity} {'≥' if is_above else '≤'} {number:.10g} {unit}".rstrip()
