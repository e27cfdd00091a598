"""`haidang replay`: sends a CSV through MQTT as a device would, and shows the account of every line."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services import simulator
from services.cli import words
from services.cli.client import EXIT_FAILED, EXIT_UNAVAILABLE, EXIT_USAGE, CommandError, Session
from services.cli.options import AsJson, moment, session_of
from services.cli.output import note, show
from services.simulator.centre import CentreError
from services.simulator.credentials import CredentialsError
from services.simulator.mapping import MappingError
from services.simulator.replay import ReplayError, ReplayOptions, ReplayResult
from services.simulator.replay import replay as send_file
from services.simulator.replay_sender import SendError

DEFAULT_MQTT_PORT = 21883
SHIPPED = Path(simulator.__file__).parent / "mappings"
STEPS = {"send": "sending", "account": "accounting"}


def replay(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV file.", exists=True, dir_okay=False)],
    mapping: Annotated[
        str,
        typer.Option("--mapping", "-m", help="Mapping of its columns: a JSON file, or a shipped one's name."),
    ],
    device: Annotated[str, typer.Option("--device", "-d", help="Device to speak as.")],
    register: Annotated[bool, typer.Option("--register", help="Make the device known first.")] = False,
    ending: Annotated[
        str,
        typer.Option(
            "--ending",
            metavar="TIME",
            help="Move all lines by whole days, and send those up to this time: now, 2026-11-20T08:00.",
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Sends a CSV through MQTT as a device would. A second replay of a file stores nothing new.

    Broker and credentials: HAIDANG_MQTT_HOST, _PORT, _USERNAME (else the device), _PASSWORD (else the
    device's in the file HAIDANG_SIMULATOR_CREDENTIALS).
    """
    session = session_of(context)
    try:
        options = _options(session, file, mapping_file(mapping), device, register, ending)
        with _Bars(session) as bars:
            result = send_file(options, bars)
    except (ReplayError, MappingError, CredentialsError, OSError) as error:
        raise CommandError(str(error), EXIT_USAGE) from error
    except (CentreError, SendError) as error:
        raise CommandError(str(error), EXIT_UNAVAILABLE) from error
    _show(session, result, as_json)


def mapping_file(asked: str) -> Path:
    """The file that was named, or the shipped one of that name."""
    shipped = SHIPPED / f"{asked}.json"
    return shipped if not Path(asked).exists() and shipped.is_file() else Path(asked)


def _options(
    session: Session, file: Path, mapping: Path, device: str, register: bool, ending: str
) -> ReplayOptions:
    variables = session.variables
    credentials = variables.get("HAIDANG_SIMULATOR_CREDENTIALS")
    return ReplayOptions(
        file=file,
        mapping=mapping,
        device=device,
        mqtt_host=variables.get("HAIDANG_MQTT_HOST", "127.0.0.1"),
        mqtt_port=int(variables.get("HAIDANG_MQTT_PORT", DEFAULT_MQTT_PORT)),
        mqtt_username=variables.get("HAIDANG_MQTT_USERNAME") or device,
        mqtt_password=variables.get("HAIDANG_MQTT_PASSWORD", ""),
        credentials_file=Path(credentials) if credentials else None,
        api_address=session.settings.address,
        token=session.settings.token,
        register=register,
        ending_ms=round(moment(ending).timestamp() * 1_000) if ending else None,
    )


class _Bars:
    """Progress bars of the steps, on standard error."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._tasks = {
            step: self._progress.add_task(words.message(key, session.language), total=None, start=False)
            for step, key in STEPS.items()
        }

    def __enter__(self) -> "_Bars":
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def __call__(self, step: str, done: int, total: int) -> None:
        task = self._tasks[step]
        self._progress.start_task(task)
        self._progress.update(task, completed=done, total=total)


def _show(session: Session, result: ReplayResult, as_json: bool) -> None:
    account = result.account.as_dict()
    show([{"device": result.device, **account}], as_json=as_json, language=session.language)
    for number, problem in result.survey.problems:
        note(f"{number}: {problem}")
    if result.adds_up:
        note(words.message("adds_up", session.language, received=account["received"]))
        return
    raise CommandError(
        words.message(
            "does_not_add_up",
            session.language,
            sent=result.survey.readings,
            received=account["received"],
        ),
        EXIT_FAILED,
    )
