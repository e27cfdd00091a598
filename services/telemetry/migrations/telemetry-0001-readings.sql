-- depends: outbox-0001

CREATE TABLE series (
    series_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device    text NOT NULL,
    channel   text NOT NULL,
    UNIQUE (device, channel)
);

-- The value that stands for each series and time: a hypertable where the database has TimescaleDB,
-- range partitions of a week where not. store_layout.py makes the divisions of either ahead of ingest.
DO $layout$
DECLARE
    timescale boolean := EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'timescaledb');
BEGIN
    EXECUTE
        'CREATE TABLE readings (
            series_id   integer          NOT NULL,
            observed_at timestamptz      NOT NULL,
            value       double precision NOT NULL,
            quality     smallint         NOT NULL DEFAULT 0,  -- 0 good, 1 suspect
            revision    integer          NOT NULL DEFAULT 0,
            received_at timestamptz      NOT NULL,
            PRIMARY KEY (series_id, observed_at)
        )' || CASE WHEN timescale THEN '' ELSE ' PARTITION BY RANGE (observed_at)' END;
    IF timescale THEN
        EXECUTE
            'SELECT public.create_hypertable(''readings'', ''observed_at'',
                chunk_time_interval => interval ''7 days'', create_default_indexes => false)';
    END IF;
END
$layout$;

-- Values that do not stand: replaced by a higher revision, or second at the same one.
CREATE TABLE reading_history (
    series_id   integer          NOT NULL,
    observed_at timestamptz      NOT NULL,
    value       double precision NOT NULL,
    quality     smallint         NOT NULL,
    revision    integer          NOT NULL,
    received_at timestamptz      NOT NULL,
    verdict     text             NOT NULL CHECK (verdict IN ('corrected', 'conflicting')),
    history_id  bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    PRIMARY KEY (series_id, observed_at, revision, value)
);

-- One row a batch; element i of each array belongs to devices[i].
-- received[i] = the sum of the six counts of devices[i].
CREATE TABLE ledger (
    batch_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at timestamptz NOT NULL,
    shard       text        NOT NULL,
    trace_id    text        NOT NULL UNIQUE,  -- tells a second try that the first was committed after all
    devices     text[]      NOT NULL,  -- '' where the device could not be told
    stored      integer[]   NOT NULL,
    duplicate   integer[]   NOT NULL,
    corrected   integer[]   NOT NULL,
    conflicting integer[]   NOT NULL,
    quarantined integer[]   NOT NULL,
    skipped     integer[]   NOT NULL,
    received    integer[]   NOT NULL
);
CREATE INDEX ledger_received_at ON ledger USING brin (received_at);

-- One row for each message and reason; `readings` counts what it covers, so that
-- sum(readings) = quarantined + skipped of the ledger.
CREATE TABLE quarantine (
    quarantine_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at   timestamptz NOT NULL,
    topic         text        NOT NULL,
    device        text        NOT NULL DEFAULT '',
    verdict       text        NOT NULL CHECK (verdict IN ('quarantined', 'skipped')),
    reason        text        NOT NULL,
    field         text        NOT NULL DEFAULT '',
    detail        text        NOT NULL DEFAULT '',
    readings      integer     NOT NULL DEFAULT 1 CHECK (readings > 0),
    payload       bytea       NOT NULL,
    payload_bytes integer     NOT NULL,  -- of the whole message, of which payload may be the head
    trace_id      text        NOT NULL
);
CREATE INDEX quarantine_device ON quarantine (device, quarantine_id DESC);
