"""`haidang figures`: indicators computed from records, what they were made from, and what changed them."""

import typer

from services.cli import figures_receipts, figures_scores, figures_values

app = typer.Typer(help="Indicators from records: values, receipts, changes, reports.", no_args_is_help=True)

for command in (
    figures_values.definitions,
    figures_values.series,
    figures_values.compare,
    figures_values.watch,
    figures_receipts.versions,
    figures_receipts.explain,
    figures_receipts.changes,
    figures_receipts.export,
    figures_scores.scores,
    figures_scores.late,
):
    app.command()(command)
app.command("show")(figures_values.show_figures)
