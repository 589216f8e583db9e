-- The lists of bookings, and what live sessions resume from. Both are written in the statement of the journal's row, so
-- whoever was answered finds them changed; of plain holds and releases there is nothing here.

create table booking (
    stream text collate "C" primary key,
    version bigint not null,
    locator text collate "C" not null unique,
    status text collate "C" not null,
    customer text collate "C" not null,
    made_by text collate "C" not null,
    class text collate "C" not null,
    -- Where the sealed records of its people are.
    people text collate "C" not null,
    created_ms bigint not null,
    -- The UTC date of its making.
    day text collate "C" not null,
    -- Of its first direction: where from, where to, and when, by the first word.
    origin text collate "C" not null,
    destination text collate "C" not null,
    departs_ms bigint,
    seats bigint not null,
    -- Empty and nothing until it has a price.
    currency text collate "C" not null,
    total_minor bigint not null,
    body text not null
);

create index booking_by_time on booking (created_ms, stream);
create index booking_by_customer on booking (customer, created_ms, stream);
create index booking_by_maker on booking (made_by, created_ms, stream);
create index booking_by_people on booking (people);

create table booking_flight (
    flight text collate "C" not null,
    stream text collate "C" not null,
    primary key (flight, stream)
);

create index booking_flight_by_stream on booking_flight (stream, flight);

create table event (
    position bigint not null,
    ordinal bigint not null,
    stream text collate "C" not null,
    version bigint not null,
    kind text collate "C" not null,
    customer text collate "C",
    made_by text collate "C",
    flight text collate "C",
    at_ms bigint not null,
    body text not null,
    primary key (position, ordinal)
);

create index event_by_time on event (at_ms);
create index event_by_customer on event (customer, position, ordinal) where customer is not null;
create index event_by_maker on event (made_by, position, ordinal) where made_by is not null;
create index event_by_flight on event (flight, position, ordinal) where flight is not null;

-- How far the bookings of a cancelled departure are told of it.
create table telling (
    flight text collate "C" primary key,
    -- The last stream that was told.
    told text collate "C" not null
);
