//! What a client makes of an answer: what it knows from then on, and what the histories of seats say.

use domain::flight::limits::SETTLING_WAIT;
use domain::flight::{Command, Event as Fact, NamedSeats, Rejection, SeatMove};
use domain::ids::HoldNumber;
use domain::plan::SeatNumber;
use domain::time::Timestamp;

use super::client::{Asking, Booked, Mine, Purpose};
use super::{Asker, BASE, Event, Reply, Told, Verdict, World, key};
use linear::{Operation, Outcome, Request, Token};

/// When a request was sent and answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Interval {
    pub stream: usize,
    pub op: u64,
    pub invoked: u64,
    pub returned: u64,
}

impl World {
    pub(super) fn told(&mut self, asker: Asker, op: u64, reply: &Reply) {
        match asker {
            Asker::Payment(payment) => self.payment_told(payment, op, reply),
            Asker::Client(client) => self.client_told(client, op, reply),
            Asker::Traveller(trip) => self.hold_told(trip, op, reply),
            Asker::Carrier { node, life, stream } => self.step_told((node, life, stream), op, reply),
            Asker::Runner { .. } | Asker::Webhook(_) => unreachable!("effects and hints go to bookings"),
        }
    }

    fn client_told(&mut self, client: usize, op: u64, reply: &Reply) {
        let Some(asking) = self.clients[client].asking.take_if(|asking| asking.op == op) else { return };
        let Reply::Definite(verdict) = reply else {
            let (attempt, wait) = (asking.attempt, self.rng.u64(5..=40));
            self.clients[client].asking = Some(asking);
            return self.agenda.put(wait, Event::Patience { asker: Asker::Client(client), op, attempt });
        };
        if asking.keyed {
            self.remember_told(asking.stream, op, verdict);
        }
        self.answered(client, asking, verdict);
        let wait = self.about(self.scenario.think);
        self.agenda.put(wait, Event::Think(client));
    }

    pub(super) fn remember_told(&mut self, stream: usize, op: u64, verdict: &Verdict) {
        self.record.answers += 1;
        if let Verdict::Accepted(version, _) = verdict {
            let listed = self.tables.listing(&self.on_sale[stream].stream).map(|line| line.version);
            if listed < Some(*version) {
                self.broken(&format!(
                    "stream {stream}: row {version} is answered, and lists show {listed:?}"
                ));
            }
        }
        let told = Told { stream, request: key(op), remembered: true, verdict: verdict.clone() };
        self.record.told.push(told);
    }

    /// A request without a key is never asked again, so its client may never learn what became of it.
    pub(super) fn give_up(&mut self, client: usize) {
        let Some(asking) = self.clients[client].asking.take() else { return };
        if let Purpose::Hold { named, until } = asking.purpose {
            for seat in named {
                let hold = Request::Hold { hold: Token(asking.op), until };
                self.history(asking.stream, seat, Operation::unanswered(asking.invoked, hold));
            }
        }
        let wait = self.about(self.scenario.think);
        self.agenda.put(wait, Event::Think(client));
    }

    fn answered(&mut self, client: usize, asking: Asking, verdict: &Verdict) {
        let Asking { op, stream, purpose, invoked, .. } = asking;
        let when = Interval { stream, op, invoked, returned: self.agenda.now() };
        match purpose {
            Purpose::Hold { named, until } => self.after_hold(client, when, (&named, until), verdict),
            Purpose::Extend(mine) => self.after_extend(client, when, mine, verdict),
            Purpose::Release(mine) => self.after_release(client, when, mine, verdict),
            Purpose::Claim { booking, holds, until } => {
                let booked = Booked { stream, booking, seated: Vec::new(), holds, until, sold: false };
                self.after_claim(client, when, booked, verdict);
            }
            Purpose::Return(booked) => self.after_return(client, when, booked, verdict),
            Purpose::LetGo(booked) => self.after_letting_go(when, &booked, verdict),
            Purpose::Pay(booked) => self.after_pay(client, when, booked, verdict),
            Purpose::Cancel(booked) => self.after_cancel(when, &booked, verdict),
            Purpose::Move(booked) => self.after_move(client, when, booked, verdict),
            Purpose::Block => self.after_block(when, verdict),
            Purpose::Unblock => self.after_unblock(when, verdict),
            Purpose::Other | Purpose::EndFlight => {}
        }
    }

    fn after_hold(&mut self, client: usize, when: Interval, asked: (&[SeatNumber], u64), verdict: &Verdict) {
        let op = when.op;
        let hold = Request::Hold { hold: Token(op), until: asked.1 };
        if let Some(held) =
            fact(verdict, |event| if let Fact::SeatsHeld(held) = event { Some(held) } else { None })
        {
            let until = virtual_ms(held.until);
            self.each_seat(when, &held.seats, hold, Outcome::Granted { until });
            self.clients[client].holds.push(Mine {
                stream: when.stream,
                number: held.hold,
                class: held.class,
                places: held.places,
                token: op,
                seats: held.seats.clone(),
                until,
            });
        }
        self.taken(when, hold, verdict, asked.0);
    }

    fn after_extend(&mut self, client: usize, when: Interval, mut mine: Mine, verdict: &Verdict) {
        let hold = Token(mine.token);
        let until =
            fact(
                verdict,
                |event| if let Fact::HoldExtended { until, .. } = event { Some(until) } else { None },
            );
        if let Some(until) = until {
            mine.until = virtual_ms(*until);
            let outcome = Outcome::Granted { until: mine.until };
            self.each_seat(when, &mine.seats, Request::Extend { hold, until: 0 }, outcome);
        }
        if is_gone(verdict, mine.number) {
            return self.each_seat(when, &mine.seats, Request::Extend { hold, until: 0 }, Outcome::Refused);
        }
        self.clients[client].holds.push(mine);
    }

    fn after_release(&mut self, client: usize, when: Interval, mine: Mine, verdict: &Verdict) {
        let release = Request::Release { hold: Token(mine.token) };
        if fact(verdict, |event| matches!(event, Fact::HoldReleased { .. }).then_some(())).is_some() {
            return self.each_seat(when, &mine.seats, release, Outcome::Done);
        }
        if is_gone(verdict, mine.number) {
            return self.each_seat(when, &mine.seats, release, Outcome::Refused);
        }
        self.clients[client].holds.push(mine);
    }

    fn after_claim(&mut self, client: usize, when: Interval, mut booked: Booked, verdict: &Verdict) {
        let claimed = fact(verdict, |event| {
            if let Fact::HoldsClaimed { passengers, .. } = event { Some(passengers) } else { None }
        });
        let until = booked.until;
        let Some(passengers) = claimed else {
            let (gone, there): (Vec<_>, Vec<_>) =
                booked.holds.into_iter().partition(|mine| is_gone(verdict, mine.number));
            for mine in gone {
                let extend = Request::Extend { hold: Token(mine.token), until: 0 };
                self.each_seat(when, &mine.seats, extend, Outcome::Refused);
            }
            return self.clients[client].holds.extend(there);
        };
        for mine in &booked.holds {
            let extend = Request::Extend { hold: Token(mine.token), until: 0 };
            self.each_seat(when, &mine.seats, extend, Outcome::Granted { until });
        }
        let token = |seat: SeatNumber| {
            booked.holds.iter().find(|mine| mine.seats.contains(&seat)).map(|mine| (seat, mine.token))
        };
        booked.seated =
            passengers.iter().map(|passenger| (passenger.id, passenger.seat.and_then(token))).collect();
        self.clients[client].bookings.push(booked);
    }

    /// What was in the booking's hand goes back to the client, seat by seat as the booking had it.
    fn after_return(&mut self, client: usize, when: Interval, booked: Booked, verdict: &Verdict) {
        let returned =
            fact(verdict, |event| matches!(event, Fact::ClaimReturned { .. }).then_some(())).is_some();
        let moved = booked.seated.iter().flatten_seats().any(|(seat, token)| {
            !booked.holds.iter().any(|mine| mine.token == token && mine.seats.contains(&seat))
        });
        for (seat, token) in booked.seated.iter().flatten_seats() {
            let until = booked.holds.iter().find(|mine| mine.token == token).map_or(0, |mine| mine.until);
            let outcome = if returned { Outcome::Granted { until } } else { Outcome::Refused };
            self.each_seat(when, &[seat], Request::Extend { hold: Token(token), until: 0 }, outcome);
        }
        if returned && !moved {
            self.clients[client].holds.extend(booked.holds);
        }
    }

    fn after_letting_go(&mut self, when: Interval, booked: &Booked, verdict: &Verdict) {
        let released =
            fact(verdict, |event| matches!(event, Fact::ClaimReleased { .. }).then_some(())).is_some();
        let outcome = if released { Outcome::Done } else { Outcome::Refused };
        for (seat, token) in booked.seated.iter().flatten_seats() {
            self.each_seat(when, &[seat], Request::Release { hold: Token(token) }, outcome);
        }
    }

    fn after_pay(&mut self, client: usize, when: Interval, booked: Booked, verdict: &Verdict) {
        let fence =
            fact(
                verdict,
                |event| if let Fact::PayingStarted { fence, .. } = event { Some(*fence) } else { None },
            );
        let outcome = match (fence, verdict) {
            (Some(fence), _) => Outcome::Granted { until: virtual_ms(fence + SETTLING_WAIT) },
            (None, Verdict::Refused(Rejection::ClaimGone { .. })) => Outcome::Refused,
            (None, _) => return,
        };
        for (seat, token) in booked.seated.iter().flatten_seats() {
            self.each_seat(when, &[seat], Request::StartPaying { hold: Token(token), until: 0 }, outcome);
        }
        if let Some(fence) = fence {
            self.begin_payment(client, booked, virtual_ms(fence));
        }
    }

    fn after_cancel(&mut self, when: Interval, booked: &Booked, verdict: &Verdict) {
        if fact(verdict, |event| matches!(event, Fact::PlacesCancelled { .. }).then_some(())).is_some() {
            for (seat, token) in booked.seated.iter().flatten_seats() {
                self.each_seat(when, &[seat], Request::Cancel { hold: Token(token) }, Outcome::Done);
            }
        }
    }

    fn after_move(&mut self, client: usize, when: Interval, mut booked: Booked, verdict: &Verdict) {
        let op = when.op;
        let onto = |token| {
            if booked.sold {
                Request::MoveOnto { hold: token }
            } else {
                Request::Hold { hold: token, until: 0 }
            }
        };
        self.taken(when, onto(Token(op)), verdict, &[]);
        if matches!(verdict, Verdict::Refused(Rejection::ClaimGone { .. })) {
            return;
        }
        let moves =
            fact(
                verdict,
                |event| if let Fact::SeatsChanged { moves, .. } = event { Some(moves) } else { None },
            );
        for SeatMove { passenger, from, to, .. } in moves.into_iter().flatten() {
            let Some((_, seat)) = booked.seated.iter_mut().find(|(id, _)| id == passenger) else { continue };
            let token = seat.map_or(op, |(_, token)| token);
            *seat = Some((*to, token));
            let hold = Token(token);
            let (leave, arrive) = if booked.sold {
                (Request::Cancel { hold }, (Request::MoveOnto { hold }, Outcome::Done))
            } else {
                let granted = Outcome::Granted { until: booked.until };
                (Request::Release { hold }, (Request::Hold { hold, until: 0 }, granted))
            };
            self.each_seat(when, from.as_slice(), leave, Outcome::Done);
            self.each_seat(when, &[*to], arrive.0, arrive.1);
        }
        self.clients[client].bookings.push(booked);
    }

    fn after_block(&mut self, when: Interval, verdict: &Verdict) {
        let blocked =
            fact(
                verdict,
                |event| if let Fact::SeatsBlocked { seats, .. } = event { Some(seats) } else { None },
            );
        let sold =
            fact(
                verdict,
                |event| if let Fact::SeatsSoldElsewhere { seats } = event { Some(seats) } else { None },
            );
        for (seats, put_back) in
            [(blocked, Command::UnblockSeats as fn(_) -> _), (sold, Command::ReturnElsewhere)]
        {
            let Some(seats) = seats else { continue };
            self.each_seat(when, seats, Request::Block, Outcome::Done);
            self.clients[0].out.push((when.stream, put_back(NamedSeats { seats: seats.clone() })));
        }
        self.taken(when, Request::Block, verdict, &[]);
    }

    fn after_unblock(&mut self, when: Interval, verdict: &Verdict) {
        let seats = fact(verdict, |event| {
            let (Fact::SeatsUnblocked { seats } | Fact::SeatsReturnedElsewhere { seats }) = event else {
                return None;
            };
            Some(seats)
        });
        self.each_seat(when, seats.map_or(&[], Vec::as_slice), Request::Unblock, Outcome::Done);
    }

    /// A refusal for taken seats says of each of them that it was not open.
    fn taken(&mut self, when: Interval, asked: Request, verdict: &Verdict, named: &[SeatNumber]) {
        let Verdict::Refused(Rejection::SeatTaken { seats, .. }) = verdict else { return };
        let taken: Vec<SeatNumber> = seats.iter().map(|taken| taken.seat).collect();
        if !named.is_empty() && taken.iter().any(|seat| !named.contains(seat)) {
            self.broken("a refusal names a seat that nobody asked for");
        }
        self.each_seat(when, &taken, asked, Outcome::Refused);
    }

    pub(super) fn each_seat(
        &mut self,
        when: Interval,
        seats: &[SeatNumber],
        request: Request,
        outcome: Outcome,
    ) {
        for seat in seats {
            let operation = Operation::answered(when.invoked, when.returned, request, outcome);
            self.history(when.stream, *seat, operation);
        }
    }

    fn history(&mut self, stream: usize, seat: SeatNumber, operation: Operation) {
        self.record.histories.entry((stream, seat)).or_default().push(operation);
    }
}

/// The seats of a booking with their tokens.
pub(super) trait Seated<'a>:
    Iterator<Item = &'a (domain::ids::PassengerId, Option<(SeatNumber, u64)>)> + Sized
{
    fn flatten_seats(self) -> impl Iterator<Item = (SeatNumber, u64)> {
        self.filter_map(|(_, seat)| *seat)
    }
}

impl<'a, I: Iterator<Item = &'a (domain::ids::PassengerId, Option<(SeatNumber, u64)>)>> Seated<'a> for I {}

/// The first fact of an accepted answer that `pick` takes.
pub(super) fn fact<'a, T>(verdict: &'a Verdict, pick: impl Fn(&'a Fact) -> Option<T>) -> Option<T> {
    match verdict {
        Verdict::Accepted(_, events) => events.iter().find_map(pick),
        Verdict::AlreadySo | Verdict::Refused(_) => None,
    }
}

fn is_gone(verdict: &Verdict, number: HoldNumber) -> bool {
    matches!(verdict, Verdict::Refused(Rejection::HoldGone { hold }) if *hold == number)
}

/// Virtual milliseconds of an instant.
pub(super) fn virtual_ms(at: Timestamp) -> u64 {
    u64::try_from(at.millis() - BASE).expect("lives begin at the base")
}
