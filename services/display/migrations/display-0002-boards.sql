-- Boards as they were applied over those that are shipped. The newest revision of a board holds; whoever adds one
-- moves `walls_version`, which the hub looks at every second.
CREATE TABLE board_revisions (
    board    text        COLLATE "C" NOT NULL,
    revision integer     NOT NULL CHECK (revision > 0),
    at       timestamptz NOT NULL,
    by       text        NOT NULL,  -- name of a token of the API
    text     text,  -- the file; NULL: back to the one that is shipped, or to none
    PRIMARY KEY (board, revision)
);
