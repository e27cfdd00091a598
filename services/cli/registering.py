"""`haidang devices`: who is there; import, adopt, retire, replace; the life of each."""

import sys
from pathlib import Path
from typing import Annotated, Any

import grpc
import typer
from haidang_client import pages
from ioc.registry.v1 import registry_pb2 as pb
from ioc.telemetry.v1 import telemetry_pb2

from services.cli import words
from services.cli.client import EXIT_FAILED, EXIT_NOT_FOUND, CommandError, Session
from services.cli.directory import device_row, list_devices, state_name
from services.cli.options import AsJson, moment, session_of
from services.cli.output import Row, note, show
from services.cli.stubs import registry_stub, telemetry_stub
from services.cli.times import from_timestamp, to_timestamp

app = typer.Typer(help="Devices: who is there, who comes, who goes.")

Device = Annotated[str, typer.Argument(help="Device.")]
File = Annotated[Path, typer.Argument(help="CSV; `-` reads standard input.")]
Reason = Annotated[str, typer.Option("--reason", "-r", help="Kept in its history.")]


@app.callback(invoke_without_command=True)
def devices(
    context: typer.Context,
    kind: Annotated[str, typer.Option("--kind", "-k", help="Only this kind, for example air.")] = "",
    as_json: AsJson = False,
) -> None:
    """Devices with their place, state and channels."""
    if context.invoked_subcommand is not None:
        return
    session = session_of(context)
    with session.channel() as channel:
        rows = map(device_row, list_devices(session, channel, kind))
        show(rows, as_json=as_json, language=session.language)


@app.command("import")
def import_(
    context: typer.Context,
    file: File,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only.")] = False,
    as_json: AsJson = False,
) -> None:
    """Devices from a CSV file: the good lines go in, each bad one is told with its column."""
    session = session_of(context)
    with session.channel() as channel:
        request = pb.ImportDevicesRequest(csv=_content(file), dry_run=dry_run)
        answer = session.call(registry_stub(channel).ImportDevices, request)
    refused = [
        {"line": line.line, "device": line.device, "field": f.field, "reason": f.reason, "detail": f.detail}
        for line in answer.lines
        for f in line.faults
    ]
    if refused:
        show(refused, as_json=as_json, language=session.language)
    facts = {"written": answer.written, "refused": answer.refused}
    note(words.message("imported", session.language, **facts))
    if answer.refused:
        raise CommandError(words.message("some_refused", session.language), EXIT_FAILED)


@app.command()
def adopt(
    context: typer.Context,
    device: Device,
    like: Annotated[str, typer.Option("--like", help="A device of the same make: kind, channels, interval.")],
    name_vi: Annotated[str, typer.Option("--name-vi", help="Its Vietnamese name.")],
    longitude: Annotated[float, typer.Option("--longitude", help="Degrees, WGS 84.")],
    latitude: Annotated[float, typer.Option("--latitude", help="Degrees, WGS 84.")],
    name_en: Annotated[str, typer.Option("--name-en", help="Its English name.")] = "",
    area_code: Annotated[str, typer.Option("--area-code", help="Its commune.")] = "",
    shard: Annotated[str, typer.Option("--shard", help="Else that of --like.")] = "",
    since: Annotated[
        str, typer.Option("--since", metavar="TIME", help="Commissioned then; what is older is refused.")
    ] = "30d",
    as_json: AsJson = False,
) -> None:
    """Makes an unknown device known, shows its secret once, and replays what it sent before."""
    session = session_of(context)
    with session.channel() as channel:
        wanted = _alike(session, channel, like)
        wanted.device, wanted.name_vi, wanted.name_en = device, name_vi, name_en
        wanted.longitude, wanted.latitude, wanted.area_code = longitude, latitude, area_code
        wanted.shard = shard or wanted.shard
        wanted.state = pb.DEVICE_STATE_ACTIVE
        wanted.commissioned_at.CopyFrom(to_timestamp(moment(since)))
        answer = session.call(registry_stub(channel).AdoptDevice, pb.AdoptDeviceRequest(device=wanted))
        row: dict[str, str | int] = {"device": device, "username": device, "secret": answer.secret}
        show([row], as_json=as_json, language=session.language)  # at once: it is never shown again
        replayed = _replayed(session, channel, device)
    show([replayed], as_json=as_json, language=session.language)


@app.command()
def activate(context: typer.Context, device: Device, reason: Reason = "") -> None:
    """A provisioned or retired device is expected to report. It needs a credential."""
    _change(context, device, pb.DEVICE_ACTION_ACTIVATE, reason)


@app.command()
def retire(context: typer.Context, device: Device, reason: Reason = "") -> None:
    """A device no longer reports; its credential is revoked."""
    _change(context, device, pb.DEVICE_ACTION_RETIRE, reason)


@app.command()
def replace(
    context: typer.Context,
    device: Device,
    by: Annotated[str, typer.Option("--by", help="The registered device that takes over.")],
    reason: Reason = "",
) -> None:
    """Another device has taken over, for good; the old one's credential is revoked."""
    _change(context, device, pb.DEVICE_ACTION_REPLACE, reason, by)


@app.command()
def history(context: typer.Context, device: Device, as_json: AsJson = False) -> None:
    """The life of a device, oldest first."""
    session = session_of(context)
    with session.channel() as channel:
        request = pb.ListDeviceHistoryRequest(device=device)
        changes = session.call(registry_stub(channel).ListDeviceHistory, request).changes
    show(map(_change_row, changes), as_json=as_json, language=session.language)


def _alike(session: Session, channel: grpc.Channel, like: str) -> Any:
    for known in list_devices(session, channel):
        if known.device == like:
            return known
    raise CommandError(words.message("not_found", session.language, detail=like), EXIT_NOT_FOUND)


def _replayed(session: Session, channel: grpc.Channel, device: str) -> Row:
    """What became of everything that lies open in quarantine under this name."""
    counts = dict.fromkeys(
        ("replayed", "still_refused", "stored", "duplicate", "corrected", "conflicting"), 0
    )
    messages: Any = telemetry_pb2
    asked = messages.QuarantineFilter(device=device, reason="unknown_device")

    def ask(token: str) -> Any:
        request = messages.ReplayQuarantinedRequest(filter=asked, page_token=token)
        return session.call(telemetry_stub(channel).ReplayQuarantined, request)

    for page in pages(ask):
        for outcome in page.outcomes:
            counts["replayed" if outcome.outcome == "replayed" else "still_refused"] += 1
        for name in ("stored", "duplicate", "corrected", "conflicting"):
            counts[name] += getattr(page, name)
    return {"device": device, **counts}


def _change(context: typer.Context, device: str, action: int, reason: str, by: str = "") -> None:
    session = session_of(context)
    with session.channel() as channel:
        request = pb.ChangeDeviceStateRequest(
            device=device, action=pb.DeviceAction.Name(action), reason=reason, replaced_by=by
        )
        changed = session.call(registry_stub(channel).ChangeDeviceState, request).device
    show([device_row(changed)], as_json=False, language=session.language)


def _change_row(change: Any) -> Row:
    return {
        "at": from_timestamp(change.at),
        "was": state_name(change.was) if change.was else None,
        "state": state_name(change.state),
        "replaced_by": change.replaced_by or None,
        "reason": change.reason,
    }


def _content(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from None
