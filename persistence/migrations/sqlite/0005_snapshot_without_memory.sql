-- A snapshot no longer carries the requests that are remembered: a busy flight had a hundred thousand of them to write at a
-- time. They are read from the rows, after this one. Snapshots from before have 0 there: then from all rows.

alter table snapshot add column forgotten integer not null default 0;
