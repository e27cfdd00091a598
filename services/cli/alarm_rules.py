"""`haidang alarms plan` and `apply`: rules from files, tried on the past before they are in force."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from ioc.alarms.v1 import rules_pb2 as pb

from services.cli import words
from services.cli.alarm_rows import example_rows, outcome_row, rule_change_row
from services.cli.client import EXIT_USAGE, CommandError
from services.cli.options import AsJson, End, Start, session_of, set_moments
from services.cli.output import note, show
from services.cli.stubs import rules_stub
from services.cli.times import from_timestamp, shown

STORM = "storm.toml"  # lies in the same folders, and has no rules
Files = Annotated[
    list[Path], typer.Argument(metavar="FILE|FOLDER …", help="TOML files, or folders of them.", exists=True)
]
Whole = Annotated[
    bool, typer.Option("--whole", help="The files are all rules there are: others are gone. Else these stay.")
]


def plan(
    context: typer.Context,
    files: Files,
    whole: Whole = False,
    start: Start = "",
    end: End = "",
    as_json: AsJson = False,
) -> None:
    """Says what changed rules would have raised in the past 30 days, or in another span; changes nothing."""
    session, language = session_of(context), session_of(context).language
    request = pb.PlanRulesRequest(files=read_rules(files), whole=whole)
    set_moments(request, start=start, end=end)
    outcomes: list[Any] = []
    with session.channel() as channel, session.explained():
        responses = rules_stub(channel).PlanRules(request)
        head, tried = next(responses), 0
        span = {name: shown(from_timestamp(getattr(head, name))) for name in ("start", "end")}
        note(words.message("rules_tried_on", language, **span))
        for response in responses:
            outcomes += response.outcomes
            if response.tried:
                tried += response.tried
                note(words.message("rules_tried", language, tried=tried, of=head.to_try))
    kinds = {one.rule: one.change for one in head.changes}
    found = {one.rule: one for one in outcomes}
    rows = [outcome_row(rule, kind, found.get(rule), language) for rule, kind in kinds.items()]
    show(rows, as_json=as_json, language=language)
    examples = [row for one in outcomes for row in example_rows(one, language)]
    if examples:
        show(examples, as_json=as_json, language=language)
    note(words.message("rules_only_planned", language, plan=head.plan_sha256))


def apply(
    context: typer.Context,
    files: Files,
    whole: Whole = False,
    planned: Annotated[
        str,
        typer.Option(
            "--plan", metavar="HASH", help="As `plan` printed it: refused if anything changed since."
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Puts rules in force as the next versions; workers take them up within seconds."""
    session = session_of(context)
    told = read_rules(files)
    with session.channel() as channel, session.explained():
        stub = rules_stub(channel)
        if not planned:
            request = pb.PlanRulesRequest(files=told, whole=whole, without_trial=True)
            (head,) = stub.PlanRules(request)
            planned = head.plan_sha256
        applied = stub.ApplyRules(pb.ApplyRulesRequest(files=told, whole=whole, plan_sha256=planned))
    rows = (rule_change_row(one, session.language) for one in applied.changes)
    show(rows, as_json=as_json, language=session.language)
    if applied.changes:
        since = shown(from_timestamp(applied.applied_at))
        note(words.message("rules_applied", session.language, since=since))


def read_rules(files: list[Path]) -> list[pb.RuleFile]:
    """All files, those of folders by name.

    Raises:
        CommandError: one cannot be read.
    """
    every = [
        one
        for file in files
        for one in (
            sorted(path for path in file.glob("*.toml") if path.name != STORM) if file.is_dir() else [file]
        )
    ]
    try:
        return [pb.RuleFile(name=one.name, text=one.read_text(encoding="utf-8")) for one in every]
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(str(error), EXIT_USAGE) from None
