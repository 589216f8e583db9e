//! Random statements, claims and upkeep: each store must do what the tables in memory do.

use domain::ids::{RecordLocator, Version};
use fastrand::Rng;
use persistence::journal::{
    BookedRow, BookingRow, Epoch, EventId, ListingRow, NodeId, Outcome, Position, Shard, Snapshot, Statement,
    StoredRow, Tables,
};
use persistence::store::{DeparturesOn, EffectKey, ListedAt, Reader, Store, Upkeep};

use crate::bed::{Bed, NODE, OTHER, on_every_store};
use crate::booked::{booked, booking_row, booking_stream, told};
use crate::reads::wait_for_rows;
use crate::samples::{Owned, SCHEMA, answer, at, due, effect, listing, snapshot, stream};

on_every_store! {
    random_histories_end_the_same_as_in_plain_memory,
}

const STREAMS: usize = 6;
const BOOKINGS: u32 = 20;
const NODES: [NodeId; 2] = [NODE, OTHER];
const STEPS: usize = 400;

/// Both sides of the comparison, and what each node believes to own.
struct Trial<'a, B: Bed> {
    bed: &'a B,
    lanes: Vec<B::Lane>,
    tables: Tables,
    beliefs: Vec<Owned>,
    rng: Rng,
    outcomes: [usize; 3],
}

async fn random_histories_end_the_same_as_in_plain_memory<B: Bed>(bed: B) {
    let seed = std::env::var("AISLE_SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    println!("to replay: AISLE_SEED={seed} cargo test -p aisle-persistence --test stores differential");
    let mut trial = Trial {
        bed: &bed,
        lanes: NODES.iter().map(|node| bed.lane(*node)).collect(),
        tables: Tables::default(),
        beliefs: vec![Owned(Vec::new()), Owned(Vec::new())],
        rng: Rng::with_seed(seed),
        outcomes: [0; 3],
    };
    let all: Vec<Shard> = Shard::all().collect();
    trial.claim(0, &all).await;
    trial.beliefs[1] = trial.beliefs[0].clone();
    for step in 0..STEPS {
        trial.step().await;
        if step % 20 == 0 {
            trial.compare().await;
        }
    }
    trial.compare().await;
    println!("committed, fenced, refused: {:?}", trial.outcomes);
    assert!(trial.outcomes.iter().all(|count| *count >= 10), "{:?}", trial.outcomes);
}

impl<B: Bed> Trial<'_, B> {
    async fn step(&mut self) {
        let node = self.rng.usize(..2);
        match self.rng.u8(..24) {
            0 => {
                let shards = self.some_shards();
                self.claim(node, &shards).await;
            }
            1 => {
                let shards = self.some_shards();
                self.raise(node, &shards).await;
            }
            2 => self.snapshot().await,
            3 => self.strike_off().await,
            4 => self.sweep().await,
            9 => self.sweep_events().await,
            // A node that was pushed out learns it, sooner or later.
            5..9 => self.look_up(node),
            _ => self.commit(node).await,
        }
    }

    fn some_shards(&mut self) -> Vec<Shard> {
        let mut shards: Vec<Shard> =
            (0..self.rng.usize(1..3)).map(|_| stream(self.rng.usize(..STREAMS)).shard()).collect();
        shards.sort_unstable();
        shards.dedup();
        shards
    }

    async fn claim(&mut self, node: usize, shards: &[Shard]) {
        let tables = &mut self.tables;
        let expected: Vec<_> =
            shards.iter().map(|shard| (*shard, tables.claim(NODES[node], *shard))).collect();
        assert_eq!(self.lanes[node].claim(shards).await.unwrap(), expected);
        self.believe(node, &expected);
    }

    async fn raise(&mut self, node: usize, shards: &[Shard]) {
        let expected = self.tables.raise(NODES[node], shards);
        assert_eq!(self.lanes[node].raise(shards).await.unwrap(), expected);
        self.believe(node, &expected);
    }

    fn believe(&mut self, node: usize, news: &[(Shard, Epoch)]) {
        let belief = &mut self.beliefs[node].0;
        belief.retain(|(shard, _)| news.iter().all(|(new, _)| new != shard));
        belief.extend_from_slice(news);
    }

    fn look_up(&mut self, node: usize) {
        let tables = &self.tables;
        let truth = Shard::all().filter_map(|shard| Some((shard, tables.owner(shard)?.1)));
        self.beliefs[node] = Owned(truth.collect());
    }

    async fn commit(&mut self, node: usize) {
        let statement = self.random_statement(node);
        let expected = self.tables.commit(NODES[node], &statement);
        let outcome = self.lanes[node].commit(&statement).await.unwrap();
        let same = match (&expected, &outcome) {
            (Outcome::Refused(_), Outcome::Refused(_)) => true,
            (expected, outcome) => expected == outcome,
        };
        assert!(same, "expected {expected:?}, found {outcome:?} of {statement:?}");
        self.outcomes[match outcome {
            Outcome::Committed => 0,
            Outcome::Fenced(_) => 1,
            Outcome::Refused(_) | Outcome::Unknown(_) => 2,
        }] += 1;
    }

    /// Mostly the next rows of some streams, sometimes a version that is there, with answers that may be
    /// remembered still, effects of the rows, and lines of `due`.
    fn random_statement(&mut self, node: usize) -> Statement {
        let belief = self.beliefs[node].clone();
        let mut statement = Statement::default();
        let mut streams = Vec::new();
        for of in 0..STREAMS {
            if self.rng.u8(..3) != 0 {
                continue;
            }
            streams.push(of);
            let count = self.rng.u64(..6);
            self.add_rows(&mut statement, &belief, of, count);
            if self.rng.bool() {
                let decided = self.rng.i64(10..60);
                let lives = self.rng.i64(1..30);
                statement.answers.push(answer(of, self.rng.u8(..4), decided, decided + lives));
            }
            match self.rng.u8(..4) {
                0 => statement.due.push(due(of, Some(self.rng.i64(0..9)))),
                1 => statement.due.push(due(of, None)),
                _ => {}
            }
            self.add_bookings(&mut statement);
            if self.rng.bool() {
                // Now and then older than what is there.
                statement.listings.push(listing(of, self.rng.u64(1..40)));
            }
        }
        statement.shards = belief.on(&streams).shards;
        statement
    }

    fn add_rows(&mut self, statement: &mut Statement, belief: &Owned, of: usize, count: u64) {
        let there = self.tables.rows(&stream(of)).last().map_or(0, |row| row.version.number());
        // Nobody ever begins within a run: whoever appends begins where one ended.
        let first = if self.rng.u8(..8) == 0 { 1 } else { there + 1 };
        for version in first..first + count {
            statement.rows.push(belief.row(of, version));
            // A row that is there has its effects there: the row alone must be what is refused.
            let effects = if version > there { self.rng.u16(..3) } else { 0 };
            statement.outbox.extend((0..effects).map(|ordinal| effect(of, version, ordinal)));
            let news = if version > there && self.rng.u8(..3) == 0 { self.rng.u16(..3) } else { 0 };
            statement.events.extend((0..news).map(|ordinal| told(of, version, ordinal)));
        }
    }

    /// A line of the list of bookings, sometimes older than what is there, sometimes new with a locator that another has.
    fn add_bookings(&mut self, statement: &mut Statement) {
        let number = self.rng.u32(..BOOKINGS);
        let stream = booking_stream(number);
        if self.rng.u8(..3) != 0 || statement.bookings.iter().any(|line| line.stream == stream) {
            return;
        }
        let mut line = booking_row(number, self.rng.u64(1..12));
        let stored = self.tables.bookings().find(|stored| stored.stream == stream);
        match stored.map(|stored| stored.view.locator) {
            // It never gets another one.
            Some(locator) => line.view.locator = locator,
            None => {
                if self.rng.u8(..4) == 0 {
                    line.view.locator = RecordLocator::of(self.rng.u32(..BOOKINGS));
                }
                statement.booked.extend(booked(number));
            }
        }
        statement.bookings.push(line);
    }

    async fn snapshot(&mut self) {
        let snapshot = Snapshot {
            schema: SCHEMA + u16::from(self.rng.u8(..4) == 0),
            ..snapshot(self.rng.usize(..STREAMS), self.rng.u64(1..30))
        };
        self.tables.put_snapshot(snapshot.clone());
        self.bed.reader().put_snapshot(&snapshot).await.unwrap();
    }

    async fn strike_off(&mut self) {
        let waiting: Vec<EffectKey> = self.tables.outbox().map(EffectKey::of).collect();
        let Some(EffectKey { stream, version, ordinal }) = self.rng.choice(waiting) else { return };
        self.tables.outbox_done(&stream, version, ordinal);
        self.bed.reader().outbox_done(&[EffectKey { stream, version, ordinal }]).await.unwrap();
    }

    async fn sweep(&mut self) {
        let now = at(self.rng.i64(0..60));
        let swept = self.bed.reader().sweep_answers(now, 1_000).await.unwrap();
        assert_eq!(swept, self.tables.forget_answers(now, 1_000));
    }

    async fn sweep_events(&mut self) {
        let (before, most) = (at(1_000 + self.rng.i64(0..20)), self.rng.u32(1..4));
        let swept = self.bed.reader().sweep_events(before, most).await.unwrap();
        assert_eq!(swept, self.tables.forget_events(before, most as usize));
    }

    async fn compare_bookings(&self) {
        let (reader, tables) = (self.bed.reader(), &self.tables);
        let listed = reader.bookings_after(None, 1_000).await.unwrap();
        let listed = listed.into_iter().map(|(stream, view)| BookingRow { stream, view: Box::new(view) });
        assert_eq!(listed.collect::<Vec<_>>(), tables.bookings().cloned().collect::<Vec<_>>());
        let mut booked: Vec<BookedRow> = Vec::new();
        loop {
            let page = reader.booked_after(booked.last(), 3).await.unwrap();
            if page.is_empty() {
                break;
            }
            booked.extend(page);
        }
        let in_order = |row: &BookedRow| (row.flight.to_string(), row.stream.clone());
        assert!(booked.is_sorted_by_key(in_order));
        booked.sort_unstable();
        assert_eq!(booked, tables.booked().cloned().collect::<Vec<_>>());
        let mut after = EventId::default();
        let mut told = Vec::new();
        loop {
            let page = reader.events_after(after, 3).await.unwrap();
            let Some(last) = page.last() else { break };
            assert!(page.iter().all(|event| event.id > after && event.id <= last.id));
            after = last.id;
            told.extend(page.into_iter().map(|event| event.told));
        }
        assert_eq!(reader.newest_event().await.unwrap(), after);
        let expected = tables.events_after(EventId::default()).map(|event| event.told);
        assert_eq!(told, expected.collect::<Vec<_>>());
    }

    /// The list of the one day, turned over in small pages.
    async fn compare_list(&self) {
        let mut expected: Vec<&ListingRow> = self.tables.listings().collect();
        expected.sort_unstable_by_key(|line| (line.departs, &line.stream));
        let on = DeparturesOn { date: "2026-12-01".parse().unwrap(), origin: None, destination: None };
        let mut after: Option<ListedAt> = None;
        for page in expected.chunks(2) {
            let found = self.bed.reader().departures(&on, after.as_ref(), 2).await.unwrap();
            let found = page.iter().zip(&found).map(|(line, summary)| ListingRow::of(&line.stream, summary));
            assert_eq!(found.collect::<Vec<_>>(), page.iter().copied().cloned().collect::<Vec<_>>());
            after = page.last().map(|last| ListedAt { departs: last.departs, stream: last.stream.clone() });
        }
        assert_eq!(self.bed.reader().departures(&on, after.as_ref(), 2).await.unwrap(), []);
    }

    async fn compare(&self) {
        let (reader, tables) = (self.bed.reader(), &self.tables);
        for of in (0..STREAMS).map(stream) {
            assert_eq!(reader.load(&of, SCHEMA).await.unwrap(), tables.load(&of, SCHEMA));
            for stored in tables.answers().filter(|answer| answer.stream == of) {
                let found = reader.answer(&of, stored.request.id).await.unwrap();
                assert_eq!(found.as_ref(), Some(stored));
            }
            assert_eq!(reader.owner(of.shard()).await.unwrap(), tables.owner(of.shard()));
            let last = Version::new(tables.rows(&of).len() as u64);
            assert_eq!(reader.row(&of, last).await.unwrap().as_ref(), tables.row(&of, last));
        }
        let listed = reader.listings_after(None, 1_000).await.unwrap();
        let listed = listed.iter().map(|(stream, summary)| ListingRow::of(stream, summary));
        assert_eq!(listed.collect::<Vec<_>>(), tables.listings().cloned().collect::<Vec<_>>());
        self.compare_list().await;
        let answers = reader.answers_after(None, 1_000).await.unwrap();
        assert_eq!(answers, tables.answers().cloned().collect::<Vec<_>>());
        let outbox: Vec<_> = tables.outbox().cloned().collect();
        assert_eq!(reader.outbox_waiting(None, 10_000).await.unwrap(), outbox);
        let due = reader.due(None, 1_000).await.unwrap();
        assert_eq!(due.into_iter().map(|line| (line.stream, line.at)).collect::<Vec<_>>(), tables.due());
        let expected = tables.rows_after(Position::default(), 10_000);
        wait_for_rows(reader, expected.len()).await;
        let found = reader.rows_after(Position::default(), 10_000).await.unwrap();
        let rows =
            |found: Vec<(Position, StoredRow)>| found.into_iter().map(|(_, row)| row).collect::<Vec<_>>();
        assert!(rows(found) == rows(expected), "the rows of all streams are in another order");
        // Now that all rows can be read, all that is told of them can.
        self.compare_bookings().await;
    }
}
