"""Who is on duty when, for what, and whom they call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.alarms.delivering import GIVEN_UP_AFTER, Delivery, Outcome, begun, ended, wait_after
from services.alarms.domain import Alarm, Event, Severity, State
from services.alarms.notice import Words, mail_of, notice_of
from services.alarms.roster import BadRoster, Roster, called, escalates_at, parse_roster
from services.alarms.roster_file import RosterFile
from services.alarms.schedule import WorkingTime
from services.records.catalogue import CALENDAR, load_calendar

MONDAY_9 = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # 09:00 in Việt Nam
HOUR = timedelta(hours=1)
WORKING = WorkingTime(load_calendar(CALENDAR))
PEOPLE = """
[[person]]
account = "an"
vi = "An"
phone = "1"
[[person]]
account = "binh"
vi = "Bình"
phone = "2"
[[person]]
account = "chi"
vi = "Chi"
phone = "3"
[[turn]]
id = "night"
people = ["an", "binh"]
since = 2026-03-02
days = 7
at = "21:00"
"""
ALARM = Alarm(
    7, "k", "pm25_high", 1, "channel", "air-1/pm25", "air-1", "22333", State.RAISED, Severity.WARNING,
    Severity.WARNING, MONDAY_9, MONDAY_9,
)  # fmt: skip
ABOVE = {"22333", "56"}


def roster(*duties: str) -> Roster:
    head = '[[duty]]\nid = "d{}"\nvi = "Trực"\nen = "Duty"\n'
    return parse_roster(PEOPLE + "\n".join(head.format(n) + text for n, text in enumerate(duties)))


def on(one: Roster, at: datetime) -> list[str]:
    return [duty.id for duty in one.on_duty(WORKING, at)]


def who(one: Roster, alarm: Alarm = ALARM, at: datetime = MONDAY_9) -> list[str]:
    return [each.person.account for each in called(one, one.on_duty(WORKING, at), alarm, ABOVE, at)]


def test_working_time_and_all_other_time() -> None:
    one = roster(
        'steps = [["an"]]\nwhen = {working_time = true}', 'steps = [["binh"]]\nwhen = {working_time = false}'
    )
    assert on(one, MONDAY_9) == ["d0"]
    assert on(one, MONDAY_9 + 12 * HOUR) == ["d1"]
    assert on(one, datetime(2026, 4, 30, 2, 0, tzinfo=UTC)) == ["d1"]  # a Thursday, and a holiday
    assert who(one) == ["an"]
    assert on(one, datetime(2126, 3, 4, 2, 0, tzinfo=UTC)) == [
        "d0",
        "d1",
    ]  # beyond the calendar


def test_hours_over_midnight_and_days_of_validity() -> None:
    night = roster(
        'steps = [["an"]]\nwhen = {hours = ["21:00-06:00"]}\nfrom = 2026-03-03\nuntil = 2026-03-04'
    )
    assert on(night, MONDAY_9 + 13 * HOUR) == []  # Monday, 22:00
    assert on(night, MONDAY_9 + 37 * HOUR) == ["d0"]
    assert on(night, MONDAY_9 + 44 * HOUR) == ["d0"]  # Wednesday, 05:00
    assert on(night, MONDAY_9 + 46 * HOUR) == []


def test_people_take_turns() -> None:
    one = roster('steps = [["night"]]')
    assert who(one, at=MONDAY_9 + 12 * HOUR) == ["an"]  # from 21:00 of the first day
    assert who(one, at=MONDAY_9 + 11 * HOUR) == ["binh"]
    assert who(one, at=MONDAY_9 + timedelta(days=7, hours=11)) == ["an"]
    assert who(one, at=MONDAY_9 + timedelta(days=7, hours=12)) == ["binh"]


@pytest.mark.parametrize(
    ("text", "is_called"),
    [
        ("", True),
        ('areas = ["56"]', True),
        ('areas = ["79"]', False),
        ('rules = ["pm25_*"]', True),
        ('rules = ["noise_*"]', False),
        ('devices = ["air-*"]', True),
        ('devices = ["noise-*"]', False),
        ('datasets = ["onestop.*"]', False),
        ('devices = ["air-*"]\ndatasets = ["onestop.*"]', True),
        ('severity_from = "warning"', True),
        ('severity_from = "serious"', False),
    ],
)
def test_what_a_duty_looks_after(text: str, is_called: bool) -> None:
    assert who(roster(f'steps = [["an"]]\n{text}')) == (["an"] if is_called else [])


def test_sources_are_looked_after_by_their_datasets() -> None:
    late = replace(ALARM, subject_kind="dataset", subject="onestop.dossiers H32.05", device="", area_code="")
    assert who(roster('steps = [["an"]]\ndatasets = ["onestop.*"]'), late) == ["an"]


def test_escalation_calls_the_next_step_and_stays_at_the_last() -> None:
    one = roster('steps = [["an"], ["binh"]]\nescalate = "15m"', 'steps = [["an", "chi"]]')
    assert who(one) == ["an", "chi"]
    once = replace(ALARM, escalations=1, unanswered_since=MONDAY_9 + HOUR)
    assert who(one, once) == ["binh", "an", "chi"]
    assert who(one, replace(once, escalations=5)) == ["binh", "an", "chi"]
    assert escalates_at(one.duties, ALARM, ABOVE) == MONDAY_9 + timedelta(minutes=15)
    assert escalates_at(one.duties, once, ABOVE) is None


@pytest.mark.parametrize(
    ("duty", "fault"),
    [
        ("steps = []", "duty d0: steps"),
        ('steps = [["nobody"]]', "duty d0: nobody is called 'nobody'"),
        ('steps = [["an"]]\nwhen = {hours = ["21:00"]}', "duty d0: a span of hours"),
        ('steps = [["an"]]\nwhen = {days = [0]}', "duty d0: when: days are 1 to 7"),
        (
            'steps = [["an"]]\nwhen = {hours = ["21:00-22:00"], working_time = true}',
            "duty d0: when: hours, or",
        ),
        ('steps = [["an"]]\nescalate = "soon"', "duty d0: escalate"),
        ('steps = [["an"]]\nother = 1', "unknown field `other`"),
    ],
)
def test_a_roster_that_cannot_be_one_names_its_faults(duty: str, fault: str) -> None:
    with pytest.raises(BadRoster, match=fault):
        roster(duty)


def test_a_mailbox_has_an_address() -> None:
    with pytest.raises(BadRoster, match="person an: mail: not an address"):
        parse_roster("duty = []\n" + PEOPLE.replace('phone = "1"', 'mail = "ăn@example.vn"'))


def test_all_faults_are_told_at_once() -> None:
    twice = '[[person]]\naccount = "an"\nvi = "An"\n' + PEOPLE.replace('at = "21:00"', 'at = "9"')
    with pytest.raises(BadRoster) as refused:
        parse_roster(f"duty = []\n{twice}")
    assert "an: is there twice" in str(refused.value)
    assert "person an: neither phone, mail nor webhook" in str(refused.value)
    assert "turn night: a span of hours" in str(refused.value)


def test_a_roster_may_be_exchanged_and_a_faulty_one_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "roster.toml"
    file = RosterFile(path)
    assert file.current().duties == ()
    text = PEOPLE + '[[duty]]\nid = "d"\nvi = "Trực"\nen = "Duty"\nsteps = [["an"]]\n'
    path.write_text(text, encoding="utf-8")
    assert [one.id for one in file.current().duties] == ["d"]
    path.write_text("nonsense", encoding="utf-8")
    assert [one.id for one in file.current().duties] == ["d"]
    path.write_text(text.replace('"d"', '"other"'), encoding="utf-8")
    assert [one.id for one in file.current().duties] == ["other"]
    path.unlink()
    assert [one.id for one in file.current().duties] == ["other"]


NOTICE = notice_of(Event.RAISE, MONDAY_9, ALARM, Words("PM2.5 cao", "High PM2.5"), [])
DELIVERY = Delivery(3, 7, "an", "mail", "an@example.vn", NOTICE, MONDAY_9, MONDAY_9)


def test_only_what_may_have_arrived_is_repeated() -> None:
    refused = ended(DELIVERY, Outcome.REFUSED, "451", MONDAY_9)
    assert (refused.may_have_arrived, refused.attempts, refused.state) == (False, 1, "waiting")
    uncertain = ended(refused, Outcome.UNCERTAIN, "timeout", MONDAY_9)
    assert (uncertain.may_have_arrived, uncertain.attempts) == (True, 2)
    assert ended(uncertain, Outcome.REFUSED, "451", MONDAY_9).may_have_arrived
    assert begun(DELIVERY, MONDAY_9).may_have_arrived
    assert ended(uncertain, Outcome.DELIVERED, "", MONDAY_9 + HOUR).state == "delivered"
    assert ended(uncertain, Outcome.REFUSED, "451", MONDAY_9 + GIVEN_UP_AFTER).state == "given_up"


def test_waits_double_up_to_ten_minutes() -> None:
    waits = [wait_after(attempts) / timedelta(seconds=1) for attempts in (1, 2, 3, 7, 8, 500)]
    assert waits == [5, 10, 20, 320, 600, 600]


def test_a_mail_has_one_id_and_says_that_it_is_repeated() -> None:
    first = mail_of(NOTICE, 3, 1, False, "ioc@example.vn", "an@example.vn", MONDAY_9)
    again = mail_of(NOTICE, 3, 2, True, "ioc@example.vn", "an@example.vn", MONDAY_9)
    assert b"Message-ID: <haidang-3@example.vn>\r\n" in first
    assert b"Message-ID: <haidang-3@example.vn>\r\n" in again
    assert (b"X-Haidang-Repeated: false" in first, b"X-Haidang-Repeated: true" in again) == (True, True)
    assert all(len(line) < 998 for line in first.split(b"\r\n"))
