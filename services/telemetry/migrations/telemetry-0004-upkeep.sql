-- depends: telemetry-0002-commands telemetry-0003-account

-- When a gateway was last there to read a shard. Messages that a broker keeps beyond it were sent while nobody
-- read, and are not charged to their senders as if they had been sent at once.
CREATE TABLE shards (
    shard   text        PRIMARY KEY,
    read_at timestamptz NOT NULL
);
INSERT INTO shards SELECT shard, max(received_at) FROM ledger GROUP BY shard;

-- What upkeep dropped of tables that are bounded, by day. Quarantine has a table of its own, with more to say.
CREATE TABLE dropped (
    day       date        NOT NULL,
    what      text        NOT NULL CHECK (what IN ('commands', 'sequence_gaps')),
    items     bigint      NOT NULL,
    newest_at timestamptz NOT NULL,  -- before and at this time, what is left is not all there was
    PRIMARY KEY (day, what)
);
CREATE INDEX commands_finished ON commands (finished_at) WHERE finished_at IS NOT NULL;
