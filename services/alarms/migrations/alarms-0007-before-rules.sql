-- depends: alarms-0006-unanswered

-- Episodes of what was observed before their rule came into force, which nothing ended: while one goes on, the next of
-- its key cannot be written. What is due of a dataset may have begun before.
DELETE FROM episodes e USING rules r
WHERE r.rule = e.rule AND r.version = e.rule_version AND e.began_at < r.applied_at AND e.subject_kind <> 'dataset';
