"""What is stored, as protobuf."""

from ioc.telemetry.v1 import storage_pb2 as pb

from services.telemetry.store_storage import Storage


def storage(stored: Storage) -> pb.GetStorageResponse:
    """As it is shown to clients."""
    return pb.GetStorageResponse(
        tiers=[
            pb.StoredTier(
                tier=tier.tier,
                rows=tier.rows,
                table_bytes=tier.table_bytes,
                index_bytes=tier.index_bytes,
                compressed_bytes=tier.compressed_bytes,
                before_compression_bytes=tier.before_compression_bytes,
                divisions=tier.divisions,
                compressed_divisions=tier.compressed_divisions,
                bytes_per_row=tier.bytes_per_row,
                bytes_per_reading=stored.bytes_per_reading(tier),
            )
            for tier in stored.tiers
        ],
        rolled_up_readings=stored.rolled_up_readings,
        can_compress=stored.can_compress,
    )
