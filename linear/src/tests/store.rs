//! A small seat store with simulated clients, with and without a gap between check and act.

use super::*;

/// Whether the store looks and writes in one step.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Store {
    Atomic,
    /// Looks, and some time later writes what followed from that look.
    CheckThenAct,
}

/// Clients that use one seat for a while.
pub(super) struct Workload {
    pub store: Store,
    pub clients: u64,
    pub operations: usize,
    /// One operation in so many gets no answer, and is performed late or never; 0 loses none.
    pub lost_one_in: u64,
}

/// The store and its clients at one moment.
struct Run {
    rng: fastrand::Rng,
    recorder: Recorder,
    seat: Seat,
    now: u64,
    /// Operations whose clients have given up.
    strays: Vec<UnderWay>,
}

struct Client {
    /// The hold it has, wants or had.
    token: Token,
    owns: Owns,
    under_way: Option<UnderWay>,
}

/// What a client believes.
#[derive(Clone, Copy)]
enum Owns {
    Nothing,
    Hold,
    Seat,
}

struct UnderWay {
    /// None once its client has given up.
    ticket: Option<Ticket>,
    request: Request,
    stage: Stage,
    /// When the next stage is due.
    at: u64,
}

#[derive(Clone, Copy)]
enum Stage {
    Check,
    Act(Outcome, Seat),
    Reply(Outcome),
}

/// A few round trips, so that many holds lapse under their clients' hands.
const HOLD_TTL_MS: u64 = 20;

/// Long enough for a request that was given up to meet other holders.
const STRAY_MS_MAX: u64 = 300;

impl Workload {
    /// Runs the clients against one seat and records what they were told.
    pub(super) fn run(&self, seed: u64) -> Vec<Operation> {
        let client = |number| Client { token: Token(number), owns: Owns::Nothing, under_way: None };
        let mut run = Run {
            rng: fastrand::Rng::with_seed(seed),
            recorder: Recorder::new(),
            seat: Seat::Open,
            now: 0,
            strays: Vec::new(),
        };
        let mut clients: Vec<Client> = (0..self.clients).map(client).collect();
        while run.recorder.operations() < self.operations {
            run.now += 1;
            run.lapse();
            for client in &mut clients {
                self.serve(client, &mut run);
            }
            run.serve_strays(self.store);
        }
        run.recorder.by_seat().into_values().next().unwrap_or_default()
    }

    fn serve(&self, client: &mut Client, run: &mut Run) {
        let Some(under_way) = &mut client.under_way else {
            if run.rng.u8(..4) == 0 {
                self.start(client, run);
            }
            return;
        };
        if let Some(outcome) = run.advance(under_way, self.store)
            && let Some(UnderWay { ticket: Some(ticket), request, .. }) = client.under_way.take()
        {
            run.recorder.returned(ticket, run.now, outcome);
            client.learn(request, outcome);
        }
    }

    fn start(&self, client: &mut Client, run: &mut Run) {
        let request = client.wish(run, self.clients);
        let ticket = Some(run.recorder.invoke("AB-1", "12A", run.now, request));
        let under_way = UnderWay { ticket, request, stage: Stage::Check, at: run.now + 1 };
        if self.lost_one_in == 0 || run.rng.u64(..self.lost_one_in) > 0 {
            client.under_way = Some(under_way);
        } else if run.rng.bool() {
            let at = run.now + run.rng.u64(1..STRAY_MS_MAX);
            run.strays.push(UnderWay { ticket: None, at, ..under_way });
        }
    }
}

impl Run {
    /// Takes the next stage of an operation when it is due; at the last, tells the outcome.
    fn advance(&mut self, under_way: &mut UnderWay, store: Store) -> Option<Outcome> {
        if under_way.at > self.now {
            return None;
        }
        under_way.at = self.now + self.rng.u64(1..4);
        match under_way.stage {
            Stage::Check => {
                let (outcome, seat) = decide(self.seat, under_way.request, self.now);
                under_way.stage = Stage::Act(outcome, seat);
                if store == Store::Atomic {
                    self.seat = seat;
                    under_way.stage = Stage::Reply(outcome);
                }
                None
            }
            Stage::Act(outcome, seat) => {
                // A refusal and a read write nothing, even in the store that acts too late.
                if !matches!(outcome, Outcome::Refused | Outcome::Seen(_)) {
                    self.seat = seat;
                }
                under_way.stage = Stage::Reply(outcome);
                None
            }
            Stage::Reply(outcome) => Some(outcome),
        }
    }

    fn serve_strays(&mut self, store: Store) {
        let mut strays = std::mem::take(&mut self.strays);
        strays.retain_mut(|stray| self.advance(stray, store).is_none());
        self.strays = strays;
    }

    fn lapse(&mut self) {
        if matches!(self.seat, Seat::Held { deadline, .. } if deadline.earliest <= self.now) {
            self.seat = Seat::Open;
        }
    }
}

impl Client {
    fn wish(&mut self, run: &mut Run, clients: u64) -> Request {
        let until = run.now + HOLD_TTL_MS;
        let hold = self.token;
        match (self.owns, run.rng.u8(..24)) {
            (_, 0..3) => Request::Read,
            (_, 3) => Request::Cancel { hold },
            (Owns::Nothing, 4) => Request::Block,
            (Owns::Nothing, 5..8) => Request::Unblock,
            (Owns::Nothing, _) => {
                self.token.0 += clients;
                Request::Hold { hold: self.token, until }
            }
            (Owns::Hold, 4..8) => Request::Extend { hold, until },
            (Owns::Hold, 8..12) => Request::StartPaying { hold, until },
            (Owns::Hold, 12..16) => Request::Release { hold },
            (Owns::Hold, _) => Request::Confirm { hold },
            (Owns::Seat, 4..8) => Request::Confirm { hold },
            (Owns::Seat, _) => Request::Cancel { hold },
        }
    }

    fn learn(&mut self, request: Request, outcome: Outcome) {
        let granted = outcome != Outcome::Refused;
        let after = match request {
            Request::Hold { .. } | Request::Extend { .. } | Request::StartPaying { .. } => Some(Owns::Hold),
            Request::Confirm { .. } | Request::MoveOnto { .. } => Some(Owns::Seat),
            Request::Release { .. } | Request::Cancel { .. } => Some(Owns::Nothing),
            Request::Block | Request::Unblock | Request::Read => None,
        };
        self.owns = match (after, self.owns) {
            (None, owns) => owns,
            (Some(after), _) if granted => after,
            // The client tried what could not succeed, so it learns nothing: its seat is as much its own as
            // before.
            (Some(Owns::Seat), Owns::Seat) | (Some(Owns::Nothing), Owns::Hold) => self.owns,
            (Some(_), _) => Owns::Nothing,
        };
    }
}

fn decide(seat: Seat, request: Request, now: u64) -> (Outcome, Seat) {
    let until = now + HOLD_TTL_MS;
    let deadline = Deadline { earliest: until, latest: Some(until) };
    let held_by = |token| matches!(seat, Seat::Held { hold, .. } if hold == token);
    let in_sale = matches!(seat, Seat::Open | Seat::Blocked);
    match request {
        Request::Hold { hold, .. } if seat == Seat::Open => {
            (Outcome::Granted { until }, Seat::Held { hold, deadline })
        }
        Request::Extend { hold, .. } | Request::StartPaying { hold, .. } if held_by(hold) => {
            (Outcome::Granted { until }, Seat::Held { hold, deadline })
        }
        Request::Release { hold } if held_by(hold) => (Outcome::Done, Seat::Open),
        Request::Confirm { hold } if held_by(hold) => (Outcome::Done, Seat::Sold { hold }),
        Request::Cancel { hold } if seat == (Seat::Sold { hold }) => (Outcome::Done, Seat::Open),
        Request::Block if in_sale => (Outcome::Done, Seat::Blocked),
        Request::Unblock if in_sale => (Outcome::Done, Seat::Open),
        Request::Read => (Outcome::Seen(seen(seat)), seat),
        Request::MoveOnto { hold } if seat == Seat::Open => (Outcome::Done, Seat::Sold { hold }),
        Request::Hold { .. }
        | Request::Extend { .. }
        | Request::StartPaying { .. }
        | Request::Release { .. }
        | Request::Confirm { .. }
        | Request::Cancel { .. }
        | Request::MoveOnto { .. }
        | Request::Block
        | Request::Unblock => (Outcome::Refused, seat),
    }
}

fn seen(seat: Seat) -> Sighting {
    match seat {
        Seat::Open => Sighting::Open,
        Seat::Held { hold, .. } => Sighting::Held(Some(hold)),
        Seat::Sold { hold } => Sighting::Sold(Some(hold)),
        Seat::Blocked => Sighting::Blocked,
    }
}
