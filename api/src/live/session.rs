//! One socket from its opening to its end.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use cluster::{Door, Next, Unserved, Watch};
use domain::ids::{BookingId, FlightId, PrincipalId, Version};
use hyper_util::rt::TokioIo;
use prometheus_client::metrics::gauge::Gauge;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, sleep_until, timeout};

use self::hearing::Hearing;
use super::ending::Ending;
use super::handshake::Opening;
use super::line::{Heard, Line};
use super::turns::{Call, Turns, Watches};
use super::watched::{Mine, Watched};
use super::wish::{self, Refusal, Topic, Wish};
use super::yours::Yours;
use super::{MISTAKES_MAX, Pace, SUBSCRIPTIONS_MAX, frame};
use crate::State;
use crate::auth::{Principal, Socket};
use crate::state::now;

/// One socket.
struct Session<S> {
    line: Line<S>,
    open: Open,
    watched: Vec<Watched>,
    viewer: Option<Viewer>,
    /// Boxed: most sockets watch one seat map and hear of nothing else.
    hearing: Option<Box<Hearing>>,
    pace: Pace,
    next_ping: Instant,
    /// Pings since the last sign of life.
    pings_unanswered: u8,
    mistakes: u8,
}

/// Counts as an open socket as long as it lives.
struct Open(Arc<State>);

/// Who is signed in.
struct Viewer {
    socket: Arc<Socket>,
    _counted: Counted,
    /// When their token ends.
    until: Instant,
}

/// Waits for the connection, and serves it to its end.
pub async fn open(opening: Opening, state: Arc<State>, pace: Pace) {
    // Who has gone before the answer reached them needs no socket.
    let Ok(connection) = opening.upgrade.await else { return };
    serve(TokioIo::new(connection), opening.ticket, state, pace).await;
}

async fn serve<S>(connection: S, ticket: Option<Box<str>>, state: Arc<State>, pace: Pace)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut session = Session {
        line: Line::over(connection, pace.send_within).await,
        open: Open::count(state),
        watched: Vec::new(),
        viewer: None,
        hearing: None,
        // Each at its own time, so that those who came at once are not pinged at once.
        next_ping: Instant::now() + pace.ping_every.mul_f32(0.5 + 0.5 * fraction()),
        pace,
        pings_unanswered: 0,
        mistakes: 0,
    };
    session.run(ticket).await;
}

/// Counts as a socket that has signed in as long as it lives.
struct Counted(Gauge);

impl Counted {
    fn by(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Open {
    fn count(state: Arc<State>) -> Self {
        state.metrics.sockets.inc();
        Self(state)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.metrics.sockets.dec();
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    async fn run(&mut self, ticket: Option<Box<str>>) {
        let admitted = match ticket {
            Some(ticket) => Box::pin(self.sign_in(&ticket)).await,
            None => Ok(()),
        };
        let ending = match admitted {
            Ok(()) => self.live().await,
            Err(ending) => ending,
        };
        if matches!(ending, Ending::Slow | Ending::Stuck) {
            self.state().metrics.slow.inc();
        }
        // No room waits for a farewell.
        self.watched = Vec::new();
        self.hearing = None;
        Box::pin(self.line.close(ending)).await;
    }

    fn state(&self) -> &Arc<State> {
        &self.open.0
    }

    async fn live(&mut self) -> Ending {
        let mut stopping = self.state().stopping();
        let mut stopped = pin!(async {
            // Its sender lives as long as our state does.
            let _ = stopping.wait_for(|stopping| *stopping).await;
        });
        let mut alarm = pin!(sleep_until(self.next_alarm()));
        let mut turns = Turns::default();
        loop {
            let socket = self.viewer.as_ref().map(|viewer| &*viewer.socket);
            let place = self.hearing.as_ref().map(|hearing| hearing.place());
            let watches = Watches { alarm: alarm.as_mut(), stopped: stopped.as_mut(), socket, place };
            let call = turns.next(&mut self.line, &mut self.watched, watches).await;
            let step = match call {
                Call::News => self.show().await,
                Call::Heard(heard) => self.take_in(heard).await,
                Call::Alarm => self.look_at_the_clock().await,
                Call::Events => Box::pin(self.tell_events()).await,
                Call::Cut => Err(Ending::SignedOut),
                Call::Stopped => Err(Ending::Restarting),
            };
            if let Err(ending) = step {
                return ending;
            }
            let next = self.next_alarm();
            if alarm.deadline() != next {
                alarm.as_mut().reset(next);
            }
        }
    }

    fn next_alarm(&self) -> Instant {
        self.viewer.as_ref().map_or(self.next_ping, |viewer| viewer.until.min(self.next_ping))
    }

    async fn look_at_the_clock(&mut self) -> Result<(), Ending> {
        let time = Instant::now();
        if self.viewer.as_ref().is_some_and(|viewer| viewer.until <= time) {
            return Err(Ending::SignedOut);
        }
        if time < self.next_ping {
            return Ok(());
        }
        if self.pings_unanswered == self.pace.pings_unanswered_max {
            return Err(Ending::Silent);
        }
        self.pings_unanswered += 1;
        self.next_ping = time + self.pace.ping_every;
        self.line.ping().await
    }

    /// Sends what has happened since the last time on every departure that it watches, so that a busy one
    /// does not keep the others waiting.
    async fn show(&mut self) -> Result<(), Ending> {
        for place in 0..self.watched.len() {
            match self.watched[place].watch.take() {
                None => {}
                Some(next @ Next::Changes(_)) => self.tell(place, next).await?,
                Some(next @ Next::Afresh(_)) => {
                    self.say(&frame::resync(self.watched[place].flight)).await?;
                    self.tell(place, next).await?;
                }
            }
        }
        Ok(())
    }

    async fn tell(&mut self, place: usize, next: Next) -> Result<(), Ending> {
        let flight = self.watched[place].flight;
        match &next {
            Next::Changes(frame) => self.say(frame::delta(flight, frame)).await?,
            Next::Afresh(shown) => self.say(frame::snapshot(shown)).await?,
        }
        self.tell_yours(place).await
    }

    /// Tells the viewer what they have on a departure, if that is something else than they were last told.
    async fn tell_yours(&mut self, place: usize) -> Result<(), Ending> {
        let Some(viewer) = &self.viewer else { return Ok(()) };
        let watched = &mut self.watched[place];
        let known = watched.mine.as_deref();
        let bookings = known.map(|mine| mine.bookings.as_slice()).unwrap_or_default();
        let (yours, version) = Yours::of(watched.watch.room(), viewer.subject(), bookings);
        if known.map_or_else(|| yours == Yours::default(), |mine| yours == mine.yours) {
            return Ok(());
        }
        let told = yours.told(watched.flight, version);
        watched.mine.get_or_insert_default().yours = yours;
        self.say(&told).await
    }

    async fn say(&mut self, rest: &[u8]) -> Result<(), Ending> {
        self.line.send(frame::head(now()).as_bytes(), rest).await
    }

    async fn take_in(&mut self, heard: Heard) -> Result<(), Ending> {
        self.pings_unanswered = 0;
        match heard {
            Heard::Sign => Ok(()),
            // Rare, and large: an idle session does not pay for it.
            Heard::Text(text) => Box::pin(self.obey(&text)).await,
            Heard::Binary => {
                let refusal = Refusal::mistake("validation", "words are texts, not binary messages");
                Box::pin(self.refuse(refusal)).await
            }
            Heard::Over(ending) => Err(ending),
        }
    }

    async fn obey(&mut self, text: &str) -> Result<(), Ending> {
        match Wish::read(text) {
            Ok(Wish::Ping {}) => self.say(frame::PONG).await,
            Ok(Wish::Auth { ticket }) => self.sign_in(&ticket).await,
            Ok(Wish::Subscribe { topic: Topic::SeatMap, flight_id, from }) => {
                match self.subscribe(&flight_id, from).await {
                    Ok((place, Some(next))) => self.tell(place, next).await,
                    Ok((place, None)) => self.tell_yours(place).await,
                    Err(refusal) => self.refuse(refusal).await,
                }
            }
            Ok(Wish::Unsubscribe { topic: Topic::SeatMap, flight_id }) => {
                // Who watches it no longer, or never did, has what they wish.
                self.watched.retain(|watched| watched.flight.to_string() != flight_id);
                if let (Some(hearing), Ok(flight)) = (&mut self.hearing, flight_id.parse()) {
                    hearing.unwatch(flight);
                }
                Ok(())
            }
            Ok(Wish::Resume { after }) => self.resume(&after).await,
            Err(refusal) => self.refuse(refusal).await,
        }
    }

    async fn refuse(&mut self, refusal: Refusal) -> Result<(), Ending> {
        self.say(&frame::refusal(&refusal)).await?;
        self.mistakes += u8::from(refusal.is_mistake);
        if self.mistakes == MISTAKES_MAX { Err(Ending::Mistaken) } else { Ok(()) }
    }

    /// Signs in, or renews a session whose token is about to end.
    async fn sign_in(&mut self, ticket: &str) -> Result<(), Ending> {
        let state = self.state();
        let admitted = state.tickets.take(ticket).and_then(|principal| Viewer::admit(state, principal));
        match (admitted, &self.viewer) {
            (Some(new), Some(old)) if new.subject() != old.subject() => Err(Ending::Forbidden),
            (Some(new), _) => {
                self.hear().sign_in(new.socket.principal());
                self.viewer = Some(new);
                self.look_for_bookings().await
            }
            (None, old) => {
                let is_anonymous = old.is_none();
                let detail = "the ticket is unknown, used or too old; ask for another one";
                self.refuse(Refusal::mistake("unauthenticated", detail)).await?;
                if is_anonymous { Err(Ending::SignedOut) } else { Ok(()) }
            }
        }
    }

    /// Looks for the bookings that others made for the viewer on what they watch.
    async fn look_for_bookings(&mut self) -> Result<(), Ending> {
        for place in 0..self.watched.len() {
            let bookings = self.bookings_on(self.watched[place].flight).await;
            let watched = &mut self.watched[place];
            if watched.mine.is_some() || !bookings.is_empty() {
                watched.mine.get_or_insert_default().bookings = bookings;
            }
            self.tell_yours(place).await?;
        }
        Ok(())
    }

    /// The viewer's bookings on a departure; none, while the store does not answer: what is theirs is not urgent.
    fn bookings_on(&self, flight: FlightId) -> impl Future<Output = Vec<BookingId>> + Send + use<S> {
        let viewer = self.viewer.as_ref().map(|viewer| viewer.subject().clone());
        let bookings = self.state().bookings.clone();
        async move {
            let Some(viewer) = viewer else { return Vec::new() };
            bookings.of_customer_on(&viewer, flight).await.unwrap_or_default()
        }
    }

    /// Watches a departure, and says where it stands among the watched and what is to be told first. Who
    /// watches it already begins again.
    async fn subscribe(
        &mut self,
        name: &str,
        from: Option<Version>,
    ) -> Result<(usize, Option<Next>), Refusal> {
        let flight = wish::flight(name)?;
        let known = self.watched.iter().position(|watched| watched.flight == flight);
        if known.is_none() && self.watched.len() == SUBSCRIPTIONS_MAX {
            let detail = format!("one socket can watch {SUBSCRIPTIONS_MAX} departures");
            return Err(Refusal::mistake("subscription-limit", detail).about(flight));
        }
        let state = self.state();
        let asked = timeout(state.options.deadline, begin(&state.door, flight, from)).await;
        let found =
            asked.unwrap_or(Err(Unserved::Late)).map_err(|why| Refusal::unserved(why).about(flight))?;
        let Some((watch, next)) = found else {
            let detail = "there is no departure of that name";
            return Err(Refusal::mistake("not-found", detail).about(flight));
        };
        self.hear().watch(flight);
        let bookings = self.bookings_on(flight).await;
        let mine = (!bookings.is_empty()).then(|| Box::new(Mine { bookings, ..Mine::default() }));
        let watched = Watched { flight, watch, mine };
        let place = known.unwrap_or(self.watched.len());
        match self.watched.get_mut(place) {
            Some(old) => *old = watched,
            None => {
                // Who watches one departure keeps room for no more.
                self.watched.reserve_exact(1);
                self.watched.push(watched);
            }
        }
        Ok((place, next))
    }
}

/// A place in a departure's line, and what is to be told first; `None` when there is no such departure.
async fn begin(
    door: &Door,
    flight: FlightId,
    from: Option<Version>,
) -> Result<Option<(Watch, Option<Next>)>, Unserved> {
    let Some(mut watch) = door.watch(flight).await? else { return Ok(None) };
    let next = match from {
        Some(from) => door.resume(&mut watch, from).await?,
        None => Some(Next::Afresh(watch.begin_afresh())),
    };
    Ok(Some((watch, next)))
}

impl Viewer {
    fn subject(&self) -> &PrincipalId {
        &self.socket.principal().subject
    }

    /// Whom a ticket speaks for, as long as their token lives.
    fn admit(state: &State, principal: Arc<Principal>) -> Option<Self> {
        /// A timer for longer is none, and its instant may not exist.
        const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3_600);
        let left = principal.expires.saturating_mul(1_000).saturating_sub(now().millis());
        let left = u64::try_from(left).ok().filter(|left| *left > 0)?;
        // Watched first: what becomes void from now on is told to the socket.
        let socket = state.tokens.revoked.watch(principal);
        let until = Instant::now() + Duration::from_millis(left).min(CENTURY);
        let counted = Counted::by(&state.metrics.signed_in);
        state.tokens.lives(socket.principal()).then_some(Self { socket, _counted: counted, until })
    }
}

/// A number from 0 to 1.
fn fraction() -> f32 {
    let mut byte = [0];
    // Without randomness they are pinged together: no harm.
    let _ = getrandom::fill(&mut byte);
    f32::from(byte[0]) / 255.0
}

mod hearing;
#[cfg(test)]
mod tests;
