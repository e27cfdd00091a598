-- What became of what, and organisations through time.

-- What decrees say about the making of new units, in their words. Changes follow from them and from the units,
-- so that it does not matter which came first.
CREATE TABLE statements (
    code  text NOT NULL CHECK (code ~ '^[0-9]{2,5}$'),
    day   date NOT NULL,
    words text NOT NULL,
    PRIMARY KEY (code, day)
);

-- What people state, for example where the words leave a name open or a weight is known.
CREATE TABLE declared (
    day      date NOT NULL,
    old_code text NOT NULL,
    new_code text NOT NULL,
    extent   text NOT NULL CHECK (extent IN ('whole', 'part')),
    weight   numeric CHECK (weight > 0 AND weight <= 1),
    basis    text CHECK (basis IN ('population', 'area', 'decree')),
    PRIMARY KEY (day, old_code, new_code),
    CHECK (weight IS NULL OR basis IS NOT NULL),
    CHECK (weight IS NOT NULL OR basis IS NULL OR basis = 'area')  -- by area without a weight: by boundaries
);

-- Both put together: never written but by working all of it out anew.
CREATE TABLE changes (
    day      date    NOT NULL,
    old_code text    NOT NULL,
    new_code text    NOT NULL,
    extent   text    NOT NULL CHECK (extent IN ('whole', 'part', 'uncertain')),
    weight   numeric CHECK (weight > 0 AND weight <= 1),  -- NULL: unknown
    basis    text    CHECK (basis IN ('population', 'area', 'decree')),
    declared boolean NOT NULL,
    PRIMARY KEY (day, old_code, new_code)
);
CREATE INDEX ON changes (new_code, day);

CREATE TABLE unresolved (
    day        date    NOT NULL,
    code       text    NOT NULL,
    place      integer NOT NULL,  -- among the mentions in the words, from 0
    words      text    NOT NULL,
    reason     text    NOT NULL,
    candidates text[]  NOT NULL,
    PRIMARY KEY (day, code, place)
);

CREATE TABLE organisations (
    code        text NOT NULL,
    valid_from  date NOT NULL,
    valid_to    date,  -- first day on which it is no more, or another by name, kind or place
    name_vi     text NOT NULL,
    name_en     text NOT NULL DEFAULT '',
    kind        text NOT NULL CHECK (kind IN ('department', 'agency', 'authority', 'other')),
    parent_code text NOT NULL DEFAULT '',
    serves      text NOT NULL DEFAULT '',  -- code of a unit
    PRIMARY KEY (code, valid_from),
    CHECK (valid_to > valid_from)
);

CREATE TABLE organisation_changes (
    day      date NOT NULL,
    old_code text NOT NULL,
    new_code text NOT NULL,
    extent   text NOT NULL CHECK (extent IN ('whole', 'part')),
    weight   numeric CHECK (weight > 0 AND weight <= 1),
    basis    text CHECK (basis IN ('population', 'area', 'decree')),
    PRIMARY KEY (day, old_code, new_code),
    CHECK ((weight IS NULL) = (basis IS NULL))
);

-- Personal data: an account at work and the position, no name.
CREATE TABLE answering (
    source       text NOT NULL,
    organisation text NOT NULL,
    account      text NOT NULL,
    valid_from   date NOT NULL,
    valid_to     date,
    position_vi  text NOT NULL,
    contact      text NOT NULL DEFAULT '',
    PRIMARY KEY (source, organisation, account, valid_from),
    CHECK (valid_to > valid_from)
);
