-- depends: alarms-0004-own-work

-- What is announced, and taken back, is in the duty journal.
ALTER TABLE journal DROP CONSTRAINT journal_kind_check, ADD CONSTRAINT journal_kind_check CHECK (kind IN (
    'acknowledge', 'shelve', 'unshelve', 'close', 'escalate', 'remark', 'unattended', 'undelivered', 'note', 'handover',
    'maintenance'));
