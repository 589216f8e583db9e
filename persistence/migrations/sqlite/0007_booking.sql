-- The lists of bookings, and what live sessions resume from. Both are written in the transaction of the journal's row, so
-- whoever was answered finds them changed; of plain holds and releases there is nothing here.

create table booking (
    stream text primary key,
    version integer not null,
    locator text not null unique,
    status text not null,
    customer text not null,
    made_by text not null,
    class text not null,
    -- Where the sealed records of its people are.
    people text not null,
    created_ms integer not null,
    -- The UTC date of its making.
    day text not null,
    -- Of its first direction: where from, where to, and when, by the first word.
    origin text not null,
    destination text not null,
    departs_ms integer,
    seats integer not null,
    -- Empty and nothing until it has a price.
    currency text not null,
    total_minor integer not null,
    body text not null
) strict, without rowid;

create index booking_by_time on booking (created_ms, stream);
create index booking_by_customer on booking (customer, created_ms, stream);
create index booking_by_maker on booking (made_by, created_ms, stream);
create index booking_by_people on booking (people);

create table booking_flight (
    flight text not null,
    stream text not null,
    primary key (flight, stream)
) strict, without rowid;

create index booking_flight_by_stream on booking_flight (stream, flight);

create table event (
    position integer not null,
    ordinal integer not null,
    stream text not null,
    version integer not null,
    kind text not null,
    customer text,
    made_by text,
    flight text,
    at_ms integer not null,
    body text not null,
    primary key (position, ordinal)
) strict, without rowid;

create index event_by_time on event (at_ms);
create index event_by_customer on event (customer, position, ordinal) where customer is not null;
create index event_by_maker on event (made_by, position, ordinal) where made_by is not null;
create index event_by_flight on event (flight, position, ordinal) where flight is not null;

-- How far the bookings of a cancelled departure are told of it.
create table telling (
    flight text primary key,
    -- The last stream that was told.
    told text not null
) strict, without rowid;
