from typing import Any

import grpc
from ioc.telemetry.v1 import series_pb2

class SeriesServiceStub:
    def __init__(self, channel: grpc.Channel) -> None: ...
    QuerySeries: grpc.UnaryUnaryMultiCallable[series_pb2.QuerySeriesRequest, series_pb2.QuerySeriesResponse]
    BackfillReadings: grpc.StreamStreamMultiCallable[series_pb2.BackfillReadingsRequest, series_pb2.BackfillReadingsResponse]

class SeriesServiceServicer:
    def QuerySeries(self, request: series_pb2.QuerySeriesRequest, context: Any) -> Any: ...
    def BackfillReadings(self, request: Any, context: Any) -> Any: ...

def add_SeriesServiceServicer_to_server(servicer: SeriesServiceServicer, server: Any) -> None: ...
