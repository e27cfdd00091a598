-- Mergeable state of one channel of one device over one hour: what every value of the air is folded from.
CREATE TABLE measures (
    device        text             NOT NULL,
    channel       text             NOT NULL,
    hour          timestamptz      NOT NULL,  -- start of the hour, UTC
    area_code     text,                       -- where the device stood when the hour was first measured
    sum           double precision NOT NULL,  -- in the channel's unit
    count         integer          NOT NULL CHECK (count > 0),
    newest_at     timestamptz      NOT NULL,  -- newest observation in the hour
    PRIMARY KEY (device, channel, hour)
);
CREATE INDEX measures_hour ON measures (hour, channel);

-- Published values. A final or restated row is never changed: a correction is the next version.
-- Only the provisional row of a period is replaced in place while its data comes in.
CREATE TABLE values (
    indicator       text        NOT NULL,
    subject_kind    text        NOT NULL CHECK (subject_kind IN ('station', 'commune', 'province')),
    subject         text        NOT NULL,
    period_start    timestamptz NOT NULL,
    version         integer     NOT NULL CHECK (version > 0),
    state           text        NOT NULL CHECK (state IN ('provisional', 'final', 'restated')),
    value           double precision,        -- NULL: the inputs do not suffice
    numerator       double precision,        -- what the value is a ratio of, where it is one
    denominator     double precision,
    inputs_expected integer     NOT NULL,
    inputs_used     integer     NOT NULL,
    newest_input_at timestamptz,
    formula_version integer     NOT NULL,
    input_position  bigint      NOT NULL,    -- telemetry's position up to which inputs were known
    known_at        timestamptz NOT NULL,
    PRIMARY KEY (indicator, subject, period_start, version),  -- read backwards: the standing value first
    CHECK ((version > 1) = (state = 'restated'))
);
CREATE INDEX values_provisional ON values (known_at) WHERE state = 'provisional';

-- The newest period of each subject, so that the latest values cost the same after ten years.
CREATE TABLE newest (
    indicator    text        NOT NULL,
    subject      text        NOT NULL,
    period_start timestamptz NOT NULL,
    PRIMARY KEY (indicator, subject)
);

-- How far this context has read each log. Its row is locked by whoever writes values.
CREATE TABLE checkpoints (
    log      text   PRIMARY KEY,
    epoch    uuid   NOT NULL,
    position bigint NOT NULL
);

-- Up to when the periods of a length have been closed: evaluated also where nothing arrived.
CREATE TABLE clocks (
    period_s     integer     PRIMARY KEY CHECK (period_s > 0),
    closed_until timestamptz NOT NULL
);
