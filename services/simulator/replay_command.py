"""Owns `haidang replay`: options, progress, and the account in words or as JSON."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from services.simulator.accounts import SIX
from services.simulator.centre import CentreError
from services.simulator.credentials import CredentialsError, read_credentials
from services.simulator.mapping import MappingError
from services.simulator.replay import ReplayError, ReplayOptions, ReplayResult, replay
from services.simulator.replay_sender import SendError
from services.simulator.settings import BrokerSettings, CentreSettings

FAILED = 1
DOES_NOT_ADD_UP = 2
_STEPS = {"send": "sent", "account": "accounted for"}


def command(
    file: Annotated[Path, typer.Argument(help="CSV with a header line.")],
    mapping: Annotated[Path, typer.Option(help="What its columns mean: JSON or TOML.")],
    device: Annotated[str, typer.Option(help="As which device it is sent.")],
    register: Annotated[
        bool, typer.Option("--register", help="Make the device known first, as the mapping describes it.")
    ] = False,
    username: Annotated[str, typer.Option(help="MQTT user; default: the device.")] = "",
    password: Annotated[str, typer.Option(help="MQTT password; default: from the environment.")] = "",
    window: Annotated[int, typer.Option(min=1, max=5_000, help="Messages without a PUBACK.")] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON on standard output.")] = False,
) -> None:
    """Send a CSV through MQTT as a device would, and account for every line.

    Exit code 0: every line is accounted for; 1: it failed; 2: the account does not add up in time.
    """
    console = Console(stderr=True)
    try:
        options = _options(file, mapping, device, register, username, password, window)
        result = _with_progress(options, console)
    except (ReplayError, MappingError, CredentialsError, CentreError, SendError, OSError) as error:
        console.print(f"haidang replay: {error}", style="red", markup=False, highlight=False)
        raise typer.Exit(FAILED) from error
    if as_json:
        sys.stdout.write(json.dumps(as_dict(result), ensure_ascii=False) + "\n")
    else:
        _print(result, Console())
    if not result.adds_up:
        raise typer.Exit(DOES_NOT_ADD_UP)


def as_dict(result: ReplayResult) -> dict[str, object]:
    """The JSON form: counts of lines and readings, the ledger's six, and whether they add up."""
    survey = result.survey
    return {
        "device": result.device,
        "lines": survey.lines,
        "readings": survey.readings,
        "flagged_lines": survey.flagged,
        "unreadable_lines": survey.unreadable,
        "acknowledged": result.acknowledged,
        **result.account.as_dict(),
        "adds_up": result.adds_up,
        "seconds": round(result.seconds, 2),
        "unreadable": [{"line": number, "problem": problem} for number, problem in survey.problems],
    }


def _options(
    file: Path, mapping: Path, device: str, register: bool, username: str, password: str, window: int
) -> ReplayOptions:
    broker, centre = BrokerSettings(), CentreSettings()
    user = username or broker.mqtt_username or device
    return ReplayOptions(
        file=file,
        mapping=mapping,
        device=device,
        mqtt_host=broker.mqtt_host,
        mqtt_port=broker.mqtt_port,
        mqtt_username=user,
        mqtt_password=password or broker.mqtt_password or _password_of(user, broker),
        api_address=centre.api_address,
        token=centre.token,
        register=register,
        window=window,
    )


def _password_of(user: str, broker: BrokerSettings) -> str:
    """From the credentials file of the local stack, where there is one."""
    known = read_credentials(broker.simulator_credentials) if broker.simulator_credentials else {}
    if user not in known:
        raise ReplayError(f"no password for MQTT user {user!r}: set HAIDANG_MQTT_PASSWORD or use --password")
    return known[user]


def _with_progress(options: ReplayOptions, console: Console) -> ReplayResult:
    columns = (
        TextColumn("{task.description:<14}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(_STEPS[step], total=total)
            bar.update(tasks[step], completed=done)

        return replay(options, show)


def _print(result: ReplayResult, console: Console) -> None:
    survey = result.survey
    table = Table(title=f"{result.device}: {survey.lines} lines, {survey.readings} readings")
    table.add_column("became")
    table.add_column("readings", justify="right")
    for name in SIX:
        table.add_row(name, str(getattr(result.account, name)))
    table.add_section()
    table.add_row("sum of the six", str(result.account.accounted))
    console.print(table)
    for number, problem in survey.problems:
        console.print(f"line {number} was sent as its text: {problem}", markup=False, highlight=False)
    if result.adds_up:
        console.print("Every reading is accounted for.")
    else:
        console.print(
            f"NOT accounted for: {survey.readings - result.account.received} of {survey.readings}. Either "
            "somebody else sent as this device, or the broker does not let this user publish for it, or the "
            "gateway is away; what was sent waits there, and a second replay changes nothing.",
            style="red",
        )
