"""Prints the newest readings of a device: `python latest_reading.py demo-001`."""

import os
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import grpc
from ioc.telemetry.v1 import telemetry_pb2, telemetry_pb2_grpc

address = os.environ["HAIDANG_API_ADDRESS"]  # for example 127.0.0.1:50551
token = os.environ["HAIDANG_TOKEN"]
device = sys.argv[1] if len(sys.argv) > 1 else "demo-001"

with grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)]) as channel:
    telemetry = telemetry_pb2_grpc.TelemetryServiceStub(channel)
    answer = telemetry.GetLatest(
        telemetry_pb2.GetLatestRequest(devices=[device]),
        metadata=[("authorization", f"Bearer {token}")],
        timeout=10,
    )

for reading in answer.readings:
    at = datetime.fromtimestamp(reading.observed_at.seconds, ZoneInfo("Asia/Ho_Chi_Minh"))
    print(f"{reading.series.channel}: {reading.value:g} {reading.unit} at {at:%H:%M:%S on %d/%m/%Y}")
if not answer.readings:
    sys.exit(f"{device} has no reading yet")
