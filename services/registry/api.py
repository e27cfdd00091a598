"""The gRPC face of the registry."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import grpc
from ioc.registry.v1 import registry_pb2 as pb
from ioc.registry.v1 import registry_pb2_grpc as pb_grpc

from services.registry import rpc_questions as identity
from services.registry import store, wire
from services.registry.domain import device_faults
from services.registry.rpc_questions import DEFAULT_PAGE, LARGEST_PAGE, Answer, Request
from services.runtime.access import caller
from services.runtime.db import Connection
from services.runtime.page_token import page_size, seal, unseal
from services.runtime.rpc_database import Database
from services.runtime.rpc_errors import InvalidRequest
from services.runtime.rpc_host import RpcService
from services.runtime.within import Within, caller_within

SERVICE = pb.DESCRIPTOR.services_by_name["RegistryService"].full_name

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class RegistryServicer(pb_grpc.RegistryServiceServicer):
    """Devices, their lives and their credentials."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def _sign(self, question: Callable[[Connection, Request], Answer], request: Request) -> Answer:
        return await self._database.run(identity.signed, caller.get(), question, request)

    async def PutDevices(self, request: pb.PutDevicesRequest, context: Context) -> pb.PutDevicesResponse:
        return await self._sign(put_devices, request)

    async def ListDevices(self, request: pb.ListDevicesRequest, context: Context) -> pb.ListDevicesResponse:
        return await self._database.run(list_devices, request, caller_within.get())

    async def ImportDevices(
        self, request: pb.ImportDevicesRequest, context: Context
    ) -> pb.ImportDevicesResponse:
        return await self._sign(identity.import_devices, request)

    async def AdoptDevice(self, request: pb.AdoptDeviceRequest, context: Context) -> pb.AdoptDeviceResponse:
        return await self._sign(identity.adopt_device, request)

    async def ChangeDeviceState(
        self, request: pb.ChangeDeviceStateRequest, context: Context
    ) -> pb.ChangeDeviceStateResponse:
        return await self._sign(identity.change_device_state, request)

    async def ListDeviceHistory(
        self, request: pb.ListDeviceHistoryRequest, context: Context
    ) -> pb.ListDeviceHistoryResponse:
        return await self._database.run(identity.list_device_history, request)

    async def IssueCredential(
        self, request: pb.IssueCredentialRequest, context: Context
    ) -> pb.IssueCredentialResponse:
        return await self._sign(identity.issue_credential, request)

    async def RotateCredential(
        self, request: pb.RotateCredentialRequest, context: Context
    ) -> pb.RotateCredentialResponse:
        return await self._sign(identity.rotate_credential, request)

    async def RevokeCredential(
        self, request: pb.RevokeCredentialRequest, context: Context
    ) -> pb.RevokeCredentialResponse:
        return await self._sign(identity.revoke_credential, request)

    async def SuspendCredential(
        self, request: pb.SuspendCredentialRequest, context: Context
    ) -> pb.SuspendCredentialResponse:
        return await self._sign(identity.suspend_credential, request)

    async def ReinstateCredential(
        self, request: pb.ReinstateCredentialRequest, context: Context
    ) -> pb.ReinstateCredentialResponse:
        return await self._sign(identity.reinstate_credential, request)

    async def ListCredentials(
        self, request: pb.ListCredentialsRequest, context: Context
    ) -> pb.ListCredentialsResponse:
        return await self._database.run(identity.list_credentials, request)

    async def ListCredentialHistory(
        self, request: pb.ListCredentialHistoryRequest, context: Context
    ) -> pb.ListCredentialHistoryResponse:
        return await self._database.run(identity.list_credential_history, request)

    async def ListAccessEvents(
        self, request: pb.ListAccessEventsRequest, context: Context
    ) -> pb.ListAccessEventsResponse:
        return await self._database.run(identity.list_access_events, request)


def put_devices(connection: Connection, request: pb.PutDevicesRequest) -> pb.PutDevicesResponse:
    """Checks everything, then writes everything."""
    devices = [wire.to_device(message, index) for index, message in enumerate(request.devices)]
    if faults := device_faults(devices) or identity.taken_faults(connection, devices):
        raise InvalidRequest(faults)
    store.put_devices(connection, devices)
    return pb.PutDevicesResponse(written=len(devices))


def list_devices(
    connection: Connection, request: pb.ListDevicesRequest, within: Within | None
) -> pb.ListDevicesResponse:
    """One page, ordered by name. `within`: no name from elsewhere, not even in a page token."""
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    query = ("ListDevices", request.kind)
    key = unseal(request.page_token, query, (str,))
    after = str(key[0]) if key else ""
    areas = sorted(within.areas) if within else None
    devices = store.devices_after(connection, request.kind or None, after, size + 1, areas)
    more = len(devices) > size
    return pb.ListDevicesResponse(
        devices=map(wire.from_device, devices[:size]),
        next_page_token=seal(query, [devices[size - 1].device]) if more else "",
    )


def service(database: Database) -> RpcService:
    """The service, ready to be hosted."""
    servicer = RegistryServicer(database)
    return RpcService(
        name=SERVICE,
        add_to=partial(pb_grpc.add_RegistryServiceServicer_to_server, servicer),
        probe=database.probe,
    )
