//! Every statement about the lists of bookings: the same text for both databases.

use crate::store::statements;

/// What a list is chosen by, whoever sees it: status $2, record locator $3, made from $4 on and before $5. An empty text asks
/// for all.
macro_rules! chosen {
    ($from:literal, $who:literal, $and:literal) => {
        concat!(
            " from ",
            $from,
            " where ",
            $who,
            " and ($2 = '' or booking.status = $2) and ($3 = '' or booking.locator = $3)
              and booking.created_ms >= $4 and booking.created_ms < $5",
            $and
        )
    };
}

/// A page of a list, the latest booking first.
macro_rules! page {
    ($chosen:expr, $most:literal) => {
        concat!(
            "select booking.body",
            $chosen,
            " order by booking.created_ms desc, booking.stream desc ",
            $most
        )
    };
}

/// How many bookings a list has.
macro_rules! count {
    ($chosen:expr) => {
        concat!("select count(*)", $chosen)
    };
}

/// All that is asked for.
macro_rules! any {
    ($who:literal) => {
        chosen!("booking", $who, "")
    };
}

/// With a segment on departure $6.
macro_rules! on_flight {
    ($who:literal) => {
        chosen!(
            "booking_flight aboard join booking on booking.stream = aboard.stream",
            $who,
            " and aboard.flight = $6"
        )
    };
}

/// With record locator $6, or with somebody of surname $7 or address $8, and on departure $9 if that is not empty. The indexes
/// lead to them, not to the list.
macro_rules! sought {
    ($who:literal) => {
        chosen!(
            "booking",
            $who,
            " and booking.stream in (
                select stream from booking known where known.locator = $6
                union
                select known.stream from person join booking known on known.people = person.people
                where person.surname_index = $7
                union
                select known.stream from person join booking known on known.people = person.people
                where person.email_index = $8)
              and ($9 = '' or exists (
                select 1 from booking_flight aboard where aboard.flight = $9 and aboard.stream = booking.stream))"
        )
    };
}

/// What is told, in its order, between the places ($2, $3) and ($4, $5).
macro_rules! told {
    ($from:literal) => {
        concat!(
            "select position, ordinal, stream, version, kind, customer, made_by, at_ms, body from event where ",
            $from,
            " and (position, ordinal) > ($2, $3) and (position, ordinal) <= ($4, $5)"
        )
    };
}

/// Sums of the bookings that were made from $1 on and before $2.
macro_rules! sums {
    ($by:literal) => {
        sums!($by, "")
    };
    ($by:literal, $and:literal) => {
        concat!(
            "select ",
            $by,
            ", currency, status, count(*), cast(sum(seats) as bigint), cast(sum(total_minor) as bigint)
            from booking where created_ms >= $1 and created_ms < $2",
            $and,
            " group by 1, 2, 3 order by 1, 2, 3"
        )
    };
}

statements! {
    /// A booking.
    BOOKING = "select body from booking where stream = $1";

    /// The booking of a record locator.
    BY_LOCATOR = "select body from booking where locator = $1";

    /// The booking of a record locator, if somebody of this surname travels with it.
    BY_LOCATOR_AND_SURNAME = "
        select body from booking
        where locator = $1 and exists (
            select 1 from person where person.people = booking.people and person.surname_index = $2)
    ";

    /// A page of all bookings.
    LIST_ALL = page!(any!("$1 = ''"), "limit $6 offset $7");
    /// How many there are.
    COUNT_ALL = count!(any!("$1 = ''"));
    /// A page of a customer's bookings.
    LIST_OF_CUSTOMER = page!(any!("booking.customer = $1"), "limit $6 offset $7");
    /// How many there are.
    COUNT_OF_CUSTOMER = count!(any!("booking.customer = $1"));
    /// A page of what somebody made.
    LIST_OF_MAKER = page!(any!("booking.made_by = $1"), "limit $6 offset $7");
    /// How many there are.
    COUNT_OF_MAKER = count!(any!("booking.made_by = $1"));

    /// The same on one departure.
    FLIGHT_LIST_ALL = page!(on_flight!("$1 = ''"), "limit $7 offset $8");
    /// How many there are.
    FLIGHT_COUNT_ALL = count!(on_flight!("$1 = ''"));
    /// A page of a customer's.
    FLIGHT_LIST_OF_CUSTOMER = page!(on_flight!("booking.customer = $1"), "limit $7 offset $8");
    /// How many there are.
    FLIGHT_COUNT_OF_CUSTOMER = count!(on_flight!("booking.customer = $1"));
    /// A page of what somebody made.
    FLIGHT_LIST_OF_MAKER = page!(on_flight!("booking.made_by = $1"), "limit $7 offset $8");
    /// How many there are.
    FLIGHT_COUNT_OF_MAKER = count!(on_flight!("booking.made_by = $1"));

    /// The same of what is looked for.
    SOUGHT_LIST_ALL = page!(sought!("$1 = ''"), "limit $10 offset $11");
    /// How many there are.
    SOUGHT_COUNT_ALL = count!(sought!("$1 = ''"));
    /// A page of a customer's.
    SOUGHT_LIST_OF_CUSTOMER = page!(sought!("booking.customer = $1"), "limit $10 offset $11");
    /// How many there are.
    SOUGHT_COUNT_OF_CUSTOMER = count!(sought!("booking.customer = $1"));
    /// A page of what somebody made.
    SOUGHT_LIST_OF_MAKER = page!(sought!("booking.made_by = $1"), "limit $10 offset $11");
    /// How many there are.
    SOUGHT_COUNT_OF_MAKER = count!(sought!("booking.made_by = $1"));

    /// The bookings on a departure, after one of them.
    ON_FLIGHT = "
        select booking_flight.stream, booking.customer, booking.made_by, booking.status
        from booking_flight join booking on booking.stream = booking_flight.stream
        where booking_flight.flight = $1 and booking_flight.stream > $2
        order by booking_flight.stream limit $3
    ";

    /// The bookings of a customer on a departure.
    OF_CUSTOMER_ON_FLIGHT = "
        select booking.stream
        from booking_flight join booking on booking.stream = booking_flight.stream
        where booking_flight.flight = $1 and booking.customer = $2
        order by booking.stream limit $3
    ";

    /// Everything that was told between two places.
    TOLD_ALL = concat!(told!("$1 = ''"), " order by position, ordinal limit $6");

    /// What was told of somebody's bookings, and of the departures that they are on.
    TOLD_PRINCIPAL = concat!(
        "select position, ordinal, stream, version, kind, customer, made_by, at_ms, body from (",
        told!("customer = $1"),
        " union ",
        told!("made_by = $1"),
        " union ",
        told!("flight in (
            select aboard.flight from booking join booking_flight aboard on aboard.stream = booking.stream
            where booking.customer = $1
            union
            select aboard.flight from booking join booking_flight aboard on aboard.stream = booking.stream
            where booking.made_by = $1)"),
        ") as told order by position, ordinal limit $6"
    );

    /// What was told of a departure.
    TOLD_OF_FLIGHT = concat!(told!("flight = $1"), " order by position, ordinal limit $6");

    /// Bookings of each day.
    BY_DAY = sums!("day");

    /// Bookings of each route.
    BY_ROUTE = sums!("origin || '-' || destination");

    /// Bookings of each who made them, but no customer.
    BY_MAKER = sums!(
        "made_by",
        " and not exists (select 1 from account where account.id = booking.made_by and account.role = 'CUSTOMER')"
    );

    /// How many bookings there are of each status, how many of them were made since $1, and what they come to.
    BY_STATUS = "
        select status, currency, count(*), count(case when created_ms >= $1 then 1 end),
               cast(sum(total_minor) as bigint)
        from booking group by status, currency order by status, currency
    ";

    /// The departures of some days, after one of them.
    DEPARTURES_BETWEEN = "
        select stream, body from departure
        where service_date >= $1 and service_date <= $2 and stream > $3
        order by stream limit $4
    ";

    /// The lines of the ledger of one booking.
    LEDGER_OF = "
        select stream, version, ordinal, at_ms, account, currency, minor from ledger
        where stream = $1 order by version, ordinal
    ";

    /// What each account has.
    BALANCES = "
        select account, currency, cast(sum(minor) as bigint) from ledger
        group by account, currency order by account, currency
    ";

    /// Which booking of a cancelled departure was told last.
    TOLD = "select told from telling where flight = $1";

    /// Notes which one was.
    TELL = "
        insert into telling (flight, told) values ($1, $2)
        on conflict (flight) do update set told = excluded.told
    ";

    /// Takes the note away: all were told.
    TOLD_EVERYBODY = "delete from telling where flight = $1";
}
