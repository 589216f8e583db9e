//! Every statement about people and record locators: the same text for both databases.

use crate::store::statements;

statements! {
    /// Keeps what a key makes of a known text.
    KEEP_PROOF = "insert into personal_key (version, proof) values ($1, $2) on conflict do nothing";

    /// What the key of a number makes of it.
    PROOF = "select proof from personal_key where version = $1";

    /// The people of a name, with the wrapped keys of those who are not forgotten.
    PEOPLE = "
        select person.number, person.subject, subject.master, subject.wrapped, person.title, person.first_name,
               person.last_name, person.born, person.document, person.email, person.phone
        from person left join subject on subject.subject = person.subject
        where person.people = $1
        order by person.number
    ";

    /// Takes away the key of a subject.
    FORGET_SUBJECT = "delete from subject where subject = $1";

    /// Takes away what was sealed with it, and what it could be found by.
    BLANK_PERSON = "
        update person set
            title = null, first_name = null, last_name = null, born = null, document = null, email = null,
            phone = null, surname_index = null, email_index = null
        where subject = $1
    ";

    /// Keys that an older master key wraps.
    WRAPPED_BEFORE = "
        select subject, master, wrapped from subject where master < $1 order by master, subject limit $2
    ";

    /// Wraps a key anew, unless somebody has.
    REWRAP = "update subject set master = $3, wrapped = $4 where subject = $1 and master = $2";

    /// One of those for which something was put down long ago.
    EXPECTED_BEFORE = "select booking from expected_booking where asked_ms < $1 order by asked_ms limit 1";

    /// Marks what was put down long ago for bookings, to be looked through in this transaction.
    MARK_EXPECTED = "
        update expected_booking set asked_ms = -1
        where asked_ms < $1 and booking in
            (select booking from expected_booking where asked_ms < $1 order by asked_ms limit $2)
    ";

    /// Forgets the keys of marked people whom no booking names.
    SWEEP_SUBJECTS = "
        delete from subject where subject in (
            select person.subject
            from expected_booking expected join person on person.booking = expected.booking
            where expected.asked_ms = -1 and not exists (
                select 1 from booking
                where booking.stream = 'booking/' || person.booking and booking.people = person.people))
    ";

    /// Forgets marked people whom no booking names.
    SWEEP_PEOPLE = "
        delete from person
        where booking in (select booking from expected_booking where asked_ms = -1)
          and not exists (
            select 1 from booking
            where booking.stream = 'booking/' || person.booking and booking.people = person.people)
    ";

    /// Gives marked record locators back that no booking has.
    SWEEP_LOCATORS = "
        delete from record_locator
        where booking in (select booking from expected_booking where asked_ms = -1)
          and not exists (select 1 from booking where booking.stream = 'booking/' || record_locator.booking)
    ";

    /// Takes the marked notes away.
    SWEEP_EXPECTED = "delete from expected_booking where asked_ms = -1";
}
