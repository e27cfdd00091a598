-- depends: telemetry-0003-account

SET LOCAL statement_timeout = 0;  -- the last statement looks through all readings

-- What the quantity of a channel demands of its roll-ups: written by upkeep from quantities.toml.
-- The row '' is for every quantity that has none of its own.
CREATE TABLE quantities (
    quantity text     PRIMARY KEY,
    mean     smallint NOT NULL CHECK (mean BETWEEN 0 AND 3),  -- rollups.Mean
    hold_s   integer  NOT NULL CHECK (hold_s >= 60)
);
INSERT INTO quantities VALUES ('', 0, 3600);

-- The rule that the roll-ups of a series are folded by.
ALTER TABLE series
    ADD COLUMN quantity text     NOT NULL DEFAULT '',
    ADD COLUMN mean     smallint NOT NULL DEFAULT 0,
    ADD COLUMN hold_s   integer  NOT NULL DEFAULT 3600;  -- a value holds until the next, but no longer

-- What a reading adds to the sums of its cell; rollups.py says why, and says it again in Python. No finite
-- value makes them, or sums of them, fail.
CREATE FUNCTION bounded(value double precision) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
'SELECT CASE WHEN abs(value) > 1e150 THEN sign(value) * ''Infinity''::double precision
        WHEN abs(value) < 1e-150 THEN 0 ELSE value END';
CREATE FUNCTION mean_x(mean smallint, value double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
'SELECT CASE mean
    WHEN 1 THEN CASE WHEN value > 1500 THEN ''Infinity'' WHEN value < -1500 THEN 0 ELSE power(10, value / 10) END
    WHEN 2 THEN CASE WHEN value < 1e-150 THEN ''Infinity'' WHEN value > 1e150 THEN 0 ELSE 1 / value END
    WHEN 3 THEN cosd(value) END';
CREATE FUNCTION mean_y(mean smallint, value double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
'SELECT CASE mean WHEN 3 THEN sind(value) END';

-- One row a cell: a state that merges with its neighbours (rollups.py says how). Only standing readings of
-- good quality are in it; the others are counted as suspect. A cell without a good one has null values.
-- `start` is of the cell, [start, start + width); days are those of Asia/Ho_Chi_Minh.
DO $layout$
DECLARE
    timescale boolean := EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'timescaledb');
    tier record;
BEGIN
    FOR tier IN SELECT * FROM (VALUES ('rollup_1m', 28), ('rollup_15m', 182), ('rollup_1h', 728), ('rollup_1d', 3640))
        AS t (name, days)
    LOOP
        EXECUTE format(
            'CREATE TABLE %I (
                series_id   integer          NOT NULL,
                count       integer          NOT NULL,  -- good readings
                start       timestamptz      NOT NULL,
                total       double precision,
                minimum     double precision,
                maximum     double precision,
                first_value double precision,
                last_value  double precision,
                integral    double precision,  -- value x ms, each value held from first_ms to last_ms
                first_ms    integer,           -- of the first good reading, since start
                last_ms     integer,
                covered_ms  integer,           -- of [first_ms, last_ms], what no gap longer than hold_s leaves out
                suspect     integer          NOT NULL,  -- readings
                mean_x      double precision,  -- by rollups.Mean; null where the mean is arithmetic
                mean_y      double precision,
                PRIMARY KEY (series_id, start)
            )', tier.name) || CASE WHEN timescale THEN '' ELSE ' PARTITION BY RANGE (start)' END;
        IF timescale THEN
            EXECUTE format(
                'SELECT public.create_hypertable(%L, ''start'', chunk_time_interval => make_interval(days => %s),
                    create_default_indexes => false)', tier.name, tier.days);
        END IF;
    END LOOP;
END
$layout$;

-- Cells that no longer say what lies below them. One row of arrays a batch, written by the transaction that
-- changed a standing reading; upkeep takes them. Element i: the cell of series[i] that starts at starts[i].
CREATE TABLE dirty_cells (
    dirty_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    marked_at timestamptz NOT NULL DEFAULT now(),
    tier      smallint    NOT NULL,  -- minutes wide: 1, 15, 60, 1440
    cells     integer     NOT NULL,  -- length of the arrays
    oldest    integer     NOT NULL,  -- of starts
    newest    integer     NOT NULL,
    series    integer[]   NOT NULL,
    starts    integer[]   NOT NULL   -- minutes since 1970-01-01T00:00Z
);
ALTER TABLE dirty_cells ALTER COLUMN series SET STORAGE EXTERNAL, ALTER COLUMN starts SET STORAGE EXTERNAL;

-- Up to where the life of data has gone: nothing older is held. Written by what drops, with the dropping.
CREATE TABLE horizons (
    tier     smallint    NOT NULL,  -- 0 is raw
    quantity text        NOT NULL,  -- '' is all
    before   timestamptz NOT NULL,
    PRIMARY KEY (tier, quantity)
);

INSERT INTO dirty_cells (tier, cells, oldest, newest, series, starts)
SELECT 1, count(*), min(minute), max(minute), array_agg(series_id), array_agg(minute)
FROM (SELECT DISTINCT series_id, (floor(extract(epoch FROM observed_at) / 60))::integer AS minute
      FROM readings) AS cells
GROUP BY minute / 1440;
