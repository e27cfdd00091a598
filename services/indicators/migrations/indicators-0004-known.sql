-- depends: indicators-0003-due-stocks

ALTER TABLE figures
    ADD COLUMN begun_at timestamptz,  -- known_at of what was first written of the version
    ADD COLUMN final_at timestamptz;  -- when a provisional version became final; NULL: it is not, or before this was kept

-- What was written before is taken to have begun as it stands.
UPDATE figures SET begun_at = known_at;
ALTER TABLE figures ALTER COLUMN begun_at SET NOT NULL;
