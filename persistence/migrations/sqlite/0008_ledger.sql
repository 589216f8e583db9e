-- Where the money of bookings is, in double entry: the lines of one row of a booking's stream sum to zero in each currency. Written
-- in the transaction of that row, and never changed.

create table ledger (
    stream text not null,
    version integer not null,
    ordinal integer not null,
    at_ms integer not null,
    account text not null,
    currency text not null,
    minor integer not null check (minor <> 0),
    primary key (stream, version, ordinal)
) strict, without rowid;
