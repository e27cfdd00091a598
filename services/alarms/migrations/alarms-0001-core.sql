-- Rules that are or were in force, version by version: what raised an alarm can be read after years.
CREATE TABLE rules (
    rule       text        NOT NULL,
    version    integer     NOT NULL CHECK (version > 0),
    digest     text        NOT NULL,  -- of the definition
    definition text        NOT NULL,  -- JSON of rule_text.RuleText
    vi         text        NOT NULL,
    en         text        NOT NULL,
    applied_at timestamptz NOT NULL,  -- nothing observed before is evaluated
    applied_by text        NOT NULL,
    retired_at timestamptz,
    PRIMARY KEY (rule, version)
);
CREATE UNIQUE INDEX rules_in_force ON rules (rule) WHERE retired_at IS NULL;

-- What people are shown and handle. `began_at` and `value_at` are of events, other times of the clock.
CREATE TABLE alarms (
    alarm           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key             text        NOT NULL,  -- rule/subject kind/subject
    rule            text        NOT NULL,
    rule_version    integer     NOT NULL,
    subject_kind    text        NOT NULL,
    subject         text        NOT NULL,
    device          text        NOT NULL,
    area_code       text        NOT NULL,
    state           text        NOT NULL CHECK (state IN
                        ('raised', 'acknowledged', 'shelved', 'escalated', 'cleared', 'closed')),
    severity        smallint    NOT NULL CHECK (severity BETWEEN 1 AND 4),
    peak_severity   smallint    NOT NULL CHECK (peak_severity BETWEEN severity AND 4),
    began_at        timestamptz NOT NULL,
    raised_at       timestamptz NOT NULL,
    times           integer     NOT NULL,
    value           double precision,
    value_at        timestamptz,
    explanation     jsonb       NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by text        NOT NULL,
    shelved_until   timestamptz,
    shelved_by      text        NOT NULL,
    shelved_why     text        NOT NULL,
    escalations     integer     NOT NULL,
    escalated_at    timestamptz,
    cleared_at      timestamptz,
    closed_at       timestamptz,
    unknown_since   timestamptz,
    refuted         boolean     NOT NULL,
    suppressed      text        NOT NULL CHECK (suppressed IN ('', 'group', 'ceiling', 'maintenance')),
    group_alarm     bigint REFERENCES alarms,
    members         integer     NOT NULL,
    revision        integer     NOT NULL,
    CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((state = 'shelved') = (shelved_until IS NOT NULL)),
    CHECK (state NOT IN ('cleared', 'closed') OR cleared_at IS NOT NULL),
    CHECK ((suppressed IN ('group', 'ceiling')) = (group_alarm IS NOT NULL))
);
-- Two copies of one alarm cannot be: a second row with the key fails, whoever writes it.
CREATE UNIQUE INDEX alarms_one_open ON alarms (key) WHERE state <> 'closed';
CREATE INDEX alarms_open ON alarms (raised_at) WHERE state <> 'closed';
CREATE INDEX alarms_raised ON alarms (raised_at);
CREATE INDEX alarms_members ON alarms (group_alarm) WHERE group_alarm IS NOT NULL AND state <> 'closed';
CREATE INDEX alarms_of_key ON alarms (key, alarm);

-- Each step in the life of each alarm, never changed. Journal, notification and watches go by them.
CREATE TABLE changes (
    change       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alarm        bigint      NOT NULL REFERENCES alarms,
    revision     integer     NOT NULL,
    at           timestamptz NOT NULL,
    event        text        NOT NULL,
    was          text        NOT NULL,  -- state before; '' of the first
    state        text        NOT NULL,
    was_severity smallint    NOT NULL,  -- 0 of the first
    severity     smallint    NOT NULL,
    by           text        NOT NULL,  -- '' the engine
    note         text        NOT NULL,
    until        timestamptz,
    value        double precision,
    trace_id     text        NOT NULL,
    UNIQUE (alarm, revision)
);
CREATE INDEX changes_at ON changes (at);
CREATE FUNCTION refuse_change_of_changes() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE ''changes are added to, never changed''; END';
CREATE TRIGGER changes_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON changes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_changes();

-- History in the time of events: what was abnormal, by all that is known now. Rewritten by late data.
CREATE TABLE episodes (
    rule         text        NOT NULL,
    subject_kind text        NOT NULL,
    subject      text        NOT NULL,
    began_at     timestamptz NOT NULL,
    ended_at     timestamptz,            -- NULL: it goes on
    level_at     timestamptz[] NOT NULL, -- element i: from when on …
    levels       smallint[]  NOT NULL,   -- … which severity, 1 to 4
    peak         double precision NOT NULL,  -- furthest from usual, in the terms of the rule's limits
    peak_at      timestamptz NOT NULL,
    through      timestamptz NOT NULL,   -- evaluated up to this point
    end_why      text        NOT NULL CHECK (end_why IN ('', 'normal', 'schedule', 'rule')),
    rule_version integer     NOT NULL,
    known_at     timestamptz NOT NULL,   -- when this row came to be as it is
    PRIMARY KEY (rule, subject_kind, subject, began_at),
    CHECK (cardinality(levels) = cardinality(level_at) AND cardinality(levels) > 0),
    CHECK ((ended_at IS NULL) = (end_why = ''))
);
CREATE UNIQUE INDEX episodes_one_open ON episodes (rule, subject_kind, subject) WHERE ended_at IS NULL;
CREATE INDEX episodes_began ON episodes (began_at);

-- What was taken for usual, hour by hour, as the past was known when the hour was first evaluated.
CREATE TABLE usuals (
    rule    text        NOT NULL,
    subject text        NOT NULL,
    hour    timestamptz NOT NULL,
    median  double precision,  -- NULL: too few weeks were known
    mad     double precision,
    weeks   smallint    NOT NULL,
    PRIMARY KEY (hour, rule, subject)
);

-- Announced work: what is raised within is listed, and not shown by itself.
CREATE TABLE maintenance (
    maintenance  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    scope_kind   text        NOT NULL CHECK (scope_kind IN ('device', 'area', 'cause', 'rule', 'dataset', 'everything')),
    scope        text        NOT NULL,  -- its name; of a cause "kind name"
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL CHECK (ends_at > starts_at),
    why          text        NOT NULL,
    by           text        NOT NULL,
    created_at   timestamptz NOT NULL,
    cancelled_at timestamptz
);
CREATE INDEX maintenance_ends ON maintenance (ends_at) WHERE cancelled_at IS NULL;

-- Of what is looked at in closed windows: up to when.
CREATE TABLE windows (
    rule            text        PRIMARY KEY,
    evaluated_until timestamptz NOT NULL
);

-- How far each log is followed. The row of telemetry is locked by whoever evaluates.
CREATE TABLE checkpoints (
    log      text   PRIMARY KEY,
    epoch    uuid   NOT NULL,
    position bigint NOT NULL
);

-- One row, changed with every application of rules: workers look at it.
CREATE TABLE rules_version (
    one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    version bigint  NOT NULL DEFAULT 0
);
INSERT INTO rules_version DEFAULT VALUES;
