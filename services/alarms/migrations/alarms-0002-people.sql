-- depends: alarms-0001-core

-- The duty journal: what people did and said, entry by entry. Each holds the hash of the one before (journal.py).
CREATE TABLE journal (
    entry    bigint      PRIMARY KEY CHECK (entry > 0),  -- 1, 2, 3 … without gaps
    at       timestamptz NOT NULL,
    kind     text        NOT NULL CHECK (kind IN ('acknowledge', 'shelve', 'unshelve', 'close', 'escalate',
                 'remark', 'unattended', 'undelivered', 'note', 'handover')),
    by       text        NOT NULL,  -- '' the system
    alarm    bigint REFERENCES alarms,
    change   bigint REFERENCES changes,  -- of what it tells; NULL: of nothing that changed an alarm
    text     text        NOT NULL,
    previous bytea       NOT NULL CHECK (octet_length(previous) = 32),
    hash     bytea       NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    UNIQUE (change, kind)
);
CREATE INDEX journal_at ON journal (at);

-- The newest entry. Whoever adds one holds this row; what is cut off at the end is noticed by it.
CREATE TABLE journal_head (
    one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    entry   bigint  NOT NULL,
    hash    bytea   NOT NULL
);
INSERT INTO journal_head (entry, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

-- How far the log of alarms has been told to people.
CREATE TABLE duty_checkpoint (
    one_row  boolean     PRIMARY KEY DEFAULT true CHECK (one_row),
    epoch    uuid        NOT NULL,
    position bigint      NOT NULL,
    told_at  timestamptz NOT NULL  -- of the newest change that was looked at
);

-- What is to reach whom: one row for each change, person and way, written with the checkpoint.
CREATE TABLE deliveries (
    delivery         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    change           bigint      NOT NULL REFERENCES changes,
    alarm            bigint      NOT NULL REFERENCES alarms,
    duty             text        NOT NULL,
    step             smallint    NOT NULL CHECK (step > 0),  -- of the duty: 1 is who is called first
    account          text        NOT NULL,
    way              text        NOT NULL CHECK (way IN ('mail', 'webhook')),
    target           text        NOT NULL,  -- address
    message          jsonb       NOT NULL,  -- notice.Notice
    planned_at       timestamptz NOT NULL,
    state            text        NOT NULL CHECK (state IN ('waiting', 'delivered', 'given_up')),
    due_at           timestamptz NOT NULL,  -- of the next attempt; while one is under way, when it is taken for dead
    attempts         integer     NOT NULL,
    may_have_arrived boolean     NOT NULL,  -- an attempt ended nobody knows how: the next is marked as repeated
    ended_at         timestamptz,
    last_error       text        NOT NULL,
    UNIQUE (change, account, way),
    CHECK ((state = 'waiting') = (ended_at IS NULL))
);
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE state = 'waiting';
CREATE INDEX deliveries_of_alarm ON deliveries (alarm);

-- Each attempt as it began and as it ended, never changed.
CREATE TABLE delivery_log (
    line     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery bigint      NOT NULL REFERENCES deliveries,
    attempt  integer     NOT NULL,
    at       timestamptz NOT NULL,
    outcome  text        NOT NULL CHECK (outcome IN ('begun', 'delivered', 'refused', 'uncertain')),
    repeated boolean     NOT NULL,
    detail   text        NOT NULL,
    UNIQUE (delivery, attempt, outcome)
);

CREATE FUNCTION refuse_change_of_records() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE ''% is added to, never changed'', TG_TABLE_NAME; END';
CREATE TRIGGER journal_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_records();
CREATE TRIGGER delivery_log_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON delivery_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_records();
