-- Who travels, sealed: whoever reads these tables without the keys learns how many travel together, and nothing else.
-- Every field is sealed under a key of its subject alone, so that to forget somebody is to take that key away.

-- What each key of ours makes of a known text, so that a process with other keys is noticed before it seals with them.
create table personal_key (
    -- Of the master key; 0 is the key of the indexes.
    version integer primary key,
    proof blob not null
) strict;

create table subject (
    subject text primary key,
    -- Which master key wraps this one's.
    master integer not null,
    wrapped blob not null
) strict;

create index subject_by_master on subject (master, subject);

create table person (
    people text not null,
    -- As the booking counts its passengers, from 1; 0 is whom to write to.
    number integer not null,
    booking text not null,
    subject text not null,
    title blob,
    first_name blob,
    last_name blob,
    born blob,
    document blob,
    email blob,
    phone blob,
    -- Keyed digests of what may be looked for.
    surname_index blob,
    email_index blob,
    primary key (people, number)
) strict;

create index person_by_booking on person (booking);
create index person_by_subject on person (subject);
create index person_by_surname on person (surname_index);
create index person_by_email on person (email_index);

create table record_locator (
    locator text primary key,
    booking text not null unique
) strict;

-- What was put down for a booking that may never come to be.
create table expected_booking (
    booking text primary key,
    asked_ms integer not null
) strict;

create index expected_booking_by_time on expected_booking (asked_ms);
