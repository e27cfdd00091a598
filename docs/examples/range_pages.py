"""Sums up one channel over the last days, page by page: `python range_pages.py demo-001 pm25 7`."""

import sys
from datetime import UTC, datetime, timedelta

from google.protobuf.timestamp_pb2 import Timestamp
from haidang_client import Client, pages
from ioc.telemetry.v1 import telemetry_pb2

device, channel, days = sys.argv[1], sys.argv[2], float(sys.argv[3])
end = datetime.now(UTC)
request = telemetry_pb2.GetRangeRequest(
    series=telemetry_pb2.SeriesName(device=device, channel=channel), page_size=10_000
)
request.start.CopyFrom(Timestamp(seconds=int((end - timedelta(days=days)).timestamp())))
request.end.CopyFrom(Timestamp(seconds=int(end.timestamp())))


with Client.from_environment() as client:

    def ask(token: str) -> telemetry_pb2.GetRangeResponse:
        request.page_token = token
        return client.telemetry.GetRange(request)

    values, unit = [], ""
    for page in pages(ask):
        good = zip(page.readings.value, page.readings.quality, strict=True)
        values += [value for value, quality in good if quality == 0]
        unit = page.unit

if not values:
    sys.exit(f"{device} has no good reading of {channel} in these days")
print(f"{len(values)} good readings, from {min(values):g} to {max(values):g} {unit}")
