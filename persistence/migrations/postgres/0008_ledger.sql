-- Where the money of bookings is, in double entry: the lines of one row of a booking's stream sum to zero in each currency. Written
-- in the statement of that row, and never changed.

create table ledger (
    stream text collate "C" not null,
    version bigint not null,
    ordinal bigint not null,
    at_ms bigint not null,
    account text collate "C" not null,
    currency text collate "C" not null,
    minor bigint not null check (minor <> 0),
    primary key (stream, version, ordinal)
);
