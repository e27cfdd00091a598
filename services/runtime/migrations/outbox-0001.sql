-- The outbox of one context, in the context's own schema: one row per transaction that changed
-- something. `position` is given after the commit by the one relay, so it has no holes;
-- the identity column would leave some (a rolled-back transaction uses its number up).
CREATE TABLE IF NOT EXISTS outbox (
    outbox_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    fact        text        NOT NULL,  -- for example 'telemetry.stored'
    trace_id    text        NOT NULL,
    body        bytea       NOT NULL,  -- JSON, as published
    position    bigint      UNIQUE
);
CREATE INDEX IF NOT EXISTS outbox_unpositioned ON outbox (outbox_id) WHERE position IS NULL;

-- One row. An epoch is one gapless run of positions; a restored backup starts another.
CREATE TABLE IF NOT EXISTS outbox_head (
    one_row   boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    epoch     uuid    NOT NULL DEFAULT gen_random_uuid(),
    assigned  bigint  NOT NULL DEFAULT 0,  -- the last position given
    published bigint  NOT NULL DEFAULT 0   -- the last position the broker confirmed
);
INSERT INTO outbox_head DEFAULT VALUES ON CONFLICT DO NOTHING;
