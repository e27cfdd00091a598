-- depends: outbox-0001
-- Bodies are large JSON, written once and read a few times within seconds. PostgreSQL's own compression took
-- a quarter of the server's CPU for an ingest batch (1.1 µs a reading; lz4 0.2, for 21 bytes instead of 18).
DO $$
BEGIN
    ALTER TABLE outbox ALTER COLUMN body SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN  -- a server built without lz4 keeps its own
    NULL;
END
$$;
