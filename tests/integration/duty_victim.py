"""A notifier in a process of its own, until it is killed. Arguments: those of main."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path

from services.alarms.delivering import Delivery
from services.alarms.duty_settings import DutySettings
from services.alarms.notifier import Notifier
from services.alarms.roster import parse_roster
from services.alarms.schedule import WorkingTime
from services.alarms.sending import Sender, Sent
from services.records.catalogue import CALENDAR, load_calendar
from services.runtime.db import open_pool


class Hanging(Sender):
    """Sends, says so, and never comes back: the moment between sending and recording."""

    def send(self, one: Delivery, secret: str, now: datetime) -> Sent:
        super().send(one, secret, now)
        say("sent")
        while True:
            time.sleep(60)


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(dsn: str, roster: str, smtp_port: str, now: str, manner: str) -> None:
    settings = DutySettings(smtp_host="127.0.0.1", smtp_port=int(smtp_port), smtp_security="none")
    parsed, moment = parse_roster(Path(roster).read_text(encoding="utf-8")), datetime.fromisoformat(now)
    notifier = Notifier(
        open_pool(dsn, "duty-victim"),
        lambda: parsed,
        WorkingTime(load_calendar(CALENDAR)),
        (Hanging if manner == "hang" else Sender)(settings),
        clock=lambda: moment,
    )
    say("began")
    while True:
        notifier.turn()
        time.sleep(0.005)


if __name__ == "__main__":
    main(*sys.argv[1:])
