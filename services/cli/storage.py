"""`haidang storage`: what readings and roll-ups take on disk."""

import typer
from ioc.telemetry.v1 import storage_pb2 as pb

from services.cli.options import AsJson, session_of
from services.cli.output import Row, show
from services.cli.stubs import storage_stub

_MB = 1_000_000


def storage(context: typer.Context, as_json: AsJson = False) -> None:
    """Bytes per reading of each tier, and what compression saved. Rows are the server's estimate."""
    session = session_of(context)
    with session.channel() as channel:
        answer = session.call(storage_stub(channel).GetStorage, pb.GetStorageRequest())
    show(map(_row, answer.tiers), as_json=as_json, language=session.language)


def _row(tier: pb.StoredTier) -> Row:
    before = tier.before_compression_bytes
    return {
        "tier": tier.tier,
        "rows": tier.rows,
        "table_mb": round(tier.table_bytes / _MB, 1),
        "index_mb": round(tier.index_bytes / _MB, 1),
        "divisions": tier.divisions,
        "compressed_divisions": tier.compressed_divisions,
        "compressed_to": f"{tier.compressed_bytes / before:.0%}" if before else None,
        "bytes_per_row": round(tier.bytes_per_row, 1) if tier.HasField("bytes_per_row") else None,
        "bytes_per_reading": round(tier.bytes_per_reading, 1) if tier.HasField("bytes_per_reading") else None,
    }
