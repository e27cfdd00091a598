"""Plans of rules in protobuf."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from ioc.alarms.v1 import rules_pb2 as pb

from services.alarms.explain import unit_of
from services.alarms.rules_plan import Plan
from services.alarms.store_episodes import instant
from services.alarms.tally import Count, Example, Tally
from services.runtime.rpc_times import to_timestamp, to_timestamp_or_none


def to_pb_changes(plan: Plan) -> list[pb.RuleChange]:
    """What becomes of the rules that do not stay, by id."""
    return [
        pb.RuleChange(
            rule=one,
            change=kind,
            kind=plan.named(one).kind,
            name_vi=plan.named(one).text.vi,
            name_en=plan.named(one).text.en,
        )
        for one, kind in plan.kinds.items()
    ]


def to_pb_outcomes(plan: Plan, tallies: Mapping[str, Tally]) -> list[pb.RuleOutcome]:
    """What becomes of what they raise, by id."""
    return [_to_pb_outcome(plan, one, tallies[one]) for one in plan.tried]


def _to_pb_outcome(plan: Plan, rule: str, tally: Tally) -> pb.RuleOutcome:
    before, after = tally.counts
    return pb.RuleOutcome(
        rule=rule,
        before=_to_pb_count(before) if rule in plan.before else None,
        after=_to_pb_count(after) if rule in plan.after else None,
        no_longer=tally.only[0],
        anew=tally.only[1],
        examples_no_longer=map(_to_pb_example, tally.examples(0)),
        examples_anew=map(_to_pb_example, tally.examples(1)),
        looked_at_from=None if tally.since is None else to_timestamp(instant(tally.since)),
    )


def _to_pb_count(count: Count) -> pb.RuleCount:
    day, most = count.busiest
    return pb.RuleCount(
        episodes=count.episodes,
        raised=count.raised,
        by_severity=[
            pb.SeverityCount(severity=int(severity), count=number)
            for severity, number in sorted(count.severities.items())
        ],
        most_a_day=most,
        busiest_day=(date(1970, 1, 1) + timedelta(days=day)).isoformat() if most else "",
    )


def _to_pb_example(one: Example) -> pb.RuleExample:
    unit_vi, unit_en = unit_of(one.rule)
    episode = one.episode
    _, subject_kind, subject = one.key
    return pb.RuleExample(
        subject_kind=subject_kind,
        subject=subject,
        began_at=to_timestamp(instant(episode.began)),
        ended_at=to_timestamp_or_none(None if episode.ended is None else instant(episode.ended)),
        severity=int(one.severity),
        peak=one.rule.grading.direction * episode.peak,
        unit_vi=unit_vi,
        unit_en=unit_en,
    )
