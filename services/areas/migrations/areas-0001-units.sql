-- Administrative units. Keyed by code and first day, since a code may be used again with another shape.

CREATE TABLE units (
    code        text    NOT NULL CHECK (code ~ '^[0-9]{2,5}$'),
    valid_from  date    NOT NULL,
    valid_to    date,   -- first day on which it no longer exists
    name_vi     text    NOT NULL,
    name_en     text    NOT NULL DEFAULT '',
    level       text    NOT NULL CHECK (level IN ('province', 'district', 'commune')),
    parent_code text    CHECK ((parent_code IS NULL) = (level = 'province')),
    population  bigint  CHECK (population >= 0),
    boundary    jsonb,  -- GeoJSON geometry, WGS 84
    PRIMARY KEY (code, valid_from),
    CHECK (valid_to > valid_from)
);
