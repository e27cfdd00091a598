-- depends: alarms-0005-maintenance

-- Escalation counts from when an alarm came to be shown and unanswered: raised (NULL), passed on, off its shelf, worse
-- after it was acknowledged, or no longer spoken for. Until now it knew of the first two.
ALTER TABLE alarms RENAME COLUMN escalated_at TO unanswered_since;
