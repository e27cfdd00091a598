-- What was handed in together. It counts in [counts_from, counts_until): that is all that approval and
-- withdrawal change, so that every moment of knowledge can be asked for afterwards.
CREATE TABLE batches (
    batch           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,  -- order of submission
    dataset         text        NOT NULL,
    submitted_by    text        NOT NULL,  -- name of the token
    idempotency_key text        NOT NULL,
    content_sha256  text        NOT NULL DEFAULT '',
    author          text        NOT NULL DEFAULT '',
    document        text        NOT NULL DEFAULT '',
    opened_at       timestamptz NOT NULL,
    completed_at    timestamptz,           -- NULL: the stream has not come to its end (yet)
    last_line       integer     NOT NULL DEFAULT 0,
    stored          integer     NOT NULL DEFAULT 0,
    duplicate       integer     NOT NULL DEFAULT 0,
    corrected       integer     NOT NULL DEFAULT 0,
    rejected        integer     NOT NULL DEFAULT 0,
    late            integer     NOT NULL DEFAULT 0,
    approval        text        NOT NULL CHECK (approval IN ('not_needed', 'pending', 'approved', 'refused')),
    decided_by      text        NOT NULL DEFAULT '',
    decided_at      timestamptz,
    reason_given    text        NOT NULL DEFAULT '',
    counts_from     timestamptz,           -- NULL: counts nowhere (yet)
    counts_until    timestamptz,           -- NULL: was not withdrawn
    withdrawn_by    text        NOT NULL DEFAULT '',
    UNIQUE (submitted_by, idempotency_key),
    CHECK (decided_by <> submitted_by),
    CHECK (approval IN ('not_needed', 'approved') OR counts_from IS NULL)
);
CREATE INDEX batches_dataset ON batches (dataset, batch);

-- Datasets by number, for the rows of records.
CREATE TABLE datasets (
    dataset_id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key        text     NOT NULL UNIQUE
);

-- One row a version. The version of an identity that stands is that of the highest (batch, line) that counts.
CREATE TABLE records (
    dataset_id   smallint    NOT NULL,
    identity     bytea       NOT NULL,  -- 128 bits of BLAKE2b of dataset and natural key
    batch        bigint      NOT NULL,
    line         integer     NOT NULL,
    at           timestamptz NOT NULL,  -- event time
    recorded_at  timestamptz NOT NULL,
    late         boolean     NOT NULL,
    area         text,
    organisation text,
    subject      text,                  -- of its life cycle
    payload      text        NOT NULL,  -- JSON; as text, since equal content has equal text
    PRIMARY KEY (batch, line)
);
CREATE INDEX records_identity ON records (identity);
CREATE INDEX records_at ON records (dataset_id, at, batch, line);
CREATE INDEX records_subject ON records (dataset_id, subject) WHERE subject IS NOT NULL;

-- What became of the lines of one chunk, packed.
CREATE TABLE verdicts (
    batch      bigint    NOT NULL,
    first_line integer   NOT NULL,
    lines      integer[] NOT NULL,
    verdicts   bytea     NOT NULL,  -- a byte a line: 1 stored, 2 duplicate, 3 corrected, 4 rejected; +128 late
    PRIMARY KEY (batch, first_line)
);

-- Lines that were refused. `cells`: JSON without personal data; NULL: of no row.
CREATE TABLE rejected (
    batch     bigint      NOT NULL,
    line      integer     NOT NULL,
    field     text        NOT NULL,
    reason    text        NOT NULL,
    detail_vi text        NOT NULL,
    detail_en text        NOT NULL,
    cells     text,
    mended_as smallint,              -- as a byte of verdicts; NULL: still refused
    mended_at timestamptz,
    mended_by text        NOT NULL DEFAULT '',
    PRIMARY KEY (batch, line)
);

