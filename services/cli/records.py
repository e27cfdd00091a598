"""`haidang records`: what the administrative systems hand in, what became of it, and what stands."""

import typer

from services.cli import (
    records_batches,
    records_handing_in,
    records_late,
    records_pull,
    records_standing,
    records_subjects,
)

app = typer.Typer(no_args_is_help=True, help="Records of the administrative systems.")

for command in (
    records_handing_in.submit,
    records_handing_in.validate,
    records_handing_in.template,
    records_batches.status,
    records_batches.mend,
    records_batches.withdraw,
    records_batches.approve,
    records_standing.datasets,
    records_standing.watch,
    records_subjects.subject,
    records_late.late,
    records_late.sources,
    records_pull.pull,
):
    app.command()(command)
app.command("list")(records_standing.list_)
