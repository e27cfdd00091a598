"""The gRPC face of promises and pulled sources."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias

import grpc
from ioc.records.v1 import sources_pb2 as pb
from ioc.records.v1 import sources_pb2_grpc as pb_grpc

from services.records import sources_questions
from services.records.rpc_known import Known
from services.records.settings import RecordsSettings
from services.runtime.access import caller_token
from services.runtime.rpc_database import Database
from services.runtime.rpc_host import RpcService

SERVICE = pb.DESCRIPTOR.services_by_name["SourcesService"].full_name

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class SourcesServicer(pb_grpc.SourcesServiceServicer):
    """Answers what is due, and how sources do."""

    def __init__(self, database: Database, known: Known) -> None:
        self._database, self._known = database, known

    async def ListPromises(
        self, request: pb.ListPromisesRequest, context: Context
    ) -> pb.ListPromisesResponse:
        scopes, now = caller_token.get().scopes, datetime.now(UTC)
        return await self._database.statements(
            sources_questions.list_promises, request, self._known, scopes, now
        )

    async def ListSources(self, request: pb.ListSourcesRequest, context: Context) -> pb.ListSourcesResponse:
        return await self._database.statements(sources_questions.list_sources, request, datetime.now(UTC))


def service(database: Database) -> RpcService:
    """The service, ready to be hosted."""
    servicer = SourcesServicer(database, Known(RecordsSettings()))
    return RpcService(
        name=SERVICE,
        add_to=partial(pb_grpc.add_SourcesServiceServicer_to_server, servicer),
        probe=database.probe,
    )
