"""What is asked of promises and sources: limits, then what stands, then a page of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from ioc.records.v1 import sources_pb2 as pb

from services.records import store_freshness, store_sources
from services.records.dates import VIETNAM
from services.records.freshness import Standing
from services.records.promises import promises
from services.records.rpc_fields import check_text
from services.records.rpc_known import Known
from services.records.sources_wire import to_pb_source, to_pb_standing, to_state
from services.runtime.db import Connection
from services.runtime.page_token import page_size, seal, unseal

DEFAULT_PAGE, LARGEST_PAGE = 100, 1_000
STAFF = "areas.staff"  # the scope that shows who answers


def list_promises(
    connection: Connection,
    request: pb.ListPromisesRequest,
    known: Known,
    scopes: Collection[str],
    now: datetime,
) -> pb.ListPromisesResponse:
    """One page of promises as they stand now."""
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    wanted = to_state(request.state)
    query = ("ListPromises", request.dataset, request.organisation, wanted)
    after = tuple(map(str, unseal(request.page_token, query, (str, str)) or ("", "")))
    found = [one for one in _standings(connection, request, known, now) if wanted in (None, one.state)]
    found = [one for one in found if (one.dataset.key, one.organisation) > after]
    answering = (
        store_freshness.contacts(connection, now.astimezone(VIETNAM).date()) if STAFF in scopes else {}
    )
    last = found[size - 1] if len(found) > size else None
    return pb.ListPromisesResponse(
        promises=[to_pb_standing(one, answering.get(one.dataset.key, ())) for one in found[:size]],
        next_page_token=seal(query, [last.dataset.key, last.organisation]) if last else "",
    )


def _standings(
    connection: Connection, request: pb.ListPromisesRequest, known: Known, now: datetime
) -> list[Standing]:
    datasets = [one.dataset for one in known.declared.values()]
    if request.dataset:
        datasets = [known.dataset(request.dataset)]
    found = promises(connection, datasets, known.calendar, now)
    return [one for one in found if request.organisation in ("", one.organisation)]


def list_sources(
    connection: Connection, request: pb.ListSourcesRequest, now: datetime
) -> pb.ListSourcesResponse:
    """One page of the sources that are declared."""
    check_text("dataset", request.dataset)
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    query = ("ListSources", request.dataset)
    key = unseal(request.page_token, query, (str,))
    found = store_sources.sources_after(connection, str(key[0]) if key else "", request.dataset, size + 1)
    return pb.ListSourcesResponse(
        sources=[to_pb_source(one, now) for one in found[:size]],
        next_page_token=seal(query, [found[size - 1].name]) if len(found) > size else "",
    )
