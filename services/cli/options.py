"""Options and arguments that several commands share."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from services.cli.client import Session
from services.cli.times import parse_ahead, parse_time, to_timestamp


def session_of(context: typer.Context) -> Session:
    """The session that the main command prepared."""
    session = context.obj
    assert isinstance(session, Session)
    return session


def moment(text: str) -> datetime:
    """The time that an option names."""
    try:
        return parse_time(text, datetime.now(UTC))
    except (ValueError, OverflowError):
        raise typer.BadParameter(
            f"{text!r}: write now, 24h (ago), 22:00, 2026-11-20 or 2026-11-20T08:30 (Asia/Ho_Chi_Minh)"
        ) from None


def moment_ahead(text: str, option: str) -> datetime:
    """The time, rather one that is to come, that an option names."""
    try:
        return parse_ahead(text, datetime.now(UTC))
    except (ValueError, OverflowError):
        detail = f"{text!r}: write 2h (ahead), 22:00, 2026-11-20 or 2026-11-20T08:30 (Asia/Ho_Chi_Minh)"
        raise typer.BadParameter(detail, param_hint=option) from None


def set_moments(request: Any, **texts: str) -> None:
    """Sets a request's fields to the times that options name; an empty one leaves its field out."""
    for field, text in texts.items():
        if text:
            getattr(request, field).CopyFrom(to_timestamp(moment(text)))


AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Devices = Annotated[list[str] | None, typer.Argument(help="Devices; none means all.")]
AlsoDevices = Annotated[list[str] | None, typer.Option("--device", "-d", help="The same as an argument.")]
OneDevice = Annotated[str, typer.Option("--device", "-d", help="Only this device.")]
Start = Annotated[
    str, typer.Option("--start", "-s", metavar="TIME", help="Inclusive: 24h (ago), 2026-11-20, ISO 8601.")
]
End = Annotated[str, typer.Option("--end", "-e", metavar="TIME", help="Exclusive.")]
Until = Annotated[
    str, typer.Option("--until", metavar="TIME", help="2h (ahead), 22:00 (the next), ISO 8601.")
]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, help="Most rows to show.")]
Known = Annotated[str, typer.Option("--known", metavar="TIME", help="As it was known at this time.")]
