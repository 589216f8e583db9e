-- Rows that follow one another in a stream and are committed together may stand in one line: `version` is then the first
-- one's, `run` says how many there are, and `body` holds all of them (`store::runs`). The key stays the lock: whoever appends
-- begins where the last line ended that they know of, and if they do not know of the last one, another line begins there.

alter table journal add column run integer not null default 1 check (run > 0);
