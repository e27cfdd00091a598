"""Prints readings as they are stored, over restarts of either side: `python watch_readings.py FILE [COUNT]`.

FILE keeps the resume token, so that the next run goes on where this one ended. COUNT ends it after so many.
"""

import os
import sys
from itertools import count
from pathlib import Path

from haidang_client import Client

kept, beside = Path(sys.argv[1]), Path(f"{sys.argv[1]}.new")
most = int(sys.argv[2]) if len(sys.argv) > 2 else None
token = kept.read_text() if kept.exists() else ""
numbers = count(1)

with Client.from_environment() as client:
    for response in client.watch_readings(resume_token=token):
        done = False
        for one in response.series:
            for value in one.readings.value:
                print(f"{one.series.device} {one.series.channel} {value:g}", flush=True)
                done = next(numbers) == most or done
        # After what it stands for was dealt with, and in one step: killed in between, we have the old one.
        beside.write_text(response.resume_token)
        os.replace(beside, kept)
        if done:
            break
