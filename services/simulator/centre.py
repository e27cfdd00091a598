"""Owns the simulator's calls to the centre's gRPC API."""

import json
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

import grpc

from services.simulator import office_wire, wire
from services.simulator.accounts import Account
from services.simulator.domain import Area, Device
from services.simulator.office.domain import Agency
from services.simulator.office_wire import Batch
from services.simulator.real_areas import Unit

CALL_TIMEOUT_S = 15.0
LARGEST_ANSWER = 16 * 1024 * 1024  # bytes; as much as the API sends
HAND_IN_TIMEOUT_S = 120.0  # of tens of thousands of lines
_RETRIES = {  # a centre that is just starting refuses connections for a moment
    "methodConfig": [
        {
            "name": [{}],
            "retryPolicy": {
                "maxAttempts": 5,
                "initialBackoff": "0.2s",
                "maxBackoff": "2s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ]
}


class CentreError(Exception):
    """The centre refused a call or cannot be reached; the text says which and why."""


class Centre:
    """A connection to the API with a bearer token."""

    def __init__(self, address: str, token: str) -> None:
        self._address = address
        self._metadata = (("authorization", f"Bearer {token}"),)
        options = [("grpc.service_config", json.dumps(_RETRIES)), ("grpc.enable_http_proxy", 0)]
        options.append(("grpc.max_receive_message_length", LARGEST_ANSWER))
        self._channel = grpc.insecure_channel(address, options=options)

    def __enter__(self) -> "Centre":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._channel.close()

    def put_areas(self, areas: Sequence[Area]) -> int:
        """Units written."""
        response = self._call(wire.areas_stub(self._channel).PutUnits, wire.put_units_request(areas))
        return int(response.written)

    def units(self) -> list[Unit]:
        """The map of today with its boundaries."""
        found: list[Unit] = []
        page_token = ""
        while True:
            response = self._call(
                wire.areas_stub(self._channel).ListUnits, wire.list_units_request(page_token)
            )
            found += wire.units_of(response)
            page_token = response.next_page_token
            if not page_token:
                return found

    def put_devices(self, devices: Sequence[Device]) -> int:
        """Devices written."""
        response = self._call(wire.registry_stub(self._channel).PutDevices, wire.put_devices_request(devices))
        return int(response.written)

    def devices(self) -> dict[str, Device]:
        """All devices by name."""
        found: dict[str, Device] = {}
        page_token = ""
        while True:
            response = self._call(
                wire.registry_stub(self._channel).ListDevices, wire.list_devices_request(page_token)
            )
            found.update((device.device, device) for device in wire.devices_of(response))
            page_token = response.next_page_token
            if not page_token:
                return found

    def put_agencies(self, agencies: Sequence[Agency]) -> None:
        """Makes organisations known; those that are known stay."""
        stub = office_wire.organisations_stub(self._channel)
        self._call(stub.ChangeOrganisations, office_wire.organisations_request(agencies))

    def batches(self, dataset: str) -> list[Batch]:
        """The newest hundred of a dataset, the newest first."""
        stub = office_wire.records_stub(self._channel)
        return office_wire.batches_of(self._call(stub.ListBatches, office_wire.batches_request(dataset)))

    def hand_in(
        self, dataset: str, key: str, lines: Sequence[Mapping[str, str]], author: str = "", document: str = ""
    ) -> Batch:
        """Hands lines in under an idempotency key; what was stored under it before is passed over."""
        stub = office_wire.records_stub(self._channel)
        requests = office_wire.submit_requests(dataset, key, lines, author, document)
        return office_wire.to_batch(self._call(stub.Submit, requests, HAND_IN_TIMEOUT_S).batch)

    def approve(self, batch: int) -> None:
        """Lets a batch count that another token handed in."""
        stub = office_wire.records_stub(self._channel)
        self._call(stub.ApproveBatch, office_wire.approve_request(batch))

    def account(self, device: str) -> Account:
        """The device's ledger since the beginning."""
        response = self._call(wire.telemetry_stub(self._channel).GetLedger, wire.ledger_request(device))
        return wire.account_of(response, device)

    def _call(self, method: Any, request: Any, timeout_s: float = CALL_TIMEOUT_S) -> Any:
        try:
            return method(request, timeout=timeout_s, metadata=self._metadata)
        except grpc.RpcError as error:
            raise CentreError(f"{self._address}: {error.code().name}: {error.details()}") from error
