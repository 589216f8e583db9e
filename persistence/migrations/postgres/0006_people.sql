-- Who travels, sealed: whoever reads these tables without the keys learns how many travel together, and nothing else.
-- Every field is sealed under a key of its subject alone, so that to forget somebody is to take that key away.

-- What each key of ours makes of a known text, so that a process with other keys is noticed before it seals with them.
create table personal_key (
    -- Of the master key; 0 is the key of the indexes.
    version bigint primary key,
    proof bytea not null
);

create table subject (
    subject text collate "C" primary key,
    -- Which master key wraps this one's.
    master bigint not null,
    wrapped bytea not null
);

create index subject_by_master on subject (master, subject);

create table person (
    people text collate "C" not null,
    -- As the booking counts its passengers, from 1; 0 is whom to write to.
    number bigint not null,
    booking text collate "C" not null,
    subject text collate "C" not null,
    title bytea,
    first_name bytea,
    last_name bytea,
    born bytea,
    document bytea,
    email bytea,
    phone bytea,
    -- Keyed digests of what may be looked for.
    surname_index bytea,
    email_index bytea,
    primary key (people, number)
);

create index person_by_booking on person (booking);
create index person_by_subject on person (subject);
create index person_by_surname on person (surname_index);
create index person_by_email on person (email_index);

create table record_locator (
    locator text collate "C" primary key,
    booking text collate "C" not null unique
);

-- What was put down for a booking that may never come to be.
create table expected_booking (
    booking text collate "C" primary key,
    asked_ms bigint not null
);

create index expected_booking_by_time on expected_booking (asked_ms);
