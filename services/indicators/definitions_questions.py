"""What gRPC requests ask of definitions: their limits, then the plan or the application."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ioc.indicators.v1 import figures_pb2 as pb

from services.indicators import store_definitions
from services.indicators.catalogue import Catalogue, assembled
from services.indicators.declared import BadDefinitions
from services.indicators.definitions_plan import Effect, Plan, digest, kinds_of
from services.indicators.definitions_trial import attempt, plan_of
from services.indicators.figures import Written
from services.indicators.figures_known import figure_of
from services.indicators.figures_requests import check_text, too_many
from services.indicators.figures_wire import text, to_pb_figure
from services.indicators.grounds import Grounds
from services.runtime.db import Connection
from services.runtime.rpc_errors import InvalidRequest
from services.runtime.rpc_times import to_timestamp

MOST_FILES, LARGEST_FILE = 200, 1024 * 1024


def begin_plan(connection: Connection, request: pb.PlanDefinitionsRequest, grounds: Grounds) -> Plan:
    """What is to be tried of the files."""
    files = _files(request.files)
    return plan_of(connection, _catalogue(files, grounds), files, grounds)


def opening(plan: Plan, *, with_figures: bool) -> pb.PlanDefinitionsResponse:
    """The first answer: what needs no trial, and how much is to be tried."""
    some = {one for slice_ in plan.slices for one in slice_} if with_figures else set()
    changes = (
        pb.DefinitionChange(indicator=one, kind=kind)
        for one, kind in sorted(plan.kinds.items())
        if one not in some
    )
    return pb.PlanDefinitionsResponse(changes=changes, to_try=len(some), plan_sha256=plan.sha256)


def plan_slice(
    connection: Connection, plan: Plan, indicators: Sequence[str], grounds: Grounds, now: datetime
) -> pb.PlanDefinitionsResponse:
    """What becomes of the figures of these indicators."""
    effects = attempt(connection, plan, indicators, grounds, now)
    return pb.PlanDefinitionsResponse(
        changes=[
            pb.DefinitionChange(
                indicator=one,
                kind=plan.kinds[one],
                figures=effects[one].counts.get("changed", 0),
                begun=effects[one].counts.get("begun", 0),
                missing=effects[one].counts.get("missing", 0),
                examples=[_example(plan, some, now) for some in effects[one].largest],
            )
            for one in indicators
        ],
        tried=len(indicators),
    )


def apply_definitions(
    connection: Connection, request: pb.ApplyDefinitionsRequest, grounds: Grounds, by: str, now: datetime
) -> pb.ApplyDefinitionsResponse:
    """Makes them hold; figures follow by the worker."""
    files = _files(request.files)
    catalogue = _catalogue(files, grounds)
    store_definitions.lock(connection)
    if request.plan_sha256 != digest(files, store_definitions.application(connection)):
        detail = "the files or the definitions are not those of the plan: plan again"
        raise InvalidRequest([("plan_sha256", "other_plan", detail)])
    known = store_definitions.standing(connection)
    found = store_definitions.apply(connection, catalogue, grounds.datasets, by, now)
    kinds = kinds_of(found, known, catalogue)
    return pb.ApplyDefinitionsResponse(
        changes=[pb.DefinitionChange(indicator=one, kind=kind) for one, kind in sorted(kinds.items())],
        applied_at=to_timestamp(now),
    )


def _example(plan: Plan, effect: Effect, now: datetime) -> pb.Change:
    """A figure as it is and as it would be."""
    definition = plan.definitions([effect.slot.thing.indicator])[effect.slot.thing.indicator]
    is_hidden = definition.indicator.minimum_persons > 0
    after = figure_of(effect.slot, effect.after, definition.version, now)
    told = pb.Change(after=to_pb_figure(after, is_hidden=is_hidden), why="definitions")
    if effect.before is not None:
        version = plan.known[after.indicator].version
        before = figure_of(effect.slot, Written(*effect.before), version, now)
        told.before.MergeFrom(to_pb_figure(before, is_hidden=is_hidden))
    if effect.difference is not None and not is_hidden:
        told.difference = text(effect.difference) or ""
    return told


def _files(told: Sequence[pb.DefinitionFile]) -> list[tuple[str, str]]:
    if len(told) > MOST_FILES:
        raise too_many("files", MOST_FILES, len(told))
    files: list[tuple[str, str]] = []
    for index, file in enumerate(told):
        check_text(f"files[{index}].text", file.text)
        if not file.name:
            raise InvalidRequest([(f"files[{index}].name", "required", "by which faults are told")])
        if len(file.text.encode()) > LARGEST_FILE:
            detail = f"at most {LARGEST_FILE} bytes a file"
            raise InvalidRequest([(f"files[{index}].text", "too_large", detail)])
        files.append((file.name, file.text))
    return files


def _catalogue(files: Sequence[tuple[str, str]], grounds: Grounds) -> Catalogue:
    try:
        return assembled(files, grounds.datasets)
    except BadDefinitions as error:
        raise InvalidRequest(
            [(f"files[{one.file}]", "bad_definition", str(one)) for one in error.problems]
        ) from None
