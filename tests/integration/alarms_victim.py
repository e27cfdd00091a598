"""A worker of alarms in a process of its own, until it is killed. Arguments: DSN, rules, now."""

import sys
import time
from datetime import datetime
from pathlib import Path

from services.alarms.follower import Follower
from services.alarms.rules import parse_rules
from services.alarms.settings import AlarmsSettings
from services.runtime.db import open_pool
from tests.integration.alarms_world import grounds


def main(dsn: str, rules: str, now: str) -> None:
    parsed, _ = parse_rules("test.toml", Path(rules).read_text(encoding="utf-8"))
    settings = AlarmsSettings(dsn=dsn, batch_facts=3)
    moment = datetime.fromisoformat(now)
    follower = Follower(open_pool(dsn, "victim"), grounds(settings, parsed), clock=lambda: moment)
    while True:
        follower.catch_up("telemetry")
        sys.stdout.write("followed\n")
        sys.stdout.flush()
        time.sleep(0.005)


if __name__ == "__main__":
    main(*sys.argv[1:])
