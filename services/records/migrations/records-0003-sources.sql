-- depends: records-0001

-- HTTP sources that are pulled: where each is, and how it does. Declared in a file; a row outlives its declaration.
CREATE TABLE sources (
    name         text        COLLATE "C" PRIMARY KEY,
    dataset      text        NOT NULL,
    host         text        NOT NULL,
    every_s      float8      NOT NULL,
    cursor       text        NOT NULL,
    due_at       timestamptz NOT NULL,  -- while it is being asked: when whoever asks is given up
    succeeded_at timestamptz,
    failed_at    timestamptz,
    last_error   text        NOT NULL DEFAULT '',
    failures     integer     NOT NULL DEFAULT 0,  -- in a row
    rests_until  timestamptz,           -- NULL: its last answer was good
    pages        bigint      NOT NULL DEFAULT 0,
    lines        bigint      NOT NULL DEFAULT 0,
    retired_at   timestamptz            -- NULL: declared
);
