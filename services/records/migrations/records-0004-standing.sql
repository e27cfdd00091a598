-- depends: records-0002-repeats

-- The first line that counts, as known at a moment, of those that hold a version; no row: none does.
CREATE FUNCTION holder(
    of_batch bigint, of_line integer, of_recorded_at timestamptz, of_late boolean, known timestamptz)
RETURNS TABLE (batch bigint, line integer, late boolean)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT h.batch, h.line, h.late
    FROM (SELECT of_batch AS batch, of_line AS line, of_recorded_at AS recorded_at, of_late AS late
          UNION ALL
          SELECT p.batch, p.line, p.recorded_at, p.late FROM records.repeats p
          WHERE p.of_batch = holder.of_batch AND p.of_line = holder.of_line) h
    JOIN records.batches b ON b.batch = h.batch
    WHERE h.recorded_at <= known AND b.counts_from <= known AND (b.counts_until IS NULL OR b.counts_until > known)
    ORDER BY h.batch, h.line LIMIT 1
$$;

-- What stands as known at a moment ('infinity': now), for those who read this schema: of the versions of an
-- identity that are held, that of the highest revision, then of the highest holder.
-- One SELECT, so that the planner sees through it: a condition on identity or subject is a step into an index.
CREATE FUNCTION standing(known timestamptz)
RETURNS TABLE (
    dataset_id smallint, identity bytea, batch bigint, line integer, at timestamptz, late boolean,
    area text, organisation text, subject text, payload text, kept_batch bigint, kept_line integer
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT r.dataset_id, r.identity, h.batch, h.line, r.at, h.late, r.area, r.organisation, r.subject, r.payload,
           r.batch, r.line
    FROM records.records r
    CROSS JOIN LATERAL records.holder(r.batch, r.line, r.recorded_at, r.late, known) h
    WHERE NOT EXISTS (
        SELECT FROM records.records n
        CROSS JOIN LATERAL records.holder(n.batch, n.line, n.recorded_at, n.late, known) hn
        WHERE n.identity = r.identity AND (n.batch, n.line) <> (r.batch, r.line)
          AND (n.revision, hn.batch, hn.line) > (r.revision, h.batch, h.line))
$$;

-- What lines of a batch say: what may stand otherwise once they count, or no longer do.
CREATE FUNCTION said(said_in bigint, first_line integer, last_line integer)
RETURNS TABLE (dataset_id smallint, identity bytea, subject text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT r.dataset_id, r.identity, r.subject FROM records.records r
    WHERE r.batch = said_in AND r.line BETWEEN first_line AND last_line
    UNION ALL
    SELECT r.dataset_id, r.identity, r.subject FROM records.repeats p
    JOIN records.records r ON r.batch = p.of_batch AND r.line = p.of_line
    WHERE p.batch = said_in AND p.line BETWEEN first_line AND last_line
$$;
