from typing import Any

import grpc
from ioc.alarms.v1 import maintenance_pb2

class MaintenanceServiceStub:
    def __init__(self, channel: grpc.Channel) -> None: ...
    AnnounceMaintenance: grpc.UnaryUnaryMultiCallable[maintenance_pb2.AnnounceMaintenanceRequest, maintenance_pb2.AnnounceMaintenanceResponse]
    ListMaintenance: grpc.UnaryUnaryMultiCallable[maintenance_pb2.ListMaintenanceRequest, maintenance_pb2.ListMaintenanceResponse]
    CancelMaintenance: grpc.UnaryUnaryMultiCallable[maintenance_pb2.CancelMaintenanceRequest, maintenance_pb2.CancelMaintenanceResponse]

class MaintenanceServiceServicer:
    def AnnounceMaintenance(self, request: maintenance_pb2.AnnounceMaintenanceRequest, context: Any) -> Any: ...
    def ListMaintenance(self, request: maintenance_pb2.ListMaintenanceRequest, context: Any) -> Any: ...
    def CancelMaintenance(self, request: maintenance_pb2.CancelMaintenanceRequest, context: Any) -> Any: ...

def add_MaintenanceServiceServicer_to_server(servicer: MaintenanceServiceServicer, server: Any) -> None: ...
