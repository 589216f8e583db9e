-- The journal is the truth and primary key (stream, version) is its lock; shard_owner is the fence that every
-- commit passes. Times are whole milliseconds since 1970, as the rules count them; names sort by their bytes.

create table node (
    node_id uuid primary key,
    incarnation bigint not null,
    addr text not null,
    lease_until timestamptz not null,
    draining boolean not null default false
);

create table shard_owner (
    shard int primary key check (shard between 0 and 255),
    node_id uuid,
    epoch bigint not null default 0
) with (fillfactor = 50);

insert into shard_owner (shard) select generate_series(0, 255);

-- A position is the writing transaction's number times 8192, plus the row's number in its statement: so rows
-- sort by transaction, and whoever reads below the oldest transaction still running has seen all there is.
-- A sequence would not do: two lanes may draw their positions in another order than their transactions'.
create table journal (
    stream text collate "C" not null,
    version bigint not null check (version > 0),
    position bigint not null unique,
    shard int not null,
    epoch bigint not null,
    at_ms bigint not null,
    schema int not null,
    request bytea,
    fingerprint bytea,
    body text not null,
    primary key (stream, version)
);

-- Added to the transaction's number. It rises when the rows come from another cluster, whose numbers were
-- higher than ours are.
create table position_base (
    only_row boolean primary key default true check (only_row),
    base bigint not null
);

insert into position_base (base) values (0);

create table request_log (
    stream text collate "C" not null,
    request bytea not null,
    fingerprint bytea not null,
    version bigint not null,
    at_ms bigint not null,
    body text not null,
    expires_ms bigint not null,
    primary key (stream, request)
);

create index request_log_by_expiry on request_log (expires_ms);

create table outbox (
    stream text collate "C" not null,
    version bigint not null,
    ordinal int not null,
    shard int not null,
    body text not null,
    primary key (stream, version, ordinal)
);

create table due (
    stream text collate "C" primary key,
    shard int not null,
    at_ms bigint not null
);

create index due_by_time on due (at_ms, stream);

create table snapshot (
    stream text collate "C" primary key,
    version bigint not null,
    schema int not null,
    body text not null
);
