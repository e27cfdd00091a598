-- depends: alarms-0003-quick

-- The centre's own work, in the fields of the datasets of the same names: records takes it in from here (own_work.py).
-- `number` is a cursor: rows become visible in its order, since alarms are closed under the lock of evaluation only, and
-- whoever adds to the journal holds its head.

CREATE INDEX changes_close ON changes (change) WHERE event = 'close';

-- Alarms that are over, but those for which a group spoke and those under maintenance: these were nobody's to handle.
-- A closed alarm's `suppressed` stays as it is. Who was released from either is to be handled from then on.
CREATE VIEW centre_alarms AS
SELECT c.change AS number, c.alarm::text AS alarm, a.rule,
       (ARRAY['notice', 'warning', 'serious', 'emergency'])[life.severity] AS severity,
       a.area_code AS area, coalesce(released.at, life.raised_at) AS raised_at,
       life.acknowledged_at, life.acknowledged_by, life.cleared_at, c.at AS closed_at, life.shelved
FROM changes c JOIN alarms a ON a.alarm = c.alarm CROSS JOIN LATERAL (
    SELECT max(h.severity) AS severity, min(h.at) AS raised_at,
           min(h.at) FILTER (WHERE h.event = 'acknowledge') AS acknowledged_at,
           (array_agg(h.by ORDER BY h.revision) FILTER (WHERE h.event = 'acknowledge'))[1] AS acknowledged_by,
           max(h.at) FILTER (WHERE h.event = 'clear') AS cleared_at,
           bool_or(h.event = 'shelve') AS shelved
    FROM changes h WHERE h.alarm = c.alarm) life
CROSS JOIN LATERAL (
    SELECT max(r.at) AS at FROM changes r WHERE r.alarm = c.alarm AND r.event = 'release'
        AND r.at <= coalesce(life.acknowledged_at, 'infinity')) released
WHERE c.event = 'close' AND a.suppressed = '';

CREATE INDEX journal_handovers ON journal (entry) WHERE kind = 'handover';

CREATE VIEW centre_handovers AS
SELECT entry AS number, entry::text AS handover, at AS handed_over_at FROM journal WHERE kind = 'handover';
