//! `rush`: a sale opens, and far more people come than there are seats, and than the server can answer.
//!
//! First a closed loop on a departure of its own finds how many requests a second the server can answer. Then, in
//! each round, some departures go on sale that nobody has asked for, and four times as many people as that come
//! in a second, in an open loop with Poisson arrivals. Each asks once for one random seat; nothing is given back. So the sale
//! is over within moments, and from then on the server refuses. There are more clients than it lets in at a time:
//! whom it cannot serve it must turn away (503), and who finds every client busy was never sent.
//!
//! Goodput counts 201s until the sale was over. Times of seats, refusals and 503s are told apart, each from the
//! moment it was due and from when it was sent. A health probe asks all the while. In the end every seat must have been acknowledged at most once,
//! and the maps must show exactly those; a seat that was refused as taken must be taken.

use std::sync::Arc;
use std::time::Duration;

use hyper::{Method, StatusCode};

use super::crowd;
use super::fill;
use super::guest::{Guest, Times};
use super::holder::Side;
use super::probe::{Probe, Seen};
use super::sale::Sale;
use super::stage::Stage;
use crate::client::Connection;
use crate::contract;
use crate::load::arrivals::Arrivals;
use crate::load::{self, Load, Measured, Window};
use crate::machine;
use crate::options::Options;
use crate::progress;
use crate::report::{Goal, Outcome, Ratio, Row};
use crate::server::{Running, StoreKind};

const NAME: &str = "rush";
/// How many more people come than the server could answer.
const TIMES: f64 = 4.0;

/// One server and its clients.
struct Site<'a> {
    name: &'static str,
    server: &'a Running,
    checks: bool,
    connections: Vec<Connection>,
    /// From due to 201.
    sold: Measured,
    times: Times<Measured>,
    probe: Seen,
    /// Seats that were sold in each round, and in what time.
    sales: Vec<(usize, Duration)>,
    /// In how many rounds every seat was sold.
    sold_out: usize,
    /// Seats that are held of which nobody was told.
    untold: usize,
}

/// Finds the capacity, then opens a sale in each round.
pub async fn measure(options: &Options, store: StoreKind) -> anyhow::Result<Outcome> {
    machine::allow_open_files(u64::from(options.crowd) * 2 + u64::from(options.connections) + 200)?;
    let mut stage = Stage::set(options, store, 1 + options.rounds * options.sale_flights).await?;
    let checked = stage.product.is_real();
    let limits = Running::limits(options, &[("hold-bytes", stage.hold_bytes().await?)]).await?;
    let capacity = capacity(&stage, options).await?;
    let rate = options.rate.map_or(capacity * TIMES, f64::from).max(1.0);
    let load = Load::Open { arrivals: options.arrivals.unwrap_or(Arrivals::Poisson), rate };
    let agents = crowd::agents(&stage, options.crowd)?;
    // Neighbours are of different agents: none may have too many seats of one departure.
    let tokens: Vec<_> = agents.iter().cycle().take(options.crowd as usize).cloned().collect();
    progress::say(&format!("connecting {} clients to both servers", tokens.len()));
    let mut limit = Site::open("limit", &limits, false, &tokens).await?;
    let mut product = Site::open("sold", &stage.product.server, checked, &tokens).await?;
    let window = Window { warm_up: Duration::ZERO, ..options.window() };
    let mut violations = Vec::new();
    for flights in stage.flights[1..].chunks(options.sale_flights as usize) {
        limit.round(&Arc::new(Sale::begin(flights.to_vec())), load, window).await?;
        let sale = Arc::new(Sale::begin(flights.to_vec()));
        product.round(&sale, load, window).await?;
        if checked {
            product.untold += check(&mut stage.door, &sale, flights.len()).await?;
            violations.extend(sale.violations());
        }
    }
    let (rows, ratios, notes) = told(&limit, &product, capacity, rate);
    drop((limit, product));
    violations.extend(stage.end().await);
    let (scenario, times) = (format!("{NAME}, {}", store.name()), "due to the answer".to_owned());
    Ok(Outcome { scenario, times, rows, ratios, checked, violations, notes })
}

/// How many requests a second the server can answer: holds and releases, in a closed loop.
async fn capacity(stage: &Stage, options: &Options) -> anyhow::Result<f64> {
    let tokens = stage.product.agents(options.connections)?;
    let closed = Options { arrivals: None, rate: None, ..options.clone() };
    let mut side = Side::new("capacity", &stage.product.server, vec![stage.flights[0].clone()], &tokens);
    side.round(NAME, &closed).await?;
    anyhow::ensure!(side.measured.requests() > 0, "the server answered nothing in the closed loop");
    Ok(side.measured.requests() as f64 / side.measured.time.as_secs_f64())
}

/// Checks, when the sale is over, that the maps show what was acknowledged, and that who comes now is refused
/// when all is sold. Gives how many seats are held of which nobody was told.
async fn check(door: &mut Connection, sale: &Sale, flights: usize) -> anyhow::Result<usize> {
    let mut untold = 0;
    for flight in 0..flights {
        untold += sale.compare(flight, &contract::seat_map(door, sale.flight(flight)).await?);
        if sale.sold() < sale.size() {
            continue;
        }
        let path = contract::holds_path(sale.flight(flight));
        let answer = door.send(Method::POST, &path, contract::hold_body(flight)).await?;
        if answer.status != StatusCode::CONFLICT {
            let (id, status) = (sale.flight(flight), answer.status);
            sale.violation(format!("{id}: sold out, and who comes then gets {status} {}", answer.excerpt()));
        }
    }
    Ok(untold)
}

impl<'a> Site<'a> {
    async fn open(
        name: &'static str,
        server: &'a Running,
        checks: bool,
        tokens: &[String],
    ) -> anyhow::Result<Self> {
        Ok(Self {
            name,
            server,
            checks,
            connections: fill::connect(&server.address, tokens).await?,
            sold: Measured::nothing(),
            times: Times::new(Measured::nothing),
            probe: Seen::nothing(),
            sales: Vec::new(),
            sold_out: 0,
            untold: 0,
        })
    }

    async fn round(&mut self, sale: &Arc<Sale>, load: Load, window: Window) -> anyhow::Result<()> {
        let connections = std::mem::take(&mut self.connections).into_iter().zip(0..);
        let guests = connections
            .map(|(connection, number)| Guest::new(connection, number, sale, self.checks))
            .collect();
        let probe = Probe::begin(self.server.address.clone())?;
        let what = format!("{NAME}, {}", self.name);
        let (guests, sold) = load::run(&what, guests, load, window, self.server).await?;
        self.probe.add(&probe.end()?)?;
        let mut times = Times::new(Measured::nothing);
        for guest in guests {
            let (connection, seen) = guest.leave();
            self.connections.push(connection);
            seen.into_iter().for_each(|seen| times.take_in(seen));
        }
        self.sold.add(&sold);
        for (sum, round) in self.times.pairs(&mut times) {
            round.end_round(window.measure, None);
            sum.add(round);
        }
        let is_over = sale.sold() == sale.size();
        let time = if is_over { Duration::from_micros(sale.last_us()) } else { window.measure };
        self.sales.push((sale.sold(), time));
        self.sold_out += usize::from(is_over);
        Ok(())
    }

    /// What was decided, for or against somebody, a second.
    fn decided(&self) -> f64 {
        self.sold.rate() + self.times.refused.rate()
    }

    /// Seats a second until the sale was over, in all rounds and in each.
    fn goodput(&self) -> (f64, Vec<f64>) {
        let rate = |seats: usize, time: Duration| seats as f64 / time.as_secs_f64().max(1e-6);
        let (seats, time) =
            self.sales.iter().fold((0, Duration::ZERO), |sum, sale| (sum.0 + sale.0, sum.1 + sale.1));
        (rate(seats, time), self.sales.iter().map(|(seats, time)| rate(*seats, *time)).collect())
    }

    /// A row of the seats that were sold, with the costs of everything.
    fn sold_row(&self) -> Row {
        let mut row = from_sending(Row::of(self.name, "seats/s", &self.sold), &self.times.sold_from_sending);
        let answers: u64 =
            [&self.sold, &self.times.refused, &self.times.shed].map(|of| of.counted.len()).iter().sum();
        let each = |cpu: Duration| cpu.as_secs_f64() * 1e6 / answers.max(1) as f64;
        // One answer costs the server about as much as another: nobody can tell their costs apart from outside.
        row.cpu_us = self.sold.cost.map(|cost| each(cost.cpu));
        row.client_cpu_us = self.sold.cost.map(|cost| each(cost.client_cpu));
        row
    }
}

/// Adds the times from sending, of the same answers.
fn from_sending(mut row: Row, sent: &Measured) -> Row {
    if sent.counted.is_empty() {
        return row;
    }
    for (name, quantile) in [("fromSendingP50Us", 0.5), ("fromSendingP99Us", 0.99)] {
        row.more.insert(name.to_owned(), sent.counted.value_at_quantile(quantile) as f64);
    }
    row
}

fn told(
    limit: &Site<'_>,
    product: &Site<'_>,
    capacity: f64,
    rate: f64,
) -> (Vec<Row>, Vec<Ratio>, Vec<String>) {
    let mut sold = product.sold_row();
    let mut notes =
        vec![format!("{rate:.0} people a second, {capacity:.0} requests a second in a closed loop.")];
    if product.checks {
        (sold.rate, sold.rates) = product.goodput();
        let (seats, _) = product.sales.iter().copied().max_by_key(|sale| sale.0).unwrap_or_default();
        let slowest = product.sales.iter().map(|sale| sale.1).max().unwrap_or_default();
        sold.more.insert("seats".to_owned(), seats as f64);
        sold.more.insert("slowestSaleMs".to_owned(), slowest.as_secs_f64() * 1e3);
        sold.more.insert("untoldSeats".to_owned(), product.untold as f64);
        let (over, all) = (product.sold_out, product.sales.len());
        notes.push(format!("Sold out in {over} of {all} rounds; the rate of seats counts until then."));
    }
    let times = &product.times;
    let refused = from_sending(Row::of("refused", "answers/s", &times.refused), &times.refused_from_sending);
    let mut rows = vec![limit.sold_row().as_reference(), sold, refused];
    rows.push(Row::of("shed (503)", "answers/s", &times.shed));
    rows.push(Row::of("probe", "probes/s", &product.probe.measured()));
    let probes = product.probe.failures + product.probe.times.len();
    let ratios = vec![
        Ratio::of("decided in the rush / closed loop", product.decided(), capacity),
        Ratio::of("health probes that failed / all", product.probe.failures as f64, probes as f64)
            .with_goal(Goal::AtMost(0.0)),
    ];
    (rows, ratios, notes)
}
