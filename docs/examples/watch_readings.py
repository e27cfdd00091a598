"""Prints readings as they are stored, over restarts of either side: `python watch_readings.py FILE [COUNT]`.

FILE keeps the resume token, so that the next run goes on where this one ended. COUNT ends it after so many.
"""

import sys
from itertools import count
from pathlib import Path

from haidang_client import Client

kept = Path(sys.argv[1])
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
        kept.write_text(response.resume_token)  # after what it stands for was dealt with
        if done:
            break
