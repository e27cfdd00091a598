"""What people are told of an alarm: Vietnamese first, English below. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.header import Header
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime

import msgspec

from services.alarms.domain import SEVERITY_WORDS, Alarm, Event
from services.alarms.roster import Person
from services.records.dates import VIETNAM

# What people are told without asking while nobody has answered; CLEAR only those who were told before.
TOLD: dict[Event, tuple[str, str]] = {
    Event.RAISE: ("Phát sinh", "Raised"),
    Event.WORSEN: ("Nặng thêm", "Worse"),
    Event.ESCALATE: ("Chưa ai tiếp nhận, báo tiếp", "Unanswered, passed on"),
    Event.RELEASE: ("Còn tiếp diễn", "Still going on"),
    Event.UNSHELVE: ("Hết hạn tạm gác", "No longer shelved"),
    Event.CLEAR: ("Đã trở lại bình thường", "Back to normal"),
}


_CRLF = compat32.clone(linesep="\r\n")


class Words(msgspec.Struct, frozen=True):
    """What a rule says of itself in each language, and what the shift does."""

    vi: str
    en: str
    do_vi: str = ""
    do_en: str = ""


GROUP = Words(
    "Nhiều cảnh báo cùng nguyên nhân",
    "Many alarms of one cause",
    "Xử lý nguyên nhân chung; `haidang alarms list --group SỐ` cho biết gồm cảnh báo nào.",
    "Deal with what they have in common; `haidang alarms list --group NUMBER` tells which they are.",
)


class Notice(msgspec.Struct, frozen=True):
    """One notice, as it is kept and sent until it has arrived."""

    title_vi: str
    title_en: str
    text_vi: str
    text_en: str
    event: str
    alarm: int
    key: str
    rule: str
    severity: int  # 1 to 4
    state: str
    device: str
    area_code: str
    began_at: datetime
    raised_at: datetime
    changed_at: datetime


def notice_of(event: Event, at: datetime, alarm: Alarm, rule: Words, calling: Sequence[Person]) -> Notice:
    """The notice of a change; `calling`: whom to call, the nearest first."""
    severity_vi, severity_en = SEVERITY_WORDS[alarm.severity]
    said_vi, said_en = TOLD[event]
    return Notice(
        f"[{severity_vi}] {said_vi}: {rule.vi} – {alarm.subject}",
        f"[{severity_en}] {said_en}: {rule.en} – {alarm.subject}",
        _text(
            (str(alarm.explanation.get("vi", "")), f"Bắt đầu: {_clock(alarm.began_at)}"),
            ("Khu vực", alarm.area_code),
            ("Việc cần làm", rule.do_vi),
            ("Gọi", ", ".join(f"{one.vi} {one.phone}".strip() for one in calling)),
            f"Cảnh báo số {alarm.alarm}, lúc {_clock(at)}",
        ),
        _text(
            (str(alarm.explanation.get("en", "")), f"Began: {_clock(alarm.began_at)}"),
            ("Area", alarm.area_code),
            ("What to do", rule.do_en),
            ("Call", ", ".join(f"{one.vi} {one.phone}".strip() for one in calling)),
            f"Alarm {alarm.alarm}, at {_clock(at)}",
        ),
        str(event),
        alarm.alarm,
        alarm.key,
        alarm.rule,
        int(alarm.severity),
        str(alarm.state),
        alarm.device,
        alarm.area_code,
        alarm.began_at,
        alarm.raised_at,
        at,
    )


def mail_of(
    notice: Notice, delivery: int, attempt: int, is_repeated: bool, sender: str, to: str, at: datetime
) -> bytes:
    """A mail. All attempts have one Message-ID; one that may be there already says so."""
    title = f"[Gửi lại] {notice.title_vi}" if is_repeated else notice.title_vi
    again = "Gửi lại: có thể đã nhận trước đó. (Repeated: it may have arrived before.)\n\n"
    text = f"{notice.title_vi}\n\n{notice.text_vi}\n\n—\n{notice.title_en}\n\n{notice.text_en}\n"
    # compat32: the newer policies lose a blank where they fold a long Vietnamese header.
    message = MIMEText(again + text if is_repeated else text, "plain", "utf-8", policy=_CRLF)
    message["From"], message["To"] = sender, to
    message["Subject"] = Header(title, "utf-8", header_name="Subject")  # type: ignore[assignment]
    message["Date"] = format_datetime(at)
    host = sender.rpartition("@")[2].strip("> ") or "haidang"
    message["Message-ID"] = f"<haidang-{delivery}@{host}>"
    message["X-Haidang-Attempt"] = str(attempt)
    message["X-Haidang-Repeated"] = "true" if is_repeated else "false"
    return message.as_bytes()


def hook_of(notice: Notice, delivery: int, attempt: int, is_repeated: bool) -> bytes:
    """The body of a webhook: the notice, `notification` (the same in every attempt) and `repeated`."""
    told = {"notification": delivery, "attempt": attempt, "repeated": is_repeated}
    return msgspec.json.encode(told | msgspec.to_builtins(notice))


def _text(first: tuple[str, ...], *rest: tuple[str, str] | str) -> str:
    lines = [line for line in first if line]
    for one in rest:
        if isinstance(one, str):
            lines.append(one)
        elif one[1]:
            lines.append(f"{one[0]}: {one[1]}")
    return "\n".join(lines)


def _clock(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}"
