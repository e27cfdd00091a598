-- Walls, pairing, incidents; what walls say of themselves. Whoever changes what a wall shows moves `walls_version`,
-- which the hub looks at every second.
CREATE TABLE walls (
    wall       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text        NOT NULL,
    boards     text[]      NOT NULL CHECK (cardinality(boards) > 0),
    seconds    integer     NOT NULL CHECK (seconds BETWEEN 5 AND 3600),
    pushed     text        NOT NULL DEFAULT '',
    language   text        NOT NULL CHECK (language IN ('vi', 'en')),
    token      bytea       UNIQUE CHECK (octet_length(token) = 32),  -- SHA-256; NULL: no screen has it
    paired_at  timestamptz,
    reloads    integer     NOT NULL DEFAULT 0,
    revision   integer     NOT NULL DEFAULT 1,
    revoked_at timestamptz,
    CHECK (revoked_at IS NULL OR token IS NULL)
);
CREATE UNIQUE INDEX walls_name ON walls (name) WHERE revoked_at IS NULL;

-- Codes under way: shown by a screen that waits for its wall, or given out for a wall that waits for its screen.
CREATE TABLE pairings (
    code       text        COLLATE "C" PRIMARY KEY,
    expires_at timestamptz NOT NULL,
    wall       bigint REFERENCES walls  -- NULL: nobody has paired the screen yet
);

CREATE TABLE incidents (
    incident bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    walls    bigint[]    NOT NULL,  -- {} all
    board    text        NOT NULL,
    text_vi  text        NOT NULL,
    text_en  text        NOT NULL,
    began_at timestamptz NOT NULL,
    began_by text        NOT NULL,
    ended_at timestamptz,
    ended_by text        NOT NULL DEFAULT ''
);
CREATE INDEX incidents_open ON incidents (incident) WHERE ended_at IS NULL;

-- What a wall said last; written by the hub every few seconds.
CREATE TABLE wall_reports (
    wall            bigint      PRIMARY KEY REFERENCES walls,
    connected_since timestamptz,  -- NULL: it is not
    seen_at         timestamptz NOT NULL,
    reported_at     timestamptz,  -- NULL: it has said nothing yet
    board           text        NOT NULL DEFAULT '',
    behind_ms       bigint      NOT NULL DEFAULT 0,
    clock_offset_ms bigint      NOT NULL DEFAULT 0,
    heap_bytes      bigint,
    fps             integer     NOT NULL DEFAULT 0,
    build           text        NOT NULL DEFAULT '',
    width           integer     NOT NULL DEFAULT 0,
    height          integer     NOT NULL DEFAULT 0
);

CREATE TABLE wall_changes (
    change bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at     timestamptz NOT NULL,
    by     text        NOT NULL,  -- name of a token of the API; '' the screen itself
    wall   bigint REFERENCES walls,
    what   text        NOT NULL,
    detail text        NOT NULL DEFAULT ''
);
CREATE INDEX wall_changes_wall ON wall_changes (wall, change);

CREATE TABLE walls_version (
    one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    version bigint  NOT NULL
);
INSERT INTO walls_version (version) VALUES (1);
