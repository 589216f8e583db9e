//! Every statement for PostgreSQL. Rows travel as one array per column.

use crate::store::statements;

/// What every statement writes, then what most have nothing of, and how much of that was written. A table that a statement
/// names is opened and locked for it, even if nothing is written there.
macro_rules! commit {
    ($more:literal, $written:literal) => {
        concat!(
            "
                with owned as (
                    select owner.shard
                    from shard_owner owner
                    join unnest($1::int[], $2::bigint[]) as asked (shard, epoch)
                      on asked.shard = owner.shard and asked.epoch = owner.epoch
                    where owner.node_id = $3::text::uuid
                    order by owner.shard
                    for share of owner
                ), fence as (
                    select count(*) = cardinality($1::int[]) as ours from owned
                ), appended as (
                    insert into journal
                        (position, stream, version, shard, epoch, at_ms, schema, request, fingerprint, body, run)
                    select ((pg_current_xact_id()::text::bigint + (select base from position_base)) << 13) + number,
                           stream, version, shard, epoch, at_ms, schema, request, fingerprint, body, run
                    from unnest($4::text[], $5::bigint[], $6::int[], $7::bigint[], $8::bigint[], $9::int[],
                                $10::bytea[], $11::bytea[], $12::text[], $36::int[], $37::int[]) as line
                         (stream, version, shard, epoch, at_ms, schema, request, fingerprint, body, run, number)
                    where (select ours from fence)
                    returning run
                ), remembered as (
                    insert into request_log (stream, request, fingerprint, version, at_ms, body, expires_ms)
                    select * from unnest($13::text[], $14::bytea[], $15::bytea[], $16::bigint[], $17::bigint[],
                                         $18::text[], $19::bigint[])
                    where (select ours from fence)
                    on conflict (stream, request) do update set
                        fingerprint =
                            case when request_log.expires_ms <= excluded.at_ms then excluded.fingerprint end,
                        version = excluded.version,
                        at_ms = excluded.at_ms,
                        body = excluded.body,
                        expires_ms = excluded.expires_ms
                    returning 1
                ), ordered as (
                    insert into outbox (stream, version, ordinal, shard, body)
                    select * from unnest($20::text[], $21::bigint[], $22::int[], $23::int[], $24::text[])
                    where (select ours from fence)
                    returning 1
                ), set_due as (
                    insert into due (stream, shard, at_ms)
                    select * from unnest($25::text[], $26::int[], $27::bigint[])
                    where (select ours from fence)
                    on conflict (stream) do update set at_ms = excluded.at_ms
                ), cleared as (
                    delete from due where stream = any ($28::text[]) and (select ours from fence)
                ), listed as (
                    insert into departure (stream, version, origin, destination, service_date, departs_ms, body)
                    select * from unnest($29::text[], $30::bigint[], $31::text[], $32::text[], $33::text[],
                        $34::bigint[], $35::text[])
                    where (select ours from fence)
                    on conflict (stream) do update set
                        version = excluded.version, departs_ms = excluded.departs_ms, body = excluded.body
                    where departure.version < excluded.version
                )",
            $more,
            "select array(select shard from owned order by shard) as owned,
                       (select coalesce(sum(run), 0) from appended) + (select count(*) from remembered)
                           + (select count(*) from ordered)",
            $written,
            " as written"
        )
    };
}

statements! {
    /// Commits rows, answers, effects and lines of `due`, if this node owns all shards at these epochs; else
    /// writes nothing. Says which shards it owns, and how many rows, answers and effects were written.
    ///
    /// - `for share` waits for an epoch that is just being raised, and sees it then; `for key share` would not.
    ///   A with-query that locks rows is evaluated once, and in the order of the shards.
    /// - An answer that is still remembered turns the fingerprint to null, which the table refuses: then
    ///   nothing at all is written.
    COMMIT = commit!("", "");

    /// The same with bookings and what is told, for the few statements that have any. All four come as JSON: lines of the list of
    /// bookings, on which departures new ones are, what is told of rows of the statement, and what they move.
    COMMIT_AND_TELL = commit!(", booked as (
            insert into booking
                (stream, version, locator, status, customer, made_by, class, people, created_ms, day, origin,
                 destination, departs_ms, seats, currency, total_minor, body)
            select stream, version, locator, status, customer, made_by, class, people, created_ms, day, origin,
                   destination, departs_ms, seats, currency, total_minor, body
            from json_to_recordset($38::text::json) as line
                (stream text, version bigint, locator text, status text, customer text, made_by text, class text,
                 people text, created_ms bigint, day text, origin text, destination text, departs_ms bigint,
                 seats bigint, currency text, total_minor bigint, body text)
            where (select ours from fence)
            on conflict (stream) do update set
                version = excluded.version, status = excluded.status, destination = excluded.destination,
                departs_ms = excluded.departs_ms, seats = excluded.seats, currency = excluded.currency,
                total_minor = excluded.total_minor, body = excluded.body
            where booking.version < excluded.version
        ), boarded as (
            insert into booking_flight (flight, stream)
            select flight, stream from json_to_recordset($39::text::json) as line (flight text, stream text)
            where (select ours from fence)
        ), told as (
            insert into event
                (position, ordinal, stream, version, kind, customer, made_by, flight, at_ms, body)
            select ((pg_current_xact_id()::text::bigint + (select base from position_base)) << 13) + number,
                   ordinal, stream, version, kind, customer, made_by, flight, at_ms, body
            from json_to_recordset($40::text::json) as line
                (number bigint, ordinal bigint, stream text, version bigint, kind text, customer text,
                 made_by text, flight text, at_ms bigint, body text)
            where (select ours from fence)
            returning 1
        ), entered as (
            insert into ledger (stream, version, ordinal, at_ms, account, currency, minor)
            select stream, version, ordinal, at_ms, account, currency, minor
            from json_to_recordset($41::text::json) as line
                (stream text, version bigint, ordinal bigint, at_ms bigint, account text, currency text, minor bigint)
            where (select ours from fence)
            returning 1
        )", " + (select count(*) from told) + (select count(*) from entered)");

    /// Makes a node the owner. Rows are locked in the order of the shards, as a commit locks them.
    CLAIM = "
        with asked as (
            select shard from shard_owner where shard = any ($2::int[]) order by shard for update
        )
        update shard_owner owner set node_id = $1::text::uuid, epoch = owner.epoch + 1
        from asked where asked.shard = owner.shard
        returning owner.shard, owner.epoch";

    /// Raises the epochs of what a node still owns.
    RAISE = "
        with asked as (
            select shard from shard_owner
            where shard = any ($2::int[]) and node_id = $1::text::uuid
            order by shard for update
        )
        update shard_owner owner set epoch = owner.epoch + 1
        from asked where asked.shard = owner.shard and owner.node_id = $1::text::uuid
        returning owner.shard, owner.epoch";

    /// Who owns a shard.
    OWNER = "select node_id::text, epoch from shard_owner where shard = $1";

    /// Whether a commit that was reported is kept when the server crashes.
    SYNCHRONOUS_COMMIT = "select current_setting('synchronous_commit')";

    /// Makes positions go on where the rows of another cluster end, whose transactions had higher numbers.
    RAISE_POSITION_BASE = "
        update position_base set base = last.number + 1 - pg_current_xact_id()::text::bigint
        from (select coalesce(max(position), 0) >> 13 as number from journal) as last
        where last.number >= base + pg_current_xact_id()::text::bigint";

    /// A departure of the list.
    DEPARTURE = "select body from departure where stream = $1";

    /// The departures of a day after (instant, stream), from and to an airport where one is named.
    DEPARTURES = "
        select stream, body from departure
        where service_date = $1 and (departs_ms, stream) > ($2, $3)
            and ($4 = '' or origin = $4) and ($5 = '' or destination = $5)
        order by departs_ms, stream limit $6";

    /// The whole list of bookings, after a stream.
    BOOKINGS_AFTER = "select stream, body from booking where stream > $1 order by stream limit $2";

    /// Which bookings are on which departures, after (departure, stream).
    BOOKED_AFTER = "
        select flight, stream from booking_flight
        where (flight, stream) > ($1, $2)
        order by flight, stream limit $3";

    /// The ledger after one of its lines, in order.
    LEDGER_AFTER = "
        select stream, version, ordinal, at_ms, account, currency, minor from ledger
        where (stream, version, ordinal) > ($1, $2, $3) order by stream, version, ordinal limit $4";

    /// What was told after a place, as far as no transaction is running that could still put something in between.
    EVENTS_AFTER = "
        select position, ordinal, stream, version, kind, customer, made_by, at_ms, body from event
        where (position, ordinal) > ($1, $2) and position <
            (pg_snapshot_xmin(pg_current_snapshot())::text::bigint + (select base from position_base)) << 13
        order by position, ordinal limit $3";

    /// The last place that it comes to.
    NEWEST_EVENT = "
        select position, ordinal from event
        where position <
            (pg_snapshot_xmin(pg_current_snapshot())::text::bigint + (select base from position_base)) << 13
        order by position desc, ordinal desc limit 1";

    /// The whole list, after a stream.
    LISTINGS_AFTER = "select stream, body from departure where stream > $1 order by stream limit $2";

    /// All remembered answers, after (stream, request).
    ANSWERS_AFTER = "
        select stream, request, fingerprint, version, at_ms, body, expires_ms from request_log
        where (stream, request) > ($1, $2)
        order by stream, request limit $3";

    /// Whether anything was ever written of a stream.
    KNOWS = "
        select exists (select 1 from journal where stream = $1) or exists (select 1 from snapshot where stream = $1)
            or exists (select 1 from request_log where stream = $1)";

    /// The snapshot of a stream, if it has this schema.
    SNAPSHOT = "
        select version, schema::bigint, forgotten, body from snapshot where stream = $1 and schema::bigint = $2";

    /// The lines of a stream in which rows from one version up to another may have answered requests.
    ANSWERED_BY_ROWS = "
        select version, run::bigint, at_ms, request, case when run > 1 then body else '' end from journal
        where stream = $1 and version <= $3 and (request is not null or run > 1) and
            version >= coalesce((select max(version) from journal where stream = $1 and version <= $2), 0)
        order by version";

    /// The lines of a stream from the one that a version may be in up to another; beyond it when there is nothing before.
    ROWS_OF = "
        select version, run::bigint, at_ms, epoch, schema::bigint, request, fingerprint, body from journal
        where stream = $1 and
            version >= coalesce((select max(version) from journal where stream = $1 and version <= $2), 0) and
            version <= greatest($3, (select min(version) from journal where stream = $1 and version >= $2))
        order by version";

    /// The line that a version may be in.
    ROW = "
        select version, run::bigint, at_ms, epoch, schema::bigint, request, fingerprint, body from journal
        where stream = $1 and version <= $2
        order by version desc limit 1";

    /// The lines of all streams from the one that a position may be in, as far as no transaction is running that could
    /// still put one in between.
    ROWS_AFTER = "
        select position, stream, version, run::bigint, at_ms, epoch, schema::bigint, request, fingerprint, body
        from journal
        where position >= coalesce((select max(position) from journal where position <= $1), 0) and position <
            (pg_snapshot_xmin(pg_current_snapshot())::text::bigint + (select base from position_base)) << 13
        order by position limit $2";

    /// Which answers of a stream are remembered, and until when.
    ANSWERS_OF = "select request, expires_ms from request_log where stream = $1 order by request";

    /// One remembered answer.
    ANSWER = "
        select fingerprint, version, at_ms, body, expires_ms from request_log
        where stream = $1 and request = $2";

    /// The streams to wake, after (instant, stream).
    DUE = "
        select stream, at_ms from due
        where (at_ms, stream) > ($1, $2)
        order by at_ms, stream limit $3";

    /// The effects that wait, after (stream, version, ordinal).
    OUTBOX_WAITING = "
        select stream, version, ordinal::bigint, body from outbox
        where (stream, version, ordinal) > ($1, $2, $3)
        order by stream, version, ordinal limit $4";

    /// Keeps a snapshot, unless a later one is there.
    PUT_SNAPSHOT = "
        insert into snapshot (stream, version, schema, forgotten, body) values ($1, $2, $3, $4, $5)
        on conflict (stream) do update set
            version = excluded.version, schema = excluded.schema, forgotten = excluded.forgotten,
            body = excluded.body
        where snapshot.version < excluded.version";

    /// Strikes effects off.
    OUTBOX_DONE = "
        delete from outbox
        using unnest($1::text[], $2::bigint[], $3::int[]) as done (stream, version, ordinal)
        where (outbox.stream, outbox.version, outbox.ordinal) = (done.stream, done.version, done.ordinal)";

    /// Forgets answers whose memory has ended. One that was replaced meanwhile is kept.
    SWEEP_ANSWERS = "
        delete from request_log where expires_ms <= $1 and (stream, request) in
            (select stream, request from request_log where expires_ms <= $1 order by expires_ms limit $2)";

    /// Forgets what was told long ago.
    SWEEP_EVENTS = "
        delete from event where (position, ordinal) in
            (select position, ordinal from event where at_ms < $1 order by at_ms, position, ordinal limit $2)";

    /// Notes that bookings are to come, and takes the turn to put something down for them.
    EXPECT = "
        insert into expected_booking (booking, asked_ms)
        select booking, at_ms from json_to_recordset($1::text::json) as line (booking text, at_ms bigint)
        on conflict (booking) do update set asked_ms = excluded.asked_ms";

    /// The record locators of bookings. Here and below each line looks for itself by an index: as a join, the planner, which takes
    /// every text for a hundred lines, would read the whole table.
    LOCATORS_OF = "
        select line.booking, known.locator
        from json_to_recordset($1::text::json) as line (booking text)
        cross join lateral (
            select locator from record_locator where record_locator.booking = line.booking limit 1) known";

    /// Reserves record locators for bookings, but none that another one has.
    RESERVE = "
        insert into record_locator (locator, booking)
        select locator, booking from json_to_recordset($1::text::json) as line (locator text, booking text)
        on conflict do nothing
        returning booking, locator";

    /// Keeps people, unless somebody goes by their name already. Bytes are hexadecimal digits.
    KEEP_PEOPLE = "
        insert into person
            (people, number, booking, subject, title, first_name, last_name, born, document, email, phone,
             surname_index, email_index)
        select people, number, booking, subject, decode(title, 'hex'), decode(first_name, 'hex'),
               decode(last_name, 'hex'), decode(born, 'hex'), decode(document, 'hex'), decode(email, 'hex'),
               decode(phone, 'hex'), decode(surname_index, 'hex'), decode(email_index, 'hex')
        from json_to_recordset($1::text::json) as line
            (people text, number bigint, booking text, subject text, title text, first_name text, last_name text,
             born text, document text, email text, phone text, surname_index text, email_index text)
        where (select count(*) from person where person.people = line.people) = 0";

    /// Keeps the keys of those of them who were kept.
    KEEP_SUBJECTS = "
        insert into subject (subject, master, wrapped)
        select subject, master, decode(wrapped, 'hex')
        from json_to_recordset($1::text::json) as line
            (people text, number bigint, subject text, master bigint, wrapped text)
        where line.subject =
            (select person.subject from person where person.people = line.people and person.number = line.number)";
}
