"""How long both real maps take: 14,149 units, the words about two provinces, the boundaries of one.

`python -m tests.load.bench_areas` prints one line of JSON:
areas_s        seconds of `haidang areas apply` on an empty map, its process and the API's included
areas_again_s  the same once more, which changes nothing
Null where the published lists are not beside the checkout.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from services.registry.tokens import issue
from tests.fixtures.ports import free_port
from tests.fixtures.real_maps import write_map
from tests.load.bench_ingest_world import CHECKOUT, STORES, new_world

SCOPES = ("areas.write",)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--store", choices=STORES, default="postgres")
    world = new_world(parser.parse_args().store)
    port = free_port()
    try:
        world.start()
        with psycopg.connect(world.dsns("haidang")["registry"]) as connection:
            token = issue(connection, "bench-areas", SCOPES, None)
        world.more["api"] = {"HAIDANG_API_PORT": str(port)}
        world.launch("api")
        world.wait_http("api", "/ready")
        address = f"127.0.0.1:{port}"
        print(json.dumps({"areas_s": areas_s(address, token), "areas_again_s": areas_s(address, token)}))
    finally:
        world.stop()


def areas_s(address: str, token: str) -> float | None:
    """Seconds until both maps are in, by the command line; None where there are no lists.

    `token` holds SCOPES at the API that serves `address`.

    Raises:
        subprocess.CalledProcessError: the command failed; its standard error was passed on.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = write_map(Path(folder))
        if file is None:
            print("the published lists are not beside the checkout", file=sys.stderr)
            return None
        variables = {
            **os.environ,
            "HAIDANG_API_ADDRESS": address,
            "HAIDANG_TOKEN": token,
            "PYTHONPATH": os.pathsep.join(
                map(str, (CHECKOUT, CHECKOUT / "protos/gen", CHECKOUT / "clients/python"))
            ),
        }
        begin = time.monotonic()
        subprocess.run(
            [sys.executable, "-m", "services.cli", "areas", "apply", str(file), "--json"],
            cwd=CHECKOUT,
            env=variables,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        return round(time.monotonic() - begin, 2)


if __name__ == "__main__":
    main()
