"""Writes every reading to a file exactly once, also when this program or the server is killed in between.

`python keep_readings.py FILE [DEVICE …]`: one line of JSON an answer, with the token to go on after it.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import grpc
from haidang_client import Client
from ioc.telemetry.v1 import telemetry_pb2

file, devices = Path(sys.argv[1]), sys.argv[2:]


def resume_token() -> str:
    """That of the last whole line. What was written of a line when we were killed is taken back."""
    if not file.exists():
        return ""
    written = file.read_bytes()
    whole = written[: written.rfind(b"\n") + 1]
    os.truncate(file, len(whole))
    return str(json.loads(whole.splitlines()[-1])["resume_token"]) if whole else ""


def answers(token: str) -> Iterator[telemetry_pb2.WatchReadingsResponse]:
    # HAIDANG_API_ADDRESS and HAIDANG_TOKEN; over TLS, HAIDANG_API_AUTHORITY too.
    with Client.from_environment() as client:
        request = telemetry_pb2.WatchReadingsRequest(devices=devices, resume_token=token)
        yield from client.telemetry.WatchReadings(request)


while True:
    try:
        for answer in answers(resume_token()):
            readings = [
                [one.series.device, one.series.channel, at, value]
                for one in answer.series
                for at, value in zip(one.readings.observed_at_ms, one.readings.value, strict=True)
            ]
            line = json.dumps({"resume_token": answer.resume_token, "readings": readings})
            with file.open("ab", buffering=0) as output:
                output.write(line.encode() + b"\n")  # readings and token together: both, or neither
    except grpc.RpcError as error:
        if error.code() not in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED):
            sys.exit(error.details())  # OUT_OF_RANGE: away for too long; docs/api.md says how to start again
        time.sleep(0.5)
