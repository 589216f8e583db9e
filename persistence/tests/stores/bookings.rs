//! The lists of bookings, on every store alike.

use std::time::Duration;

use domain::booking::Status;
use domain::ids::{BookingId, PrincipalId, RecordLocator, Version};
use domain::ledger::{Account, Line};
use domain::money::{Currency, Money};
use domain::news::NewsKind;
use domain::time::Timestamp;
use domain::view::{BookingView, EndView};
use persistence::any::Any;
use persistence::bookings::{Audience, Bookings, Filter, Listener, Made, Page};
use persistence::journal::{
    Batch, Entry, Epoch, EventId, EventRow, LedgerRow, Listing, Outcome, Statement, Step, StoredEvent,
};
use persistence::people::{Contact, Expected, People, WhoTravels};
use persistence::store::{Reader, Store};
use persistence::writer::{self, Ack, Journal, Options};
use tokio::sync::oneshot;

use crate::bed::{Bed, NODE, on_every_store};
use crate::booked::{
    booked, booking_entry, booking_id, booking_row, booking_stream, flight_of, news, told, view,
};
use crate::people::{draw, keys, name, traveller, who};
use crate::reads::wait_for_rows;
use crate::samples::{Owned, at, listing, summary};

on_every_store! {
    the_ledger_is_written_with_its_row_or_not_at_all,
    whoever_was_answered_finds_the_booking_and_what_is_told_of_it,
    a_list_shows_its_audience_what_was_asked_for,
    what_is_looked_for_is_found_by_locator_surname_and_address,
    the_public_look_up_needs_the_locator_and_the_surname,
    the_bookings_of_a_departure_come_one_after_the_other,
    whoever_comes_back_hears_what_concerns_them,
    figures_add_up_what_was_made,
    the_load_of_departures_is_by_day_and_route,
    what_a_booking_names_is_never_swept,
    what_people_wrote_is_kept_whatever_it_is,
}

/// The rows of a new booking may all be in one statement, and lists show the last alone.
#[test]
fn a_statement_carries_the_last_line_of_a_booking_its_departures_once_and_all_that_is_told() {
    let shards = [booking_stream(7), booking_stream(8)].map(|stream| (stream.shard(), Epoch::new(1)));
    let mut batch = Batch::new(shards);
    let created = Some(NewsKind::BookingCreated);
    for entry in [booking_entry(7, 1, None), booking_entry(7, 2, created), booking_entry(8, 4, created)] {
        batch.push(entry);
    }
    let Some(Step::Write(statement)) = batch.next_step() else { panic!("a batch with rows writes them") };
    assert_eq!(statement.bookings, [booking_row(7, 2), booking_row(8, 4)]);
    assert_eq!(statement.booked, booked(7), "the other one was there before");
    let told: Vec<_> =
        statement.events.iter().map(|told| (told.stream.clone(), told.version.number())).collect();
    assert_eq!(told, [(booking_stream(7), 2), (booking_stream(8), 4)]);
    assert_eq!(statement.written(), 5);
    assert!(statement.listings.is_empty());
}

const PAGE: Page = Page { number: 1, limit: 100 };

async fn send(journal: &Journal, entry: Entry<()>) {
    let (tell, hear) = oneshot::channel();
    let ack: Ack = Box::new(move |fate| tell.send(fate).unwrap());
    journal.send(entry.with_ack(ack)).await.unwrap();
    hear.await.unwrap().unwrap();
}

/// Puts sample bookings into the lists, each as it is after a row.
async fn fill<B: Bed>(bed: &B, lines: &[(u32, u64)]) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let statement = Statement {
        bookings: lines.iter().map(|(number, version)| booking_row(*number, *version)).collect(),
        booked: lines.iter().flat_map(|(number, _)| booked(*number)).collect(),
        ..owned.on(&[0])
    };
    assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);
}

fn numbers(views: &[BookingView]) -> Vec<u32> {
    (0..100).filter(|number| views.iter().any(|view| view.booking == booking_id(*number))).collect()
}

async fn listed(bookings: &Bookings, filter: Filter<'_>) -> Vec<u32> {
    let (views, count) = bookings.list(&filter, PAGE).await.unwrap();
    assert_eq!(count, views.len() as u64);
    assert!(views.is_sorted_by(|one, next| one.created >= next.created), "the latest first");
    numbers(&views)
}

async fn whoever_was_answered_finds_the_booking_and_what_is_told_of_it<B: Bed<Reader = Any>>(bed: B) {
    let (journal, writer) = writer::start(vec![bed.lane(NODE)], &Options::default()).unwrap();
    let bookings = bed.reader().bookings();
    for version in 1..=4 {
        let kind = (version == 3).then_some(NewsKind::BookingCreated);
        send(&journal, booking_entry(7, version, kind)).await;
        assert_eq!(bookings.booking(booking_id(7)).await.unwrap(), Some(view(7, version)));
    }
    assert_eq!(bookings.by_locator(RecordLocator::of(7)).await.unwrap(), Some(view(7, 4)));
    assert_eq!(bookings.booking(booking_id(8)).await.unwrap(), None);
    assert_eq!(bookings.by_locator(RecordLocator::of(8)).await.unwrap(), None);
    wait_for_rows(bed.reader(), 4).await;
    let told = bed.reader().events_after(EventId::default(), 10).await.unwrap();
    let [StoredEvent { id, told }] = &told[..] else { panic!("{told:?}") };
    let rows = bed.reader().rows_after(persistence::journal::Position::default(), 10).await.unwrap();
    assert_eq!((id.position, id.ordinal), (rows[2].0, 0), "it stands where its row stands");
    assert_eq!((&told.stream, told.version.number(), told.at), (&booking_stream(7), 3, rows[2].1.at));
    assert_eq!(told.news, news(7, NewsKind::BookingCreated));
    let shown = serde_json::to_value(&told.listing).unwrap();
    assert_eq!(shown["booking"], serde_json::to_value(view(7, 3)).unwrap());
    drop(journal);
    writer.join();
}

async fn a_list_shows_its_audience_what_was_asked_for<B: Bed<Reader = Any>>(bed: B) {
    fill(&bed, &[(0, 1), (1, 3), (2, 3), (3, 6), (4, 9), (5, 3)]).await;
    let bookings = bed.reader().bookings();
    let customer: PrincipalId = "usr_c1".parse().unwrap();
    let maker: PrincipalId = "usr_a0".parse().unwrap();
    let nobody: PrincipalId = "usr_nobody".parse().unwrap();
    let all = Filter::of(Audience::All);
    assert_eq!(listed(&bookings, all).await, [0, 1, 2, 3, 4, 5]);
    assert_eq!(listed(&bookings, Filter::of(Audience::Customer(&customer))).await, [1, 5]);
    assert_eq!(listed(&bookings, Filter::of(Audience::MadeBy(&maker))).await, [0, 2, 4]);
    for audience in [Audience::Customer(&nobody), Audience::MadeBy(&nobody), Audience::MadeBy(&customer)] {
        assert_eq!(listed(&bookings, Filter::of(audience)).await, [0; 0]);
    }
    let held = Filter { status: Some(Status::Held), ..all };
    assert_eq!(listed(&bookings, held).await, [1, 2, 5]);
    assert_eq!(listed(&bookings, Filter { audience: Audience::MadeBy(&maker), ..held }).await, [2]);
    // The samples are on two departures each: that of their number, and the next.
    let aboard = Filter { flight: Some(flight_of(1)), ..all };
    assert_eq!(listed(&bookings, aboard).await, [0, 1, 5]);
    assert_eq!(listed(&bookings, Filter { audience: Audience::Customer(&customer), ..aboard }).await, [1, 5]);
    assert_eq!(listed(&bookings, Filter { audience: Audience::MadeBy(&maker), ..aboard }).await, [0]);
    let locator = Filter { locator: Some(RecordLocator::of(2)), ..all };
    assert_eq!(listed(&bookings, locator).await, [2]);
    assert_eq!(
        listed(&bookings, Filter { audience: Audience::Customer(&customer), ..locator }).await,
        [0; 0]
    );
    assert_eq!(listed(&bookings, Filter { flight: Some(flight_of(0)), ..locator }).await, [0; 0]);
    let made = |from: u32, before: u32| Made { from: view(from, 1).created, before: view(before, 1).created };
    assert_eq!(listed(&bookings, Filter { made: Some(made(1, 4)), ..all }).await, [1, 2, 3]);
    let page = |number, limit| Page { number, limit };
    let (views, count) = bookings.list(&all, page(2, 4)).await.unwrap();
    assert_eq!((numbers(&views), count), (vec![0, 1], 6), "the last page, and how many there are in all");
    let (views, count) = bookings.list(&all, page(3, 4)).await.unwrap();
    assert_eq!((views.len(), count), (0, 6));
}

/// Lets somebody travel with a sample booking.
async fn travels(people: &People, number: u32, surname: &str, email: &str) {
    let who = WhoTravels {
        travellers: vec![traveller("Ann", surname), traveller("Bob", "Common")],
        contact: Contact { email: email.to_owned(), phone: "+1".to_owned() },
    };
    let at = view(number, 1).created;
    let (booking, people_of) = (booking_id(number), name(u128::from(number)));
    let expected = Expected { booking, people: people_of, who: &who, at };
    people.prepare(&expected, &mut draw()).await.unwrap();
}

async fn what_is_looked_for_is_found_by_locator_surname_and_address<B: Bed<Reader = Any>>(bed: B) {
    fill(&bed, &[(0, 3), (1, 3), (2, 3)]).await;
    let (bookings, people) = (bed.reader().bookings(), bed.reader().travellers(keys()).await.unwrap());
    travels(&people, 0, "Müller", "ann@example.com").await;
    travels(&people, 1, "O'Neil", "ann@example.com").await;
    travels(&people, 2, "Smith", "bob@example.com").await;
    let maker: PrincipalId = "usr_a0".parse().unwrap();
    let second = RecordLocator::of(1).to_string().to_lowercase();
    for (text, all, made) in [
        ("muller", vec![0], vec![0]),
        ("ONEIL", vec![1], vec![]),
        ("common", vec![0, 1, 2], vec![0, 2]),
        ("Ann@Example.com", vec![0, 1], vec![0]),
        (&second, vec![1], vec![]),
        ("Ann", vec![], vec![]),
        ("", vec![], vec![]),
    ] {
        let filter = Filter { sought: Some(people.sought(text)), ..Filter::of(Audience::All) };
        assert_eq!(listed(&bookings, filter).await, all, "{text:?}");
        let filter = Filter { audience: Audience::MadeBy(&maker), ..filter };
        assert_eq!(listed(&bookings, filter).await, made, "{text:?}");
    }
    let both = Filter {
        sought: Some(people.sought("common")),
        flight: Some(flight_of(0)),
        ..Filter::of(Audience::All)
    };
    assert_eq!(listed(&bookings, both).await, [0]);
    let both = Filter { locator: Some(RecordLocator::of(2)), flight: None, ..both };
    assert_eq!(listed(&bookings, both).await, [2]);
    // Somebody forgotten is found no more.
    let subject = people.people(name(0)).await.unwrap().unwrap().travellers[0].subject;
    people.erase(subject).await.unwrap();
    let filter = Filter { sought: Some(people.sought("muller")), ..Filter::of(Audience::All) };
    assert_eq!(listed(&bookings, filter).await, [0; 0]);
}

async fn the_public_look_up_needs_the_locator_and_the_surname<B: Bed<Reader = Any>>(bed: B) {
    fill(&bed, &[(0, 3), (1, 3)]).await;
    let (bookings, people) = (bed.reader().bookings(), bed.reader().travellers(keys()).await.unwrap());
    travels(&people, 0, "Müller", "ann@example.com").await;
    travels(&people, 1, "Smith", "ann@example.com").await;
    let find = async |number, surname| {
        let found = bookings.by_locator_and_surname(RecordLocator::of(number), people.surname(surname)).await;
        found.unwrap().map(|view| view.booking)
    };
    assert_eq!(find(0, "mueller").await, None);
    assert_eq!(find(0, "MULLER").await, Some(booking_id(0)));
    assert_eq!(find(0, "Smith").await, None);
    assert_eq!(find(1, "Smith").await, Some(booking_id(1)));
    assert_eq!(find(9, "Smith").await, None);
}

async fn the_bookings_of_a_departure_come_one_after_the_other<B: Bed<Reader = Any>>(bed: B) {
    fill(&bed, &[(0, 3), (1, 6), (5, 9), (6, 3)]).await;
    let (bookings, flight) = (bed.reader().bookings(), flight_of(1));
    assert_eq!(bookings.told_last(flight).await.unwrap(), None);
    let mut heard: Vec<BookingId> = Vec::new();
    loop {
        let after = bookings.told_last(flight).await.unwrap();
        assert_eq!(after, heard.last().copied());
        let page = bookings.on_flight(flight, after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        bookings.tell(flight, last.booking).await.unwrap();
        heard.extend(page.iter().map(|aboard| aboard.booking));
    }
    assert_eq!(heard, [0, 1, 5, 6].map(booking_id));
    bookings.told_everybody(flight).await.unwrap();
    assert_eq!(bookings.told_last(flight).await.unwrap(), None);
    let aboard = bookings.on_flight(flight, None, 1).await.unwrap().remove(0);
    let shown = view(0, 3);
    assert_eq!(
        (aboard.customer, aboard.made_by, aboard.status),
        (shown.customer, shown.made_by, Status::Held)
    );
    let customer: PrincipalId = "usr_c1".parse().unwrap();
    let theirs = bookings.of_customer_on(&customer, flight).await.unwrap();
    assert_eq!(theirs, [1, 5].map(booking_id));
}

/// What comes to an account of a booking's row; its number is the ordinal.
fn moved(number: u32, version: u64, ordinal: u16, account: Account, minor: i64) -> LedgerRow {
    let line = Line { account, amount: Money::from_minor(minor, Currency::USD) };
    let at = at(i64::try_from(version).unwrap());
    LedgerRow { stream: booking_stream(number), version: Version::new(version), ordinal, at, line }
}

async fn the_ledger_is_written_with_its_row_or_not_at_all<B: Bed<Reader = Any>>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let first = vec![moved(0, 1, 0, Account::Provider, 900), moved(0, 1, 1, Account::Customer, -900)];
    let second = vec![moved(1, 1, 0, Account::Provider, 100), moved(1, 1, 1, Account::Fares, -100)];
    let both: Vec<LedgerRow> = first.iter().chain(&second).cloned().collect();
    let statement = Statement { ledger: both.clone(), ..owned.rows(&[(0, 1)]) };
    assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);
    // The row is there already, so nothing of its statement may land.
    let again = Statement { ledger: vec![moved(2, 1, 0, Account::Fees, 7)], ..owned.rows(&[(0, 1)]) };
    assert!(matches!(lane.commit(&again).await.unwrap(), Outcome::Refused(_)));
    let read = bed.reader().ledger_after(None, 100).await.unwrap();
    assert_eq!(read, both);
    let after = (booking_stream(0), Version::new(1), 0);
    assert_eq!(bed.reader().ledger_after(Some(&after), 2).await.unwrap(), both[1..3]);
    let bookings = bed.reader().bookings();
    assert_eq!(bookings.ledger(booking_id(0)).await.unwrap(), first);
    let balances = bookings.balances().await.unwrap();
    let balances: Vec<_> = balances.iter().map(|balance| (balance.account, balance.amount.minor())).collect();
    let expected = [(Account::Customer, -900), (Account::Fares, -100), (Account::Provider, 1_000)];
    assert_eq!(balances, expected);
}

async fn whoever_comes_back_hears_what_concerns_them<B: Bed<Reader = Any>>(bed: B) {
    fill(&bed, &[(0, 3), (3, 3)]).await;
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    // Odd rows tell of the booking of their departure's number, even ones of the departure.
    let rows = [(0, 1), (0, 2), (1, 1), (1, 2), (2, 1), (3, 1), (4, 2)];
    let events: Vec<EventRow> = (0..2).map(|ordinal| told(0, 1, ordinal)).collect();
    let rest = rows[1..].iter().map(|(of, version)| told(*of, *version, 0));
    let statement = Statement { events: events.into_iter().chain(rest).collect(), ..owned.rows(&rows) };
    assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);
    wait_for_rows(bed.reader(), rows.len()).await;
    let bookings = bed.reader().bookings();
    let upto = bed.reader().newest_event().await.unwrap();
    let start = EventId::default();
    let heard = async |listener: Listener<'_>, between, most| {
        let heard = bookings.events_for(&listener, between, most).await.unwrap();
        assert!(heard.is_sorted_by(|one, next| one.id < next.id));
        let place = |event: &StoredEvent| {
            let told = &event.told;
            let of = (0..5).find(|of| crate::samples::stream(*of) == told.stream).unwrap();
            (of, told.version.number(), told.ordinal)
        };
        heard.iter().map(place).collect::<Vec<_>>()
    };
    let everything = bed.reader().events_after(start, 100).await.unwrap();
    assert_eq!(heard(Listener::Everything, (start, upto), 100).await.len(), everything.len());
    assert_eq!(everything.len(), 8);
    // Customer 0 has booking 0, which is on departures 0 and 1.
    let customer: PrincipalId = "usr_c0".parse().unwrap();
    let of_customer = Listener::Of { principal: Some(&customer), flights: &[] };
    let theirs = [(0, 1, 0), (0, 1, 1), (0, 2, 0), (1, 2, 0)];
    assert_eq!(heard(of_customer, (start, upto), 100).await, theirs);
    assert_eq!(heard(of_customer, (everything[0].id, upto), 100).await, theirs[1..]);
    assert_eq!(heard(of_customer, (start, everything[1].id), 100).await, theirs[..2], "the end is included");
    assert_eq!(heard(of_customer, (start, upto), 1).await, theirs[..1]);
    // Who made 3, which is on 3 and 4, also made what is told of 1.
    let maker: PrincipalId = "usr_a1".parse().unwrap();
    let of_maker = Listener::Of { principal: Some(&maker), flights: &[flight_of(1)] };
    let theirs = [(1, 1, 0), (1, 2, 0), (3, 1, 0), (4, 2, 0)];
    assert_eq!(heard(of_maker, (start, upto), 100).await, theirs);
    assert_eq!(heard(of_maker, (start, upto), 3).await, theirs[..3]);
    let flights = [flight_of(1), flight_of(4)];
    let anonymous = Listener::Of { principal: None, flights: &flights };
    assert_eq!(heard(anonymous, (start, upto), 100).await, [(1, 2, 0), (4, 2, 0)]);
    let nobody: PrincipalId = "usr_nobody".parse().unwrap();
    let stranger = Listener::Of { principal: Some(&nobody), flights: &[] };
    assert_eq!(heard(stranger, (start, upto), 100).await, []);
}

async fn figures_add_up_what_was_made<B: Bed<Reader = Any>>(bed: B) {
    fill(&bed, &[(0, 1), (1, 3), (2, 3), (3, 6), (4, 6), (30, 6)]).await;
    let bookings = bed.reader().bookings();
    let made = Made { from: view(0, 1).created, before: view(30, 1).created };
    let usd = |minor| Some(Money::from_minor(minor, Currency::USD));
    let by_maker = bookings.by_maker(made).await.unwrap();
    let figures: Vec<_> =
        by_maker.iter().map(|line| (&*line.of, line.status, line.bookings, line.total)).collect();
    assert_eq!(
        figures,
        [
            ("usr_a0", Status::Holding, 1, None),
            ("usr_a0", Status::Held, 1, Some(Money::from_minor(11_000, Currency::EUR))),
            ("usr_a0", Status::Confirmed, 1, usd(11_000)),
            ("usr_a1", Status::Confirmed, 1, usd(11_000)),
            ("usr_a1", Status::Held, 1, usd(11_000)),
        ]
    );
    assert!(by_maker.iter().all(|line| line.seats == 2 * line.bookings));
    let by_day =
        bookings.by_day(Made { before: made.before + Duration::from_secs(1), ..made }).await.unwrap();
    let day = |number| {
        let created: Timestamp = view(number, 1).created;
        created.to_string()[..10].to_owned()
    };
    assert!(by_day.iter().any(|line| line.of == day(0)) && by_day.iter().any(|line| line.of == day(30)));
    let confirmed = by_day.iter().filter(|line| line.status == Status::Confirmed).map(|line| line.bookings);
    assert_eq!(confirmed.sum::<u64>(), 3);
    let by_route = bookings.by_route(made).await.unwrap();
    assert!(by_route.iter().any(|line| line.of == "JFK-BOS" || line.of == "JFK-LAX"), "{by_route:?}");
    let all = bookings.by_status(view(30, 1).created).await.unwrap();
    let confirmed = all.iter().find(|line| line.status == Status::Confirmed).unwrap();
    assert_eq!((confirmed.bookings, confirmed.recent, confirmed.total), (3, 1, usd(33_000)));
}

async fn the_load_of_departures_is_by_day_and_route<B: Bed<Reader = Any>>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let listings = (0..4).map(|of| listing(of, 1)).collect();
    let statement = Statement { listings, ..owned.on(&[0, 1, 2, 3]) };
    assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);
    let date = summary(0, 1).flight_id.date;
    let bookings = bed.reader().bookings();
    let (by_day, by_route) = bookings.load((date, date)).await.unwrap();
    assert_eq!(
        by_day.iter().map(|(day, load)| (&**day, load.departures)).collect::<Vec<_>>(),
        [("2026-12-01", 4)]
    );
    let routes: Vec<_> = by_route.iter().map(|(route, load)| (&**route, load.departures)).collect();
    assert_eq!(routes, [("JFK-BOS", 2), ("JFK-LAX", 2)]);
    let before = date.yesterday().unwrap();
    assert!(bookings.load((before, before)).await.unwrap().0.is_empty());
}

async fn what_a_booking_names_is_never_swept<B: Bed<Reader = Any>>(bed: B) {
    let people = bed.reader().travellers(keys()).await.unwrap();
    let at = view(1, 1).created;
    let party = who(&["Quartermain"]);
    let expected = |number: u128, of: u128| Expected {
        booking: BookingId::new(number),
        people: name(of),
        who: &party,
        at,
    };
    // Booking 1 came to be with the people of name 1; the same request with another body had put others down.
    let locator = people.prepare(&expected(1, 1), &mut draw()).await.unwrap();
    people.prepare(&expected(1, 77), &mut draw()).await.unwrap();
    people.prepare(&expected(2, 2), &mut draw()).await.unwrap();
    fill(&bed, &[(1, 3)]).await;
    let later = at + Duration::from_secs(25 * 3_600);
    assert_eq!(people.sweep(later, 10).await.unwrap(), 2);
    assert!(people.people(name(1)).await.unwrap().is_some());
    assert!(people.people(name(77)).await.unwrap().is_none());
    assert!(people.people(name(2)).await.unwrap().is_none());
    assert_eq!(people.sweep(later, 10).await.unwrap(), 0);
    assert_eq!(people.prepare(&expected(1, 1), &mut draw()).await.unwrap(), locator);
}

/// What no database takes as a text is written as an escape, and what looks like that escape is not taken for it.
async fn what_people_wrote_is_kept_whatever_it_is<B: Bed<Reader = Any>>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let mut row = booking_row(1, 9);
    let reason = Some("a\0b \\u0000 \u{1f6eb} \"quoted\"".to_owned());
    row.view.end = Some(EndView { why: None, by: None, reason, terms: None });
    let mut told = told(0, 1, 0);
    told.listing = Some(Listing::Booking(row.view.clone()));
    let bookings = vec![row.clone()];
    let statement = Statement { bookings, events: vec![told.clone()], ..owned.rows(&[(0, 1)]) };
    assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);
    let kept = bed.reader().bookings().booking(booking_id(1)).await.unwrap();
    assert_eq!(kept.as_ref(), Some(&*row.view));
    wait_for_rows(bed.reader(), 1).await;
    let events = bed.reader().events_after(EventId::default(), 10).await.unwrap();
    assert_eq!(events.into_iter().map(|event| event.told).collect::<Vec<_>>(), [told]);
}
