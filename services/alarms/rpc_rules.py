"""What gRPC requests ask of changed rules: their limits, then plan, trial step by step, application."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ioc.alarms.v1 import rules_pb2 as pb

from services.alarms import backtest, store, store_backtest, store_points
from services.alarms.backtest import Step, Trial
from services.alarms.durations import DAY_MS
from services.alarms.grounds import Office
from services.alarms.rules import Rule
from services.alarms.rules_plan import File, Plan, assembled, digest, plan_of, wanted
from services.alarms.rules_wire import to_pb_changes, to_pb_outcomes
from services.alarms.store_episodes import instant, ms_of
from services.alarms.tally import Tally
from services.alarms.targets import Targets
from services.runtime.db import Connection
from services.runtime.rpc_errors import InvalidRequest
from services.runtime.rpc_times import to_datetime, to_timestamp

MOST_FILES, LARGEST_FILE = 200, 1024 * 1024
USUAL_SPAN, LONGEST_DAYS = timedelta(days=30), 92
# A month of 10,000 channels, a reading a minute, is 450 million: half an hour.
MOST_READINGS: Final = 1_000_000_000


@dataclass(frozen=True)
class Tried:
    """A plan under way; `trial` None: nothing is tried. `tallies`: of each rule, filled step by step."""

    plan: Plan
    trial: Trial | None
    steps: Sequence[Step]
    tallies: dict[str, Tally]

    @property
    def opening(self) -> pb.PlanRulesResponse:
        """The first answer."""
        trial = self.trial
        return pb.PlanRulesResponse(
            changes=to_pb_changes(self.plan),
            plan_sha256=self.plan.sha256,
            start=to_timestamp(instant(trial.start)) if trial else None,
            end=to_timestamp(instant(trial.end)) if trial else None,
            to_try=sum(step.size for step in self.steps),
        )

    @property
    def end(self) -> pb.PlanRulesResponse:
        """The last answer."""
        return pb.PlanRulesResponse(outcomes=to_pb_outcomes(self.plan, self.tallies))


def begin_plan(connection: Connection, request: pb.PlanRulesRequest, office: Office, now: datetime) -> Tried:
    """What is to be tried of the files."""
    store_backtest.begin(connection)
    plan = _plan(connection, request.files, is_whole=request.whole)
    if request.without_trial:
        return Tried(plan, None, (), {})
    start, end = _span(request, now)
    sides = [
        Targets((rules[one] for one in plan.tried if one in rules), office.working)
        for rules in (plan.before, plan.after)
    ]
    trial = Trial((sides[0], sides[1]), store_points.known_devices(connection), office, start, end)
    if (readings := backtest.readings_of(trial)) > MOST_READINGS:
        detail = (
            f"{readings:,} readings would be looked at, at most {MOST_READINGS:,} are: name a shorter span"
        )
        raise InvalidRequest([("start", "too_much_to_compute", detail)])
    tallies = {one: Tally(before, after, start) for one, (before, after) in trial.rules.items()}
    return Tried(plan, trial, backtest.steps(connection, trial), tallies)


def try_step(connection: Connection, tried: Tried, step: Step) -> pb.PlanRulesResponse:
    """Looks at some subjects."""
    store_backtest.begin(connection)
    assert tried.trial is not None
    for seen in step.run(connection, tried.trial):
        tried.tallies[seen.key[0]].take(seen)
    if isinstance(step, backtest.Windows):
        since = step.known_from(connection, tried.trial)
        tried.tallies[step.rule].since = since if since > tried.trial.start else None
    return pb.PlanRulesResponse(tried=step.size)


def apply_rules(
    connection: Connection, request: pb.ApplyRulesRequest, by: str, now: datetime
) -> pb.ApplyRulesResponse:
    """Puts them in force; workers follow."""
    store.lock(connection)
    plan = _plan(connection, request.files, is_whole=request.whole)
    if request.plan_sha256 != plan.sha256:
        detail = "the files or the rules in force are not those of the plan: plan again"
        raise InvalidRequest([("plan_sha256", "other_plan", detail)])
    if plan.kinds:
        rules = wanted(_rules(_files(request.files)), store.rules(connection), is_whole=request.whole)
        store.apply_rules(connection, rules, by, now)
    return pb.ApplyRulesResponse(changes=to_pb_changes(plan), applied_at=to_timestamp(now))


def _plan(connection: Connection, told: Sequence[pb.RuleFile], *, is_whole: bool) -> Plan:
    files = _files(told)
    given = _rules(files)
    standing = store.rules(connection)
    sha256 = digest(files, store.rules_version(connection), is_whole=is_whole)
    return plan_of(standing, wanted(given, standing, is_whole=is_whole), sha256)


def _span(request: pb.PlanRulesRequest, now: datetime) -> tuple[int, int]:
    end = to_datetime(request.end, "end") if request.HasField("end") else now
    start = to_datetime(request.start, "start") if request.HasField("start") else end - USUAL_SPAN
    if end > now:
        raise InvalidRequest([("end", "in_the_future", "nothing is known yet of what is ahead")])
    if start >= end:
        raise InvalidRequest([("end", "not_after_start", "a span ends after its start")])
    if ms_of(end) - ms_of(start) > LONGEST_DAYS * DAY_MS:
        raise InvalidRequest([("start", "too_long", f"at most {LONGEST_DAYS} days")])
    return ms_of(start), ms_of(end)


def _files(told: Sequence[pb.RuleFile]) -> list[File]:
    if not told:
        raise InvalidRequest([("files", "empty", "name at least one file")])
    if len(told) > MOST_FILES:
        raise InvalidRequest([("files", "too_many", f"at most {MOST_FILES}")])
    for index, file in enumerate(told):
        if not file.name:
            raise InvalidRequest([(f"files[{index}].name", "required", "by which faults are told")])
        if len(file.text.encode()) > LARGEST_FILE:
            detail = f"at most {LARGEST_FILE} bytes a file"
            raise InvalidRequest([(f"files[{index}].text", "too_large", detail)])
        if not unicodedata.is_normalized("NFC", file.text):
            raise InvalidRequest([(f"files[{index}].text", "not_nfc", "send Unicode NFC")])
    return [(file.name, file.text) for file in told]


def _rules(files: Sequence[File]) -> list[Rule]:
    rules, faults = assembled(files)
    if faults:
        raise InvalidRequest(
            [
                (".".join(filter(None, (f"files[{one.file}]", one.rule, one.field))), "bad_rule", str(one))
                for one in faults
            ]
        )
    return rules
