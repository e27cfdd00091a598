-- depends: records-0004-standing

-- What became of lines that are no longer refused, by what they are about: one row a chunk, local day of event
-- time (Asia/Ho_Chi_Minh), area and organisation. Appended, never changed; it counts while its batch does.
CREATE TABLE tallies (
    dataset_id   smallint    NOT NULL,
    day          date        NOT NULL,
    area         text        NOT NULL,  -- '' where a line names none; likewise the organisation
    organisation text        NOT NULL,
    batch        bigint      NOT NULL,
    came_at      timestamptz NOT NULL,  -- when the lines were handed in, or mended
    stored       integer     NOT NULL,
    duplicate    integer     NOT NULL,
    corrected    integer     NOT NULL,
    conflicting  integer     NOT NULL,  -- of the corrected: another content under a revision that was there
    late         integer     NOT NULL   -- of stored and corrected
);
CREATE INDEX tallies_day ON tallies (dataset_id, day);
CREATE INDEX tallies_came_at ON tallies (dataset_id, came_at);

-- Of what was handed in before: the first version of an identity was stored, later ones corrected it, repeats
-- are duplicates. What a batch said twice itself is in no table, and so not here.
INSERT INTO tallies
SELECT dataset_id, (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, coalesce(area, ''), coalesce(organisation, ''), batch,
       recorded_at, count(*) FILTER (WHERE place = 1), 0, count(*) FILTER (WHERE place > 1),
       count(*) FILTER (WHERE place_in_revision > 1), count(*) FILTER (WHERE late)
FROM (SELECT *, row_number() OVER (PARTITION BY identity ORDER BY batch, line) AS place,
             row_number() OVER (PARTITION BY identity, revision ORDER BY batch, line) AS place_in_revision
      FROM records) r
GROUP BY 1, 2, 3, 4, 5, 6
UNION ALL
SELECT r.dataset_id, (r.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, coalesce(r.area, ''), coalesce(r.organisation, ''),
       p.batch, p.recorded_at, 0, count(*), 0, 0, 0
FROM repeats p JOIN records r ON r.batch = p.of_batch AND r.line = p.of_line
GROUP BY 1, 2, 3, 4, 5, 6;

-- What a refused line tells of where it belongs, of the cells that can be read.
ALTER TABLE rejected
    ADD COLUMN refused_at   timestamptz,
    ADD COLUMN day          date,                            -- of event time; where it tells none, of refused_at
    ADD COLUMN tells_day    boolean NOT NULL DEFAULT false,
    ADD COLUMN area         text    NOT NULL DEFAULT '',     -- '' where it tells none; likewise the organisation
    ADD COLUMN organisation text    NOT NULL DEFAULT '';
UPDATE rejected r SET refused_at = b.opened_at, day = (b.opened_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
FROM batches b WHERE b.batch = r.batch;
ALTER TABLE rejected ALTER COLUMN refused_at SET NOT NULL, ALTER COLUMN day SET NOT NULL;
CREATE INDEX rejected_day ON rejected (day);
