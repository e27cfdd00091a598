"""The generated stubs, which are untyped, with the one type that the command line needs."""

from collections.abc import Callable
from typing import Any

import grpc
from ioc.alarms.v1.alarms_pb2_grpc import AlarmsServiceStub
from ioc.alarms.v1.duty_pb2_grpc import DutyServiceStub
from ioc.alarms.v1.maintenance_pb2_grpc import MaintenanceServiceStub
from ioc.alarms.v1.rules_pb2_grpc import RulesServiceStub
from ioc.areas.v1.areas_pb2_grpc import AreasServiceStub
from ioc.areas.v1.map_pb2_grpc import MapServiceStub
from ioc.areas.v1.organisations_pb2_grpc import OrganisationsServiceStub
from ioc.display.v1.boards_pb2_grpc import BoardsServiceStub
from ioc.display.v1.walls_pb2_grpc import WallsServiceStub
from ioc.indicators.v1.figures_pb2_grpc import FiguresServiceStub
from ioc.indicators.v1.indicators_pb2_grpc import IndicatorsServiceStub
from ioc.records.v1.records_pb2_grpc import RecordsServiceStub
from ioc.records.v1.sources_pb2_grpc import SourcesServiceStub
from ioc.registry.v1.registry_pb2_grpc import RegistryServiceStub
from ioc.telemetry.v1.commands_pb2_grpc import CommandServiceStub
from ioc.telemetry.v1.series_pb2_grpc import SeriesServiceStub
from ioc.telemetry.v1.storage_pb2_grpc import StorageServiceStub
from ioc.telemetry.v1.telemetry_pb2_grpc import TelemetryServiceStub

MakeStub = Callable[[grpc.Channel], Any]

alarms_stub: MakeStub = AlarmsServiceStub
areas_stub: MakeStub = AreasServiceStub
boards_stub: MakeStub = BoardsServiceStub
duty_stub: MakeStub = DutyServiceStub
command_stub: MakeStub = CommandServiceStub
figures_stub: MakeStub = FiguresServiceStub
indicators_stub: MakeStub = IndicatorsServiceStub
records_stub: MakeStub = RecordsServiceStub
maintenance_stub: MakeStub = MaintenanceServiceStub
map_stub: MakeStub = MapServiceStub
organisations_stub: MakeStub = OrganisationsServiceStub
registry_stub: MakeStub = RegistryServiceStub
rules_stub: MakeStub = RulesServiceStub
sources_stub: MakeStub = SourcesServiceStub
series_stub: MakeStub = SeriesServiceStub
storage_stub: MakeStub = StorageServiceStub
telemetry_stub: MakeStub = TelemetryServiceStub
walls_stub: MakeStub = WallsServiceStub
