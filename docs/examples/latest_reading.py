"""Prints the newest readings of a device: `python latest_reading.py demo-001`."""

import sys
from datetime import datetime
from zoneinfo import ZoneInfo

from haidang_client import Client
from ioc.telemetry.v1 import telemetry_pb2

device = sys.argv[1] if len(sys.argv) > 1 else "demo-001"

# HAIDANG_API_ADDRESS and HAIDANG_TOKEN; over TLS, HAIDANG_API_AUTHORITY too.
with Client.from_environment() as client:
    answer = client.telemetry.GetLatest(telemetry_pb2.GetLatestRequest(devices=[device]))

for reading in answer.readings:
    at = datetime.fromtimestamp(reading.observed_at.seconds, ZoneInfo("Asia/Ho_Chi_Minh"))
    print(f"{reading.series.channel}: {reading.value:g} {reading.unit} at {at:%H:%M:%S on %d/%m/%Y}")
if not answer.readings:
    sys.exit(f"{device} has no reading yet")
