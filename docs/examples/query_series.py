"""Prints hourly means of a device's channel over the last day: `python query_series.py demo-001 temperature`.

Hours without readings are missing from the arrays, and are printed as such: what is absent is never a 0.
"""

import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from haidang_client import Client
from ioc.telemetry.v1 import series_pb2, telemetry_pb2

device, channel_name = sys.argv[1:3]
end = datetime.fromisoformat(sys.argv[3]) if len(sys.argv) > 3 else datetime.now(UTC)

request = series_pb2.QuerySeriesRequest(
    selector=series_pb2.SeriesSelector(
        series=[telemetry_pb2.SeriesName(device=device, channel=channel_name)]
    ),
    resolution="1h",
    aggregates=["mean", "max"],
)
request.start.FromDatetime(end - timedelta(days=1))
request.end.FromDatetime(end)

# HAIDANG_API_ADDRESS and HAIDANG_TOKEN; over TLS, HAIDANG_API_AUTHORITY too.
with Client.from_environment() as client:
    (found,) = client.series.QuerySeries(request, timeout=10).series


def values(present: bytes, packed: list[float]) -> list[float | None]:
    """One for each bucket; None where the bit of a bucket is not set."""
    rest = iter(packed)
    bits = [present[number // 8] >> (number % 8) & 1 for number in range(found.buckets.buckets)]
    return [next(rest) if bit else None for bit in bits]


mean, highest = (values(column.present, column.value) for column in found.buckets.columns)
for number in range(found.buckets.buckets):
    start_ms = found.buckets.first_ms + number * found.buckets.step_ms
    hour = datetime.fromtimestamp(start_ms / 1000, ZoneInfo("Asia/Ho_Chi_Minh"))
    if mean[number] is None:
        print(f"{hour:%d/%m %H:%M}  –")
    else:
        print(f"{hour:%d/%m %H:%M}  {mean[number]:.1f} {found.unit}, at most {highest[number]:.1f}")
