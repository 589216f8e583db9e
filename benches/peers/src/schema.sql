-- Departures, their seats and holds, for the peers that keep these as rows.
-- Rows that are changed often are narrow and leave room on their page, so that no index has to follow them.
create table if not exists sale (
    flight text primary key,
    particulars text not null
);

create table if not exists departure (
    flight text primary key references sale,
    version bigint not null,
    available integer not null,
    held integer not null
) with (fillfactor = 10);

create table if not exists seat (
    flight text not null references departure,
    seat text not null,
    hold uuid,
    until bigint,
    version bigint not null default 0,
    primary key (flight, seat)
) with (fillfactor = 50);

create table if not exists hold (
    id uuid primary key,
    flight text not null,
    seat text not null,
    version bigint not null,
    until bigint not null,
    released bigint
) with (fillfactor = 50);
