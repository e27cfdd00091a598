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


def rule_change_row(one: Any, language: Language) -> Row:
    """What became of a rule."""
    return {
        "rule": one.rule,
        "rule_change": one.change,
        "name_of_rule": one.name_vi if language == "vi" else one.name_en,
        "kind_of_rule": one.kind,
    }


def outcome_row(rule: str, change: str, one: Any | None, language: Language) -> Row:
    """What a changed rule would have raised, beside what it raises; of other words nothing was tried."""
    sides = {side: one is not None and one.HasField(side) for side in ("before", "after")}
    before, after = (getattr(one, side) if has else None for side, has in sides.items())
    return {
        "rule": rule,
        "rule_change": change,
        "raised_before": before.raised if before else None,
        "raised_after": after.raised if after else None,
        "no_longer": one.no_longer if one and before else None,
        "anew": one.anew if one and after else None,
        "severities_before": _severities(before, language),
        "severities_after": _severities(after, language),
        "busiest_before": _busiest(before),
        "busiest_after": _busiest(after),
        "episodes_before": before.episodes if before else None,
        "episodes_after": after.episodes if after else None,
        "looked_at_from": moment_of(one, "looked_at_from") if one else None,
    }


def example_rows(one: Any, language: Language) -> list[Row]:
    """Alarms that would be others."""
    return [
        {
            "rule": one.rule,
            "would": would,
            "severity": SEVERITIES[example.severity],
            "subject": example.subject,
            "began_at": moment_of(example, "began_at"),
            "ended_at": moment_of(example, "ended_at"),
            "peak": example.peak,
            "unit": example.unit_vi if language == "vi" else example.unit_en,
        }
        for would, examples in (("no_longer", one.examples_no_longer), ("anew", one.examples_anew))
        for example in examples
    ]


def _severities(count: Any | None, language: Language) -> list[str] | None:
    if count is None or not count.by_severity:
        return None
    return [f"{words.state(SEVERITIES[one.severity], language)} {one.count}" for one in count.by_severity]


def _busiest(count: Any | None) -> str | None:
    return f"{count.most_a_day} ({count.busiest_day})" if count is not None and count.most_a_day else None
