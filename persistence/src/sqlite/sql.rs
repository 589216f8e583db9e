//! Every statement for SQLite. Rows travel as one JSON text per table, those of the journal as `packed` bytes; a commit
//! is two hops to the database's thread, however many rows there are.

use crate::store::statements;

/// Lines of the list of bookings.
macro_rules! list_bookings {
    ($rows:literal) => {
        concat!("
        insert into booking
            (stream, version, locator, status, customer, made_by, class, people, created_ms, day, origin, destination,
             departs_ms, seats, currency, total_minor, body)
        select value ->> 'stream', value ->> 'version', value ->> 'locator', value ->> 'status',
               value ->> 'customer', value ->> 'made_by', value ->> 'class', value ->> 'people',
               value ->> 'created_ms', value ->> 'day', value ->> 'origin', value ->> 'destination',
               value ->> 'departs_ms', value ->> 'seats', value ->> 'currency', value ->> 'total_minor',
               value ->> 'body'
        from json_each(", $rows, ")
        where true
        on conflict (stream) do update set
            version = excluded.version, status = excluded.status, destination = excluded.destination,
            departs_ms = excluded.departs_ms, seats = excluded.seats, currency = excluded.currency,
            total_minor = excluded.total_minor, body = excluded.body
        where booking.version < excluded.version")
    };
}

/// On which departures new bookings are.
macro_rules! list_booked {
    ($rows:literal) => {
        concat!(
            "
        insert into booking_flight (flight, stream)
        select value ->> 'flight', value ->> 'stream' from json_each(",
            $rows,
            ")"
        )
    };
}

/// What is told, with the place where it stands.
macro_rules! tell {
    ($rows:literal, $position:literal) => {
        concat!("
        insert into event (position, ordinal, stream, version, kind, customer, made_by, flight, at_ms, body)
        select
            ", $position, ",
            value ->> 'ordinal', value ->> 'stream', value ->> 'version', value ->> 'kind',
            value ->> 'customer', value ->> 'made_by', value ->> 'flight', value ->> 'at_ms', value ->> 'body'
        from json_each(", $rows, ")")
    };
}

/// What moves, in double entry.
macro_rules! enter {
    ($rows:literal) => {
        concat!("
        insert into ledger (stream, version, ordinal, at_ms, account, currency, minor)
        select value ->> 'stream', value ->> 'version', value ->> 'ordinal', value ->> 'at_ms', value ->> 'account',
               value ->> 'currency', value ->> 'minor'
        from json_each(", $rows, ")")
    };
}

/// What few commits have: answers, effects, and what is no longer due.
macro_rules! write_rare {
    () => {
        "
        insert into request_log (stream, request, fingerprint, version, at_ms, body, expires_ms)
        select value ->> 0, unhex(value ->> 1), unhex(value ->> 2), value ->> 3, value ->> 4,
               value ->> 5, value ->> 6
        from json_each($3)
        where true
        on conflict (stream, request) do update set
            fingerprint = case when request_log.expires_ms <= excluded.at_ms then excluded.fingerprint end,
            version = excluded.version,
            at_ms = excluded.at_ms,
            body = excluded.body,
            expires_ms = excluded.expires_ms;

        insert into outbox (stream, version, ordinal, body)
        select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each($4);

        delete from due where stream in (select value from json_each($6))"
    };
}

/// What nearly every commit writes, and then what most have nothing of.
macro_rules! write {
    ($($more:expr),*) => {
        concat!(
            "
                begin immediate;

                insert into shard_owner (shard)
                select 256
                from json_each($1) asked
                left join shard_owner owner on owner.shard = asked.value ->> 0
                where owner.node is not $2 or owner.epoch is not asked.value ->> 1;

                insert into due (stream, at_ms)
                select value ->> 0, value ->> 1 from json_each($5)
                where true
                on conflict (stream) do update set at_ms = excluded.at_ms;

                insert into departure (stream, version, origin, destination, service_date, departs_ms, body)
                select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
                from json_each($7)
                where true
                on conflict (stream) do update set version = excluded.version, body = excluded.body
                where departure.version < excluded.version;

                update departure set departs_ms = value ->> 5 from json_each($7)
                where stream = value ->> 0 and version = value ->> 1 and departs_ms <> value ->> 5;

                insert into journal (stream, version, epoch, at_ms, schema, request, fingerprint, body, position, run)
                with recursive head (start) as
                    (select 1 where $8 is not null union all select start + 163 from head where start + 163 < length($8))
                select
                    cast(substr($9, cast(substr($8, start, 10) as integer),
                        cast(substr($8, start + 10, 10) as integer)) as text),
                    cast(substr($8, start + 20, 20) as integer),
                    cast(substr($8, start + 40, 20) as integer),
                    cast(substr($8, start + 60, 20) as integer),
                    cast(substr($8, start + 80, 5) as integer),
                    iif(substr($8, start + 85, 1) = x'31', substr($8, start + 86, 16), null),
                    iif(substr($8, start + 85, 1) = x'31', substr($8, start + 102, 16), null),
                    cast(substr($9, cast(substr($8, start + 118, 10) as integer),
                        cast(substr($8, start + 128, 10) as integer)) as text),
                    cast(substr($8, start + 138, 20) as integer),
                    cast(substr($8, start + 158, 5) as integer)
                from head"
            $(, ";", $more)*
        )
    };
}

statements! {
    /// Begins a transaction of accounts, which may write from its first word on.
    BEGIN = "begin immediate";

    /// A whole commit but its end, in one hop to the database's thread: a hop costs two changes of threads, and on a
    /// busy machine each waits for its turn. It opens a transaction that may write, so that it never has to wait
    /// half-way; breaks a rule of `shard_owner` when one of the (shard, epoch) pairs of $1 is not the node's $2; and
    /// writes the table that each of the others is for, null where there is nothing to write. The lines come in the
    /// order of their heads $8 (`packed`), whose texts are $9. $5 sets lines of `due`; $7 are lines of the list of departures,
    /// of which a later version is left alone. When a departure is stands in an index and hardly ever changes, so it has an
    /// update of its own: a column that is set counts as changed, and each commit would write a page of the index for
    /// nothing. The end of each of these wakes whoever waits for the last, so what few commits have is left out here, and
    /// what takes longest comes last.
    WRITE = write!();

    /// The same with what is remembered, to be carried out or no longer due, for the commits that have any. An answer of $3
    /// that is still remembered turns the fingerprint to null, which the table refuses; $4 are effects; $6 takes lines of
    /// `due` away.
    WRITE_AND_REMEMBER = write!(write_rare!());

    /// The same with bookings and what is told besides: $10 are lines of the list of bookings, $11 says on which departures
    /// new ones are, $12 is told of rows of the statement, $13 is what they move, and $14 the position before their first.
    WRITE_AND_TELL = write!(
        write_rare!(),
        list_bookings!("$10"),
        list_booked!("$11"),
        tell!("$12", "$14 + (value ->> 'number')"),
        enter!("$13")
    );

    /// Puts the lists of the store that forgets in the place of what is in its database: bookings, on which departures they
    /// are, what was told, with its positions in the place of numbers, departures, and what was moved.
    MIRROR = concat!(
        "delete from booking; delete from booking_flight; delete from event; delete from ledger; delete from departure;",
        list_bookings!("$1"), ";",
        list_booked!("$2"), ";",
        tell!("$3", "value ->> 'number'"), ";",
        "insert into departure (stream, version, origin, destination, service_date, departs_ms, body)
        select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
        from json_each($4);",
        enter!("$5"),
    );

    /// Makes it durable.
    COMMIT = "commit";

    /// Undoes it.
    ROLLBACK = "rollback";

    /// Moves what is in the log into the file, without waiting for anybody. Says whether it could not move all, how many pages
    /// the log has, and how many of them are moved.
    MOVE_LOG = "pragma wal_checkpoint(passive)";

    /// The same with everything, so that the log begins anew. It keeps its length, and the next commits write over what is
    /// there: a file that grows costs each of them a turn of the file system's own journal.
    MOVE_ALL_OF_LOG = "pragma wal_checkpoint(restart)";

    /// Says `ok`, or what is wrong with the file.
    CHECK = "pragma quick_check";

    /// How the file is kept, and how much of a commit is on the disk when it returns: 2 is all.
    DURABILITY = "select journal_mode, synchronous from pragma_journal_mode, pragma_synchronous";

    /// Those of the asked (shard, epoch) pairs that are not this node's.
    SHARDS_NOT_OURS = "
        select asked.value ->> 0
        from json_each(?1) asked
        left join shard_owner owner on owner.shard = asked.value ->> 0
        where owner.node is not ?2 or owner.epoch is not asked.value ->> 1
        order by 1";

    /// Makes a node the owner.
    CLAIM = "
        update shard_owner set node = ?1, epoch = epoch + 1
        where shard in (select value from json_each(?2))
        returning shard, epoch";

    /// Raises the epochs of what a node still owns.
    RAISE = "
        update shard_owner set epoch = epoch + 1
        where node = ?1 and shard in (select value from json_each(?2))
        returning shard, epoch";

    /// Who owns a shard.
    OWNER = "select node, epoch from shard_owner where shard = ?1";

    /// A departure of the list.
    DEPARTURE = "select body from departure where stream = ?1";

    /// The departures of a day after (instant, stream), from and to an airport where one is named.
    DEPARTURES = "
        select stream, body from departure
        where service_date = ?1 and (departs_ms, stream) > (?2, ?3)
            and (?4 = '' or origin = ?4) and (?5 = '' or destination = ?5)
        order by departs_ms, stream limit ?6";

    /// The whole list of bookings, after a stream.
    BOOKINGS_AFTER = "select stream, body from booking where stream > ?1 order by stream limit ?2";

    /// Which bookings are on which departures, after (departure, stream).
    BOOKED_AFTER = "
        select flight, stream from booking_flight
        where (flight, stream) > (?1, ?2)
        order by flight, stream limit ?3";

    /// The ledger after one of its lines, in order.
    LEDGER_AFTER = "
        select stream, version, ordinal, at_ms, account, currency, minor from ledger
        where (stream, version, ordinal) > (?1, ?2, ?3) order by stream, version, ordinal limit ?4";

    /// What was told after a place.
    EVENTS_AFTER = "
        select position, ordinal, stream, version, kind, customer, made_by, at_ms, body from event
        where (position, ordinal) > (?1, ?2)
        order by position, ordinal limit ?3";

    /// The last place where something was told.
    NEWEST_EVENT = "select position, ordinal from event order by position desc, ordinal desc limit 1";

    /// The whole list, after a stream.
    LISTINGS_AFTER = "select stream, body from departure where stream > ?1 order by stream limit ?2";

    /// All remembered answers, after (stream, request).
    ANSWERS_AFTER = "
        select stream, request, fingerprint, version, at_ms, body, expires_ms from request_log
        where (stream, request) > (?1, ?2)
        order by stream, request limit ?3";

    /// Whether anything was ever written of a stream.
    KNOWS = "
        select exists (select 1 from journal where stream = ?1) or exists (select 1 from snapshot where stream = ?1)
            or exists (select 1 from request_log where stream = ?1)";

    /// The snapshot of a stream, if it has this schema.
    SNAPSHOT = "
        select version, schema, forgotten, body from snapshot where stream = ?1 and schema = ?2";

    /// The lines of a stream in which rows from one version up to another may have answered requests.
    ANSWERED_BY_ROWS = "
        select version, run, at_ms, request, iif(run > 1, body, '') from journal
        where stream = ?1 and version <= ?3 and (request is not null or run > 1) and
            version >= coalesce((select max(version) from journal where stream = ?1 and version <= ?2), 0)
        order by version";

    /// The lines of a stream from the one that a version may be in up to another; beyond it when there is nothing before.
    ROWS_OF = "
        select version, run, at_ms, epoch, schema, request, fingerprint, body from journal
        where stream = ?1 and
            version >= coalesce((select max(version) from journal where stream = ?1 and version <= ?2), 0) and
            version <= max(?3, coalesce((select min(version) from journal where stream = ?1 and version >= ?2), 0))
        order by version";

    /// The line that a version may be in.
    ROW = "
        select version, run, at_ms, epoch, schema, request, fingerprint, body from journal
        where stream = ?1 and version <= ?2
        order by version desc limit 1";

    /// The lines of all streams from the one that a position may be in. There is one writer, so positions rise with the
    /// commits.
    ROWS_AFTER = "
        select position, stream, version, run, at_ms, epoch, schema, request, fingerprint, body from journal
        where position >= coalesce((select max(position) from journal where position <= ?1), 0)
        order by position limit ?2";

    /// The last position.
    LAST_POSITION = "select position + run - 1 from journal order by position desc limit 1";

    /// Which answers of a stream are remembered, and until when.
    ANSWERS_OF = "select request, expires_ms from request_log where stream = ?1 order by request";

    /// One remembered answer.
    ANSWER = "
        select fingerprint, version, at_ms, body, expires_ms from request_log
        where stream = ?1 and request = ?2";

    /// The streams to wake, after (instant, stream).
    DUE = "
        select stream, at_ms from due
        where (at_ms, stream) > (?1, ?2)
        order by at_ms, stream limit ?3";

    /// The effects that wait, after (stream, version, ordinal).
    OUTBOX_WAITING = "
        select stream, version, ordinal, body from outbox
        where (stream, version, ordinal) > (?1, ?2, ?3)
        order by stream, version, ordinal limit ?4";

    /// Keeps a snapshot, unless a later one is there.
    PUT_SNAPSHOT = "
        insert into snapshot (stream, version, schema, forgotten, body) values (?1, ?2, ?3, ?4, ?5)
        on conflict (stream) do update set
            version = excluded.version, schema = excluded.schema, forgotten = excluded.forgotten,
            body = excluded.body
        where snapshot.version < excluded.version";

    /// Strikes effects off.
    OUTBOX_DONE = "
        delete from outbox where (stream, version, ordinal) in
            (select value ->> 0, value ->> 1, value ->> 2 from json_each(?1))";

    /// Forgets answers whose memory has ended.
    SWEEP_ANSWERS = "
        delete from request_log where (stream, request) in
            (select stream, request from request_log where expires_ms <= ?1 order by expires_ms limit ?2)";

    /// Forgets what was told long ago.
    SWEEP_EVENTS = "
        delete from event where (position, ordinal) in
            (select position, ordinal from event where at_ms < ?1 order by at_ms, position, ordinal limit ?2)";

    /// Notes that bookings are to come, and takes the turn to put something down for them.
    EXPECT = "
        insert into expected_booking (booking, asked_ms)
        select value ->> 'booking', value ->> 'at_ms' from json_each($1)
        where true
        on conflict (booking) do update set asked_ms = excluded.asked_ms";

    /// The record locators of bookings.
    LOCATORS_OF = "
        select booking, locator from record_locator where booking in (select value ->> 'booking' from json_each($1))";

    /// Reserves record locators for bookings, but none that another one has.
    RESERVE = "
        insert into record_locator (locator, booking)
        select value ->> 'locator', value ->> 'booking' from json_each($1)
        where true
        on conflict do nothing
        returning booking, locator";

    /// Keeps people, unless somebody goes by their name already. Bytes are hexadecimal digits.
    KEEP_PEOPLE = "
        insert into person
            (people, number, booking, subject, title, first_name, last_name, born, document, email, phone,
             surname_index, email_index)
        select value ->> 'people', value ->> 'number', value ->> 'booking', value ->> 'subject',
               unhex(value ->> 'title'), unhex(value ->> 'first_name'), unhex(value ->> 'last_name'),
               unhex(value ->> 'born'), unhex(value ->> 'document'), unhex(value ->> 'email'),
               unhex(value ->> 'phone'), unhex(value ->> 'surname_index'), unhex(value ->> 'email_index')
        from json_each($1)
        where not exists (select 1 from person where people = value ->> 'people')";

    /// Keeps the keys of those of them who were kept.
    KEEP_SUBJECTS = "
        insert into subject (subject, master, wrapped)
        select value ->> 'subject', value ->> 'master', unhex(value ->> 'wrapped')
        from json_each($1)
        where exists (
            select 1 from person
            where people = value ->> 'people' and number = value ->> 'number' and subject = value ->> 'subject')";
}
