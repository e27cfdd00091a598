-- depends: telemetry-0005-rollups

-- A window of one series is read from the index alone. The cells of an hour lie together, as they are written,
-- so those of one series over a year are on as many pages of the table as there are hours.
DO $covering$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['rollup_15m', 'rollup_1h', 'rollup_1d'] LOOP
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', name, name || '_pkey');
        EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (series_id, start)
            INCLUDE (count, suspect, total, minimum, maximum, mean_x, mean_y)', name);
    END LOOP;
END
$covering$;
