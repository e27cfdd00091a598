"""`haidang`, the command line of the centre: a client of its gRPC API.

Exit codes: 0 done, 1 failed, 2 not a valid request, 3 token refused, 4 not found, 5 not reachable,
130 interrupted.
"""

import sys
from typing import Annotated

import typer

from services.cli import (
    accounts,
    alarm_rules,
    alarms,
    areas,
    boards,
    commands,
    credentials,
    definitions,
    exporting,
    figures,
    importing,
    indicators,
    journal,
    maintenance,
    organisations,
    quarantine,
    readings,
    records,
    registering,
    replaying,
    series,
    storage,
    tokens,
    walls,
    words,
)
from services.cli.client import CommandError, Session
from services.cli.output import note
from services.cli.settings import client_settings, environment

app = typer.Typer(
    name="haidang",
    help=__doc__,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def connect(
    context: typer.Context,
    address: Annotated[str, typer.Option(help="gRPC API, host:port; else HAIDANG_API_ADDRESS.")] = "",
    lang: Annotated[str, typer.Option(help="vi or en; else that of LANG.", metavar="vi|en")] = "",
) -> None:
    """Hải Đăng. The token comes from HAIDANG_TOKEN; in a folder where `make run` runs, all is set."""
    if lang not in ("", "vi", "en"):
        raise typer.BadParameter("write vi or en", param_hint="--lang")
    variables = environment()
    context.obj = Session(client_settings(variables, address), words.language(lang, variables), variables)


for command in (readings.latest, readings.watch, accounts.ledger, accounts.revisions):
    app.command()(command)
app.command("range")(readings.range_)
app.command()(credentials.access)
app.command()(replaying.replay)
app.command()(series.query)
app.command()(exporting.export)
app.command("import")(importing.import_)
app.command()(storage.storage)
app.command()(tokens.whoami)
app.add_typer(tokens.app, name="token")
app.add_typer(areas.app, name="areas")
app.add_typer(organisations.app, name="organisations")
indicators.app.command()(definitions.plan)
indicators.app.command()(definitions.apply)
app.add_typer(indicators.app, name="indicators")
app.add_typer(figures.app, name="figures")
alarms.app.command()(alarm_rules.plan)
alarms.app.command()(alarm_rules.apply)
app.add_typer(alarms.app, name="alarms")
app.add_typer(journal.app, name="journal")
app.add_typer(maintenance.app, name="maintenance")
app.add_typer(journal.duty_app, name="duty")
app.add_typer(boards.app, name="boards")
app.add_typer(walls.app, name="walls")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(commands.app, name="command")
app.add_typer(records.app, name="records")
app.add_typer(registering.app, name="devices")
app.add_typer(credentials.app, name="credentials")


def main() -> None:
    """Runs a command; a failure is one clear sentence and an exit code."""
    try:
        app()
    except CommandError as error:
        note(str(error))
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
