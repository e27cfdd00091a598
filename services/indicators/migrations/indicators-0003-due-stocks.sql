-- depends: indicators-0002-figures

ALTER TABLE entities
    ADD COLUMN due      timestamptz,  -- by its working time, else as its source says; NULL: open, or no clock
    ADD COLUMN due_soon timestamptz;  -- from when on at most eight working hours are left until then

-- What stocks are read from, so that a long past costs nothing: the sum of cells (`key` '') and members over
-- [since, before). From the beginning ('-infinity') to each year, and from a year to each of its months; and
-- for whether a source reported at all by then. Up to the month and the next year of the clock.
CREATE TABLE stocks (
    measure      integer NOT NULL,
    since        date    NOT NULL,
    before       date    NOT NULL,
    area         text    NOT NULL,
    organisation text    NOT NULL,
    breakdown    text    NOT NULL,
    key          text    NOT NULL,
    n            bigint  NOT NULL,
    sum          numeric NOT NULL,
    late         bigint  NOT NULL,
    blank        bigint  NOT NULL,
    PRIMARY KEY (measure, since, before, area, organisation, breakdown, key)
);
CREATE INDEX uses_stocks ON uses (measure) WHERE is_stock;

-- All datasets are summed anew, which says what entities are due and fills the stocks.
DELETE FROM makings WHERE what LIKE 'dataset %';
