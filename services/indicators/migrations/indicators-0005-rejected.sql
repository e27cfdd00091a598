-- depends: indicators-0004-known

COMMENT ON COLUMN figures.rejected IS
    'lines of the same datasets, days and place that were refused and not mended; not only of the run''s batches';
