-- depends: telemetry-0001-readings

-- A message in quarantine is open until it is replayed or discarded, as a whole.
ALTER TABLE quarantine
    ADD COLUMN state      text        NOT NULL DEFAULT 'open'
        CHECK (state IN ('open', 'replayed', 'discarded')),
    ADD COLUMN closed_at  timestamptz,
    ADD COLUMN closed_by  text        NOT NULL DEFAULT '',
    ADD COLUMN closed_why text        NOT NULL DEFAULT '',
    ADD COLUMN tried_at   timestamptz,                 -- the last replay that left it here
    ADD COLUMN message_no bigint,                      -- with trace_id: one message; NULL: a row of its own
    ADD COLUMN accepted   integer     NOT NULL DEFAULT 0,  -- readings of this message that are stored
    ADD COLUMN shard      text        NOT NULL DEFAULT '',
    ADD COLUMN fold       text,                        -- of a row that only counts: sender and minute
    ADD COLUMN booked_at  timestamptz;                 -- receipt of the ledger row that counts it
UPDATE quarantine q SET booked_at = coalesce(
    (SELECT l.received_at FROM ledger l WHERE l.trace_id = q.trace_id), q.received_at);
ALTER TABLE quarantine ALTER COLUMN booked_at SET NOT NULL;
CREATE INDEX quarantine_message ON quarantine (trace_id, message_no);
CREATE INDEX quarantine_open ON quarantine (quarantine_id) WHERE state = 'open';
CREATE INDEX quarantine_booked_at ON quarantine USING brin (booked_at);
CREATE UNIQUE INDEX quarantine_fold ON quarantine (fold) WHERE fold IS NOT NULL;

-- What was dropped because quarantine is bounded, by day and bound.
CREATE TABLE quarantine_dropped (
    day             date        NOT NULL,
    bound           text        NOT NULL CHECK (bound IN ('age', 'bytes')),
    items           bigint      NOT NULL,
    open_items      bigint      NOT NULL,  -- of these, neither replayed nor discarded
    readings        bigint      NOT NULL,
    bytes           bigint      NOT NULL,
    newest_booked_at timestamptz NOT NULL,
    PRIMARY KEY (day, bound)
);

-- The ledger of hours that are more than 48 hours old.
CREATE TABLE ledger_hours (
    device      text        NOT NULL,  -- '' where it could not be told
    hour        timestamptz NOT NULL,  -- of receipt, its start
    stored      bigint      NOT NULL,
    duplicate   bigint      NOT NULL,
    corrected   bigint      NOT NULL,
    conflicting bigint      NOT NULL,
    quarantined bigint      NOT NULL,
    skipped     bigint      NOT NULL,
    received    bigint      NOT NULL,
    PRIMARY KEY (device, hour)
);
CREATE INDEX ledger_hours_hour ON ledger_hours USING brin (hour);

-- Devices that number their messages: how far each is, and the numbers that never came.
CREATE TABLE sequences (
    device          text    PRIMARY KEY,
    run             integer NOT NULL,  -- one more at every restart of the device's counter
    lowest          bigint  NOT NULL,
    highest         bigint  NOT NULL,
    highest_at_ms   bigint  NOT NULL   -- when the device says that it sent the highest
);
CREATE TABLE sequence_gaps (
    device       text        NOT NULL,
    run          integer     NOT NULL,
    first_number bigint      NOT NULL,
    last_number  bigint      NOT NULL CHECK (last_number >= first_number),
    noticed_at   timestamptz NOT NULL,  -- receipt of the message that showed the gap
    PRIMARY KEY (device, run, first_number)
);
CREATE INDEX sequence_gaps_noticed ON sequence_gaps (noticed_at);
