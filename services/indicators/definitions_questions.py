"""What gRPC requests ask of definitions: their limits, then the plan or the application."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ioc.indicators.v1 import figures_pb2 as pb

from services.indicators import store_definitions
from services.indicators.catalogue import Catalogue, assembled
from services.indicators.declared import BadDefinitions
from services.indicators.definitions_plan import digest, kinds_of, plan
from services.indicators.figures_requests import check_text, too_many
from services.indicators.figures_wire import to_pb_change
from services.indicators.grounds import Grounds
from services.runtime.db import Connection
from services.runtime.rpc_errors import InvalidRequest

MOST_FILES, LARGEST_FILE = 200, 1024 * 1024


def plan_definitions(
    connection: Connection, request: pb.PlanDefinitionsRequest, grounds: Grounds, now: datetime
) -> pb.PlanDefinitionsResponse:
    """What the files would change; nothing is."""
    files = _files(request.files)
    catalogue = _catalogue(files, grounds)
    application = store_definitions.application(connection)
    planned = plan(connection, catalogue, grounds, now)
    minimums = {one.id for one in catalogue.indicators.values() if one.minimum_persons}
    return pb.PlanDefinitionsResponse(
        changes=[
            pb.DefinitionChange(
                indicator=one.indicator,
                kind=one.kind,
                figures=one.figures,
                examples=[to_pb_change(some, is_hidden=one.indicator in minimums) for some in one.examples],
            )
            for one in planned
        ],
        plan_sha256=digest(files, application),
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
        changes=[pb.DefinitionChange(indicator=one, kind=kind) for one, kind in sorted(kinds.items())]
    )


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
