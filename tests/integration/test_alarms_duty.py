"""Who is told of an alarm, and that they are: at least once, marked when repeated, whatever is killed."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from services.alarms import store_alarms, store_duty, store_journal, telling
from services.alarms.domain import Act, Event
from services.alarms.duty_settings import DutySettings
from services.alarms.notifier import Notifier
from services.alarms.roster import parse_roster
from services.alarms.sending import Sender
from services.runtime import outbox
from tests.fixtures.servers import Database
from tests.fixtures.sinks import Sink, http_sink, smtp_sink
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually
from tests.integration.alarms_world import START, World, device

pytestmark = pytest.mark.one_store("what people are told is in tables that both keep alike")

DEVICES = [f"a{number}" for number in range(8)]
ROSTER = """
[[person]]
account = "lan"
vi = "Nguyễn Thị Lan"
phone = "0901 000 001"
mail = "lan@example.vn"

[[person]]
account = "sms"
vi = "Cổng SMS"
webhook = "HOOK"
secret = "sms"

[[person]]
account = "lead"
vi = "Trưởng ca"
phone = "0901 000 009"
mail = "lead@example.vn"

[[duty]]
id = "centre"
vi = "Trực Trung tâm"
en = "Duty of the centre"
areas = ["56"]
severity_from = "warning"
steps = [["lan", "sms"], ["lead"]]
escalate = "15m"
"""


class Duty:
    """A notifier over a world, with sinks behind it."""

    def __init__(self, world: World, folder: Path, hook: Sink, mail: Sink) -> None:
        self.world, self.hook, self.mail, self.folder = world, hook, mail, folder
        (folder / "sms").write_text("s3cret\n", encoding="ascii")
        self.file = folder / "roster.toml"
        self.file.write_text(ROSTER.replace("HOOK", hook.url), encoding="utf-8")
        self.settings = DutySettings(
            smtp_host="127.0.0.1", smtp_port=mail.port, smtp_security="none", secrets=folder, timeout_s=2
        )
        self.notifier = self.new_notifier()
        self.turn()

    def new_notifier(self) -> Notifier:
        roster = parse_roster(self.file.read_text(encoding="utf-8"))
        return Notifier(
            self.world.pools["alarms"],
            lambda: roster,
            self.world.grounds.working,
            Sender(self.settings),
            clock=lambda: self.world.now,
        )

    def number(self) -> None:
        """What the relay does: facts get their positions."""
        with self.world.as_role("alarms") as connection:
            outbox.assign_positions(connection, "alarms", 1_000)

    def turn(self, minute: float | None = None) -> None:
        if minute is not None:
            self.world.now = START + timedelta(minutes=minute)
        self.number()
        self.notifier.turn()

    def arrived(self) -> int:
        return len(self.hook.bodies) + len(self.mail.mails)

    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mail.mails]

    def log(self) -> list[tuple[Any, ...]]:
        with self.world.as_role("alarms") as connection:
            return connection.execute(
                "SELECT way, attempt, outcome, repeated FROM alarms.delivery_log"
                " JOIN alarms.deliveries USING (delivery) ORDER BY line"
            ).fetchall()

    def journal(self) -> list[tuple[str, str, str]]:
        with self.world.as_role("alarms") as connection:
            found = store_journal.entries(connection, None, None, 1_000)[::-1]
        return [(str(one.draft.kind), one.draft.by, one.draft.text) for one in found]

    def act(self, event: Event, **act: Any) -> None:
        with self.world.as_role("alarms") as connection:
            number = self.world.alarms()[0].alarm
            store_alarms.transition(connection, number, event, Act(self.world.now, **act), "t")


@pytest.fixture
def duty(database: Database, tmp_path: Path) -> Iterator[Duty]:
    world = World(database)
    world.provision(*(device(name) for name in DEVICES))
    with http_sink() as hook, smtp_sink() as mail:
        yield Duty(world, tmp_path, hook, mail)
    world.close()


def test_who_is_on_duty_is_told_in_vietnamese_first(duty: Duty) -> None:
    duty.world.say("a0", 1, 150.0)
    duty.turn()
    duty.turn()
    (mail,), (body,) = duty.mail.mails, duty.hook.bodies
    assert mail["To"] == "lan@example.vn"
    assert mail["Subject"] == "[Cảnh báo] Phát sinh: PM2.5 cao – a0/pm25"
    text = mail.get_content()
    assert "Gọi: Nguyễn Thị Lan 0901 000 001, Trưởng ca 0901 000 009" in text
    assert text.index("Cảnh báo") < text.index("[Warning] Raised: High PM2.5")
    assert mail["X-Haidang-Repeated"] == "false"
    assert body["title_vi"] == mail["Subject"]
    assert (body["repeated"], body["attempt"], body["event"]) == (False, 1, "raise")
    assert duty.hook.headers[0]["Authorization"] == "Bearer s3cret"
    assert sorted(duty.log()) == [
        ("mail", 1, "begun", False),
        ("mail", 1, "delivered", False),
        ("webhook", 1, "begun", False),
        ("webhook", 1, "delivered", False),
    ]


def test_what_nobody_answers_goes_to_the_next_step_and_the_end_to_all_who_were_told(duty: Duty) -> None:
    duty.world.say("a0", 1, 150.0)
    duty.turn(1)
    duty.turn(15)
    assert len(duty.mail.mails) == 1
    duty.turn(16.1)
    duty.turn()
    assert [mail["To"] for mail in duty.mail.mails] == ["lan@example.vn", "lead@example.vn"]
    assert duty.subjects()[1] == "[Cảnh báo] Chưa ai tiếp nhận, báo tiếp: PM2.5 cao – a0/pm25"
    duty.turn(60)
    duty.turn()
    assert len(duty.mail.mails) == 2  # there is no third step
    duty.act(Event.ACKNOWLEDGE, by="lead", note="đang xử lý")
    duty.world.say("a0", 61, 20.0)
    duty.turn()
    assert sorted(mail["To"] for mail in duty.mail.mails[2:]) == ["lan@example.vn", "lead@example.vn"]
    assert duty.hook.bodies[-1]["event"] == "clear"
    assert duty.journal() == [
        ("escalate", "", "PM2.5 cao – a0/pm25"),
        ("acknowledge", "lead", "PM2.5 cao – a0/pm25: đang xử lý"),
    ]


def test_a_shelf_that_ends_is_told_of(duty: Duty) -> None:
    duty.world.say("a0", 1, 150.0)
    duty.turn()
    duty.act(Event.SHELVE, by="lan", note="bảo trì", until=START + timedelta(minutes=5))
    duty.turn(4)
    assert len(duty.mail.mails) == 1
    duty.world.pass_to(6)
    duty.turn()
    assert duty.subjects()[1:] == ["[Cảnh báo] Hết hạn tạm gác: PM2.5 cao – a0/pm25"]
    assert [kind for kind, _, _ in duty.journal()] == ["shelve"]


def test_an_answered_alarm_goes_no_further(duty: Duty) -> None:
    duty.world.say("a0", 1, 150.0)
    duty.turn()
    duty.act(Event.ACKNOWLEDGE, by="lan")
    duty.turn(40)
    duty.turn()
    assert len(duty.mail.mails) == 1


def test_servers_that_refuse_or_are_away_are_asked_again_with_back_off(duty: Duty) -> None:
    duty.mail.code, duty.hook.status = 451, 503
    duty.world.say("a0", 1, 150.0)
    duty.turn(1)
    duty.turn(1 + 4 / 60)
    assert (len(duty.hook.bodies), len(duty.log())) == (1, 4)
    duty.turn(1 + 6 / 60)
    assert len(duty.log()) == 8
    duty.mail.code, duty.hook.status = 250, 200
    duty.turn(1 + 17 / 60)
    # A mail that was refused did not arrive; a server that broke down may have passed a webhook on.
    assert duty.subjects() == ["[Cảnh báo] Phát sinh: PM2.5 cao – a0/pm25"]
    assert [body["repeated"] for body in duty.hook.bodies] == [False, True, True]
    assert len({body["notification"] for body in duty.hook.bodies}) == 1
    duty.turn(30)
    assert len(duty.hook.bodies) == 3


def test_what_is_given_up_after_a_day_is_in_the_journal(duty: Duty) -> None:
    duty.mail.code = 550
    duty.world.say("a0", 1, 150.0)
    duty.turn(1)
    duty.act(Event.ACKNOWLEDGE, by="lan")
    duty.turn(24 * 60 + 2)
    kinds = [entry for entry in duty.journal() if entry[0] == "undelivered"]
    assert len(kinds) == 1
    assert "→ lan (mail): (550" in kinds[0][2]
    duty.mail.code = 250
    duty.turn(25 * 60)
    assert duty.mail.mails == []


@pytest.mark.parametrize(
    ("said", "instead", "entries"),
    [
        ('areas = ["56"]', 'areas = ["79"]', [("unattended", "", "PM2.5 cao – a0/pm25")]),
        ('severity_from = "warning"', 'severity_from = "serious"', []),  # they do not want to be told of it
    ],
)
def test_an_alarm_for_which_nobody_is_on_duty_is_in_the_journal(
    duty: Duty, said: str, instead: str, entries: list[object]
) -> None:
    duty.file.write_text(duty.file.read_text().replace(said, instead))
    duty.notifier = duty.new_notifier()
    duty.world.say("a0", 1, 150.0)
    duty.turn()
    assert (duty.journal(), duty.arrived()) == (entries, 0)


def test_lost_facts_lose_nobody_anything(duty: Duty) -> None:
    duty.world.say("a0", 1, 150.0)
    duty.world.say("a1", 1.5, 150.0)
    duty.number()
    with duty.world.as_role("alarms") as connection:
        connection.execute("DELETE FROM alarms.outbox WHERE position = 1")
    duty.turn()
    duty.turn()
    assert len(duty.mail.mails) == 2
    with duty.world.as_role("alarms") as connection:
        checkpoint = store_duty.checkpoint(connection)
        assert checkpoint is not None
        assert checkpoint.position == outbox.head(connection, telling.LOG)


class Killed(BaseException):
    """The worker is gone: nothing that it had not committed is there."""


def test_a_worker_that_is_killed_while_it_tells_loses_nobody_anything(
    duty: Duty, monkeypatch: pytest.MonkeyPatch
) -> None:
    duty.world.say("a0", 1, 150.0)
    duty.world.say("a1", 1.5, 150.0)
    duty.number()
    whole = store_duty.plan

    def dies(*args: Any) -> None:
        whole(*args)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(store_duty, "plan", dies)
        with pytest.raises(Killed):
            duty.notifier.turn()
    duty.notifier = duty.new_notifier()
    duty.turn()
    assert sorted(subject[-7:] for subject in duty.subjects()) == ["a0/pm25", "a1/pm25"]


def victim(database: Database, duty: Duty, minute: float, manner: str) -> subprocess.Popen[bytes]:
    now = START + timedelta(minutes=minute)
    arguments = [sys.executable, "-m", "tests.integration.duty_victim", database.dsn("alarms")]
    arguments += [str(duty.file), str(duty.mail.port), now.isoformat(), manner]
    started = subprocess.Popen(arguments, stdout=subprocess.PIPE)
    assert started.stdout is not None
    assert started.stdout.readline() == b"began\n"
    return started


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_a_worker_that_is_killed_between_sending_and_recording_repeats_and_says_so(
    duty: Duty, database: Database
) -> None:
    duty.file.write_text(duty.file.read_text().replace('["lan", "sms"]', '["lan"]'))
    duty.notifier = duty.new_notifier()
    duty.world.say("a0", 1, 150.0)
    duty.number()
    process = victim(database, duty, 1, "hang")
    assert process.stdout is not None
    assert process.stdout.readline() == b"sent\n"
    end(process)
    duty.turn(1.5)
    assert len(duty.mail.mails) == 1  # the attempt may still be under way
    duty.turn(2.1)
    duty.turn(30)
    assert duty.subjects()[:2] == [
        "[Cảnh báo] Phát sinh: PM2.5 cao – a0/pm25",
        "[Gửi lại] [Cảnh báo] Phát sinh: PM2.5 cao – a0/pm25",
    ]
    first, again = duty.mail.mails[:2]
    assert first["Message-ID"] == again["Message-ID"]
    assert (first["X-Haidang-Repeated"], again["X-Haidang-Repeated"]) == ("false", "true")
    assert duty.log()[:3] == [
        ("mail", 1, "begun", False),
        ("mail", 2, "begun", True),
        ("mail", 2, "delivered", True),
    ]


def test_killed_at_any_moment_nothing_is_lost_and_what_comes_twice_says_so(
    duty: Duty, database: Database
) -> None:
    chance = random.Random(11)
    for step in range(1, 13):  # each device is high and low in turn, so all is told anew each time
        for name in DEVICES:
            duty.world.say(name, step / 10, 150.0 if step % 2 else 20.0)
    duty.number()
    planned = 8 * 12 * 2
    for kill in range(5):
        wanted = duty.arrived() + chance.randint(1, 15)
        process = victim(database, duty, 2 + 2 * kill, "")
        eventually(lambda: duty.arrived() >= wanted, because=f"{wanted=}")  # noqa: B023
        end(process)
    assert duty.arrived() < planned  # else they were killed too late
    for minute in (15, 17, 19):
        duty.turn(minute)

    posted = Counter(body["notification"] for body in duty.hook.bodies)
    mailed = Counter(str(mail["Message-ID"]) for mail in duty.mail.mails)
    assert len(posted) + len(mailed) == planned
    seen: set[object] = set()
    for number, repeated in [
        *((body["notification"], body["repeated"]) for body in duty.hook.bodies),
        *((str(mail["Message-ID"]), mail["X-Haidang-Repeated"] == "true") for mail in duty.mail.mails),
    ]:
        assert repeated or number not in seen
        seen.add(number)


def test_the_worker_process_tells_people(stack: Stack, database: Database, tmp_path: Path) -> None:
    """From a reading by relay and worker to a mail and a webhook, over sockets as eventlet makes them."""
    world = World(database)
    world.provision(device("a0"))
    with http_sink() as hook, smtp_sink() as mail:
        (tmp_path / "roster.toml").write_text(
            ROSTER.replace("HOOK", hook.url).replace('secret = "sms"', ""), encoding="utf-8"
        )
        stack.start("relay")
        worker = stack.start(
            "worker",
            HAIDANG_DUTY_ROSTER=str(tmp_path / "roster.toml"),
            HAIDANG_DUTY_SMTP_HOST="127.0.0.1",
            HAIDANG_DUTY_SMTP_PORT=str(mail.port),
            HAIDANG_DUTY_SMTP_SECURITY="none",
        )

        def began() -> bool:
            with world.as_role("alarms") as connection:
                return store_duty.checkpoint(connection) is not None

        eventually(began)
        world.now = datetime.now(UTC)
        world.store([("a0", world.now - timedelta(milliseconds=50), 150.0)])
        eventually(lambda: mail.mails and hook.bodies, timeout_s=30)
        assert mail.mails[0]["Subject"] == "[Cảnh báo] Phát sinh: PM2.5 cao – a0/pm25"
        assert hook.bodies[0]["title_vi"] == mail.mails[0]["Subject"]
        metrics = worker.http("/metrics")[1]
        assert 'haidang_duty_attempts_total{outcome="delivered",way="mail"} 1.0' in metrics
        assert worker.stop() == 0
    world.close()


@pytest.mark.parametrize(
    ("harm", "finding"),
    [
        ("UPDATE journal SET text = 'khác' WHERE entry = 3", (3, "altered")),
        ("DELETE FROM journal WHERE entry = 3", (3, "removed")),
        ("DELETE FROM journal WHERE entry = 5", (5, "removed")),
        ("UPDATE journal SET entry = CASE entry WHEN 2 THEN 14 ELSE 12 END WHERE entry IN (2, 4);"
         " UPDATE journal SET entry = entry - 10 WHERE entry > 10", (2, "reordered")),
    ],
)  # fmt: skip
def test_the_journal_tells_its_first_wrong_entry(
    duty: Duty, database: Database, harm: str, finding: tuple[int, str]
) -> None:
    duty.world.say("a0", 1, 150.0)
    for number in range(5):
        duty.act(Event.NOTE, by="lan", note=f"ghi chú {number}")
    duty.turn()
    with duty.world.as_role("alarms") as connection:
        head, wrong = store_journal.verify(connection, {})
        assert (head.entry, wrong) == (5, None)
    with pytest.raises(psycopg.errors.RaiseException), duty.world.as_role("alarms") as connection:
        connection.execute("DELETE FROM alarms.journal")
    with psycopg.connect(database.admin_dsn) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("SET search_path = alarms")
        admin.execute(harm)  # type: ignore[arg-type]
    with duty.world.as_role("alarms") as connection:
        _, wrong = store_journal.verify(connection, {})
    assert wrong is not None
    assert (wrong.entry, str(wrong.wrong)) == finding
