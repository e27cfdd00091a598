-- What every raising asks for, however many alarms are open: the groups that speak, and what each rule has shown lately.
CREATE INDEX alarms_groups ON alarms (alarm) WHERE subject_kind = 'group' AND state NOT IN ('cleared', 'closed');
CREATE INDEX alarms_shown ON alarms (rule, raised_at) WHERE suppressed = '' AND subject_kind <> 'group';
