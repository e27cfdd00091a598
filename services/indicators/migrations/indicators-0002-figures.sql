-- depends: indicators-0001-values

-- What the engine did in one transaction, and from what: the receipt that figures point to.
CREATE TABLE runs (
    run      bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    known_at timestamptz NOT NULL,  -- moment of knowledge: records.standing(known_at) are its inputs
    log      text        NOT NULL,
    epoch    uuid        NOT NULL,
    position bigint      NOT NULL,  -- of the log, up to which it is followed
    batches  bigint[]    NOT NULL,  -- of records, whose rows it took
    why      text        NOT NULL CHECK (why IN ('records', 'clock', 'rebuild')),
    trace_id text        NOT NULL
);

-- Each time that definitions were applied.
CREATE TABLE applications (
    application bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    applied_at  timestamptz NOT NULL,
    applied_by  text        NOT NULL
);

-- What was applied, version by version; that which is not retired holds. Another definition of a measure is
-- another measure, with cells of its own.
CREATE TABLE definitions (
    indicator  text        NOT NULL,
    version    integer     NOT NULL CHECK (version > 0),
    body       jsonb       NOT NULL,
    applied_at timestamptz NOT NULL,
    applied_by text        NOT NULL,
    retired_at timestamptz,
    PRIMARY KEY (indicator, version)
);
CREATE TABLE measure_definitions (
    name       text        NOT NULL,
    version    integer     NOT NULL CHECK (version > 0),
    measure    integer     GENERATED ALWAYS AS IDENTITY UNIQUE,
    body       jsonb       NOT NULL,
    applied_at timestamptz NOT NULL,
    applied_by text        NOT NULL,
    retired_at timestamptz,
    PRIMARY KEY (name, version)
);

-- How datasets were summed and figures made, as digests: where the definitions say otherwise, they are made anew.
CREATE TABLE makings (
    what   text PRIMARY KEY,  -- 'dataset <key>', 'indicator <id>' or 'uses'
    digest text NOT NULL
);

-- What events say of a subject: of each field what the last one says that says anything.
CREATE AGGREGATE merged(jsonb) (SFUNC = jsonb_concat, STYPE = jsonb, INITCOND = '{}');

-- Rows and subjects of records as last applied to the cells: what a change takes away before it adds.
CREATE TABLE entities (
    dataset      text        NOT NULL,
    key          bytea       NOT NULL,  -- identity of a row, or the subject in UTF-8
    base         text,                  -- of what holds from a time on: rows with the same follow each other
    area         text,
    organisation text,
    at           timestamptz NOT NULL,  -- event time; of a subject that of its last event
    late         boolean     NOT NULL,  -- of a subject: whether any of its events was
    fields       jsonb       NOT NULL,
    moments      jsonb       NOT NULL,  -- event → [first, last, how often]; {} of a row
    worked_s     numeric,               -- working time on the subject's clock; NULL: not stopped, or no clock
    PRIMARY KEY (dataset, key)
);
CREATE INDEX entities_base ON entities (dataset, base) WHERE base IS NOT NULL;

-- Sums of a measure over what falls on a local day (Asia/Ho_Chi_Minh). Of levels: what begins less what ends
-- on it, so that a stock is the sum up to its day. '' where there is no area, organisation or breakdown.
CREATE TABLE cells (
    measure      integer NOT NULL,
    day          date    NOT NULL,
    area         text    NOT NULL,
    organisation text    NOT NULL,
    breakdown    text    NOT NULL,  -- field=value;…, in the order of the measure's `by`
    n            bigint  NOT NULL,  -- entities that are counted
    sum          numeric NOT NULL,
    late         bigint  NOT NULL,  -- of them, late
    blank        bigint  NOT NULL,  -- entities that belong here and lack the number that is summed
    PRIMARY KEY (measure, day, area, organisation, breakdown)
);

-- The same by key, where a sum is not enough: sets, pools of values, maxima, last values.
CREATE TABLE members (
    measure      integer NOT NULL,
    day          date    NOT NULL,
    area         text    NOT NULL,
    organisation text    NOT NULL,
    breakdown    text    NOT NULL,
    key          text    NOT NULL,
    n            bigint  NOT NULL,
    amount       numeric NOT NULL,  -- summed over the n
    late         bigint  NOT NULL,
    PRIMARY KEY (measure, day, area, organisation, breakdown, key)
);

-- What lies ahead of the clock: it turns into cells and members when its moment has come. `key` '' of cells.
CREATE TABLE turns (
    measure      integer     NOT NULL,
    at           timestamptz NOT NULL,
    area         text        NOT NULL,
    organisation text        NOT NULL,
    breakdown    text        NOT NULL,
    key          text        NOT NULL,
    n            bigint      NOT NULL,
    sum          numeric     NOT NULL,
    late         bigint      NOT NULL,
    blank        bigint      NOT NULL,
    PRIMARY KEY (measure, at, area, organisation, breakdown, key)
);
CREATE INDEX turns_at ON turns (at);

-- Which figures a measure enters, and how: written with the definitions.
CREATE TABLE uses (
    measure      integer  NOT NULL,
    indicator    text     NOT NULL,
    slot         smallint NOT NULL,  -- place in the formula × 2; + 1: whether its source reported
    subject_kind text     NOT NULL,
    period       text     NOT NULL,
    field        text     NOT NULL,  -- of the breakdown; '' of all together
    part         smallint NOT NULL,  -- where the field stands in the measure's breakdown, from 1
    fold         text     NOT NULL,
    is_stock     boolean  NOT NULL,
    is_ago       boolean  NOT NULL,
    is_presence  boolean  NOT NULL,
    is_by_months boolean  NOT NULL,  -- a year of it is the sum of its months
    PRIMARY KEY (indicator, slot, subject_kind, period, field)
);
CREATE INDEX uses_measure ON uses (measure);

-- One row: up to when moments lie in cells, and periods are closed.
CREATE TABLE figure_clock (
    one_row boolean     PRIMARY KEY DEFAULT true CHECK (one_row),
    until   timestamptz NOT NULL
);

-- Values of indicators. A final or restated row is never changed: a correction is the next version. Only the
-- provisional row of a period is replaced in place while its data come in.
CREATE TABLE figures (
    indicator       text        NOT NULL,
    subject_kind    text        NOT NULL CHECK (subject_kind IN ('area', 'organisation', 'province')),
    subject         text        NOT NULL,  -- code of the area or organisation; '' of the province
    breakdown       text        NOT NULL,  -- field=value; '' of all together
    period          text        NOT NULL CHECK (period IN ('day', 'month', 'quarter', 'year')),
    period_start    date        NOT NULL,
    version         integer     NOT NULL CHECK (version > 0),
    state           text        NOT NULL CHECK (state IN ('provisional', 'final', 'restated')),
    value           numeric,               -- NULL: missing, which is not zero
    low             numeric,               -- bounds, where a part is known as an interval only
    high            numeric,
    numerator       numeric,               -- of the outermost division
    denominator     numeric,
    expected        integer,
    used            bigint      NOT NULL,  -- entities
    late            bigint      NOT NULL,  -- of them, late
    rejected        bigint      NOT NULL,  -- lines of the run's batches that were refused and are not mended
    formula_version integer     NOT NULL,
    run             bigint      NOT NULL,
    known_at        timestamptz NOT NULL,
    PRIMARY KEY (indicator, subject_kind, subject, breakdown, period, period_start, version)
);
CREATE INDEX figures_provisional ON figures (period, period_start) WHERE state = 'provisional';
CREATE INDEX figures_run ON figures (run);
