"""Arguments and options that commands about figures share."""

from typing import Annotated

import typer

PAGE = 5_000  # figures asked for at a time

Indicator = Annotated[str, typer.Argument(help="Id, for example PS-06.")]
Indicators = Annotated[list[str] | None, typer.Argument(help="Ids; none means all.")]
Kind = Annotated[str, typer.Option("--kind", "-k", help="province, area or organisation; else all.")]
Subject = Annotated[str, typer.Option("--subject", help="Code of an area or organisation.")]
Subjects = Annotated[list[str] | None, typer.Option("--subject", help="Code; may be there several times.")]
Breakdown = Annotated[str, typer.Option("--breakdown", "-b", help="field=value; else all together.")]
Period = Annotated[str, typer.Option("--period", "-p", help="day, month, quarter or year.")]
On = Annotated[str, typer.Option("--on", help="A day of the period, for example 2026-10-01.")]
Known = Annotated[str, typer.Option("--known", metavar="TIME", help="As known at this moment; else now.")]
Map = Annotated[
    str,
    typer.Option("--map", metavar="DAY", help="Areas restated to the map of this day; else as it was then."),
]
Breakdowns = Annotated[bool, typer.Option("--breakdowns", help="Those of breakdowns too.")]
