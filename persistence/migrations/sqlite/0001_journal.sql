-- The journal is the truth and unique (stream, version) is its lock; the other tables hold what a commit
-- writes beside it. Times are whole milliseconds since 1970, as the rules count them.

create table shard_owner (
    shard integer primary key check (shard between 0 and 255),
    node text,
    epoch integer not null default 0
) strict;

insert into shard_owner (shard)
with recursive number (shard) as (select 0 union all select shard + 1 from number where shard < 255)
select shard from number;

create table journal (
    position integer primary key,
    stream text not null,
    version integer not null check (version > 0),
    epoch integer not null,
    at_ms integer not null,
    schema integer not null,
    request blob,
    fingerprint blob,
    body text not null,
    unique (stream, version)
) strict;

create table request_log (
    stream text not null,
    request blob not null,
    fingerprint blob not null,
    version integer not null,
    at_ms integer not null,
    body text not null,
    expires_ms integer not null,
    primary key (stream, request)
) strict, without rowid;

create index request_log_by_expiry on request_log (expires_ms);

create table outbox (
    stream text not null,
    version integer not null,
    ordinal integer not null,
    body text not null,
    primary key (stream, version, ordinal)
) strict, without rowid;

create table due (
    stream text primary key,
    at_ms integer not null
) strict, without rowid;

create index due_by_time on due (at_ms, stream);

create table snapshot (
    stream text primary key,
    version integer not null,
    schema integer not null,
    body text not null
) strict;
