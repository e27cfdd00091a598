-- depends: records-0001

-- The source's own number of a row's version; 0 where it gives none.
ALTER TABLE records ADD COLUMN revision bigint NOT NULL DEFAULT 0;

-- Lines that say what a version says already: they hold it while their batch counts, also once the batch of its
-- first line is withdrawn. A line whose own batch says it further up is none. Duplicates that were handed in
-- before there was this table are not in it.
CREATE TABLE repeats (
    batch       bigint      NOT NULL,
    line        integer     NOT NULL,
    of_batch    bigint      NOT NULL,  -- the version, as records keeps it
    of_line     integer     NOT NULL,
    recorded_at timestamptz NOT NULL,
    late        boolean     NOT NULL,
    PRIMARY KEY (batch, line)
);
CREATE INDEX repeats_of ON repeats (of_batch, of_line, batch, line);

-- One row a content: what was stored anew while no batch that said it counted repeats the first.
WITH told AS (
    SELECT batch, line, recorded_at, late,
           first_value(batch) OVER first AS of_batch, first_value(line) OVER first AS of_line
    FROM records
    WINDOW first AS (PARTITION BY identity, payload ORDER BY batch, line)
), gone AS (
    DELETE FROM records r USING told t
    WHERE (r.batch, r.line) = (t.batch, t.line) AND (t.batch, t.line) <> (t.of_batch, t.of_line)
    RETURNING t.*
)
INSERT INTO repeats (batch, line, of_batch, of_line, recorded_at, late)
SELECT batch, line, of_batch, of_line, recorded_at, late FROM gone;
