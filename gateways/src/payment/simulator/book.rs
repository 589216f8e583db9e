//! Everything that the simulator knows: payments, refunds, and what it answered to which key. It has no clock, no network and
//! no chance of its own.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Proof;
use super::intent::{Capture, Intent, Refund, Status};
use super::journal::{Entry, What};
use super::reply::Reply;
use super::request::{Order, Request};

/// How long an answer is kept for its key, in seconds.
const KEY_SECS: i64 = 24 * 3_600;

/// How long money stays set aside, in seconds.
const AUTHORISED_SECS: i64 = 7 * 24 * 3_600;

/// The most and the least that one payment may be, in the smallest unit.
const AMOUNTS: std::ops::RangeInclusive<i64> = 50..=99_999_999;

/// Payments of a page, at most.
const PAGE_MAX: usize = 100;

/// Something that happened, and to what.
pub type Happened = (&'static str, Value);

#[derive(Debug)]
struct Kept {
    reply: Reply,
    /// What was asked with this key.
    order: Request,
    since: i64,
}

/// The provider's book.
#[derive(Debug, Default)]
pub struct Book {
    /// Names of one book differ from those of another, also of one that was before it.
    pub series: String,
    intents: Vec<Intent>,
    refunds: Vec<Refund>,
    keys: BTreeMap<String, Kept>,
    happened: Vec<Happened>,
    /// When it was last looked for what is out of date.
    lapsed_at: i64,
}

impl Book {
    pub fn of_series(series: String) -> Self {
        Self { series, ..Self::default() }
    }

    /// Does what an entry says. The same entries always make the same book.
    pub fn enter(&mut self, entry: &Entry) -> Option<Reply> {
        let now = entry.at;
        match &entry.what {
            What::Asked(request) => return Some(self.answer(request, now)),
            What::Failed(request) => return Some(self.keep_failure(request, now)),
            What::Proof { payment, given } => {
                let proof = if *given { Proof::Given } else { Proof::Failed };
                self.authenticate(payment, proof, now)
            }
            What::PaidLate { payment } => self.pay_late(payment, now),
        }
        .then(|| Reply::done(Value::Null))
    }

    /// Answers a request: for the first time, or as it was answered before.
    fn answer(&mut self, request: &Request, now: i64) -> Reply {
        self.lapse(now);
        let Some(key) = request.key.clone() else { return self.carry_out(&request.order, now) };
        if let Some(reply) = self.recalled(request) {
            return reply;
        }
        let reply = self.carry_out(&request.order, now);
        if !reply.unbegun {
            self.keep(key, request, &reply, now);
        }
        reply
    }

    /// What was answered to the same key before.
    pub fn recalled(&self, request: &Request) -> Option<Reply> {
        let kept = self.keys.get(request.key.as_ref()?)?;
        let same = kept.order == *request;
        Some(if same { Reply { replayed: true, ..kept.reply.clone() } } else { Reply::key_reused() })
    }

    /// Keeps another answer for a request than the one it deserves.
    fn keep_failure(&mut self, request: &Request, now: i64) -> Reply {
        let reply = Reply::failed();
        if let Some(key) = request.key.clone() {
            self.keep(key, request, &reply, now);
        }
        reply
    }

    fn keep(&mut self, key: String, request: &Request, reply: &Reply, now: i64) {
        self.keys.insert(key, Kept { reply: reply.clone(), order: request.clone(), since: now });
    }

    /// What happened since somebody last asked.
    pub fn take_happened(&mut self) -> Vec<Happened> {
        std::mem::take(&mut self.happened)
    }

    /// Looks through everything, so once in a second is enough.
    fn lapse(&mut self, now: i64) {
        if std::mem::replace(&mut self.lapsed_at, now) == now {
            return;
        }
        self.keys.retain(|_, kept| now - kept.since < KEY_SECS);
        for intent in &mut self.intents {
            let is_stale = intent.authorised_at.is_some_and(|at| now - at >= AUTHORISED_SECS);
            if is_stale && intent.status == Status::RequiresCapture {
                intent.status = Status::Canceled;
                self.happened.push(("payment_intent.canceled", intent.object()));
            }
        }
    }

    fn carry_out(&mut self, order: &Order, now: i64) -> Reply {
        let done = match order {
            Order::Create(form) => self.create(form, now),
            Order::Confirm(id, form) => self.confirm(id, form, now),
            Order::Capture(id, form) => self.capture(id, form),
            Order::Cancel(id) => self.cancel(id),
            Order::Refund(form) => self.refund(form, now),
            Order::Retrieve(id) => self.intent(id).map(|intent| Reply::done(intent.object())),
            Order::List(form) => self.list(form),
            Order::ListRefunds(form) => self.list_refunds(form),
        };
        done.unwrap_or_else(|reply| reply)
    }

    fn intent(&mut self, id: &str) -> Result<&mut Intent, Reply> {
        let at = self.place_of(id).ok_or_else(Reply::missing)?;
        Ok(&mut self.intents[at])
    }

    /// Names are numbered and as long as each other, so they stand in order.
    fn place_of(&self, id: &str) -> Option<usize> {
        self.intents.binary_search_by(|intent| intent.id.as_str().cmp(id)).ok()
    }

    fn create(&mut self, form: &BTreeMap<String, String>, now: i64) -> Result<Reply, Reply> {
        let amount = number(form, "amount")?.ok_or_else(|| Reply::invalid("parameter_missing", "amount"))?;
        let currency = form.get("currency").filter(|code| code.len() == 3).cloned();
        let currency =
            currency.ok_or_else(|| Reply::invalid("parameter_missing", "currency"))?.to_lowercase();
        if !AMOUNTS.contains(&amount) {
            let code = if amount < *AMOUNTS.start() { "amount_too_small" } else { "amount_too_large" };
            return Err(Reply::invalid(code, "amount"));
        }
        let (method, confirms) =
            (form.get("payment_method"), form.get("confirm").is_some_and(|yes| yes == "true"));
        known(method)?;
        if confirms && method.is_none() {
            return Err(Reply::invalid("parameter_missing", "payment_method"));
        }
        let number = self.intents.len() + 1;
        let id = format!("pi_{}{number:08}", self.series);
        let is_manual = form.get("capture_method").is_some_and(|how| how == "manual");
        self.intents.push(Intent {
            secret: format!("{id}_secret_{}", self.series),
            amount,
            currency,
            capture: if is_manual { Capture::Manual } else { Capture::Automatic },
            status: if method.is_some() {
                Status::RequiresConfirmation
            } else {
                Status::RequiresPaymentMethod
            },
            method: method.cloned(),
            received: 0,
            refunded: 0,
            created: now,
            authorised_at: None,
            metadata: metadata(form),
            declined: None,
            id: id.clone(),
        });
        let object = self.intent(&id)?.object();
        self.happened.push(("payment_intent.created", object.clone()));
        if confirms { self.confirm(&id, &BTreeMap::new(), now) } else { Ok(Reply::done(object)) }
    }

    fn confirm(&mut self, id: &str, form: &BTreeMap<String, String>, now: i64) -> Result<Reply, Reply> {
        let method = form.get("payment_method");
        known(method)?;
        let intent = self.intent(id)?;
        if matches!(intent.status, Status::RequiresPaymentMethod | Status::RequiresConfirmation) {
            intent.method = method.cloned().or(intent.method.take());
        }
        let kind = intent.confirm(now)?;
        let (object, declined) = (intent.object(), intent.declined);
        self.happened.extend(kind.map(|kind| (kind, object.clone())));
        match declined {
            Some((code, why)) => Err(Reply::declined(code, why, object)),
            None => Ok(Reply::done(object)),
        }
    }

    fn capture(&mut self, id: &str, form: &BTreeMap<String, String>) -> Result<Reply, Reply> {
        let wanted = number(form, "amount_to_capture")?;
        let intent = self.intent(id)?;
        if intent.status != Status::RequiresCapture {
            return Err(Reply::wrong_state(intent.object()));
        }
        let amount = wanted.unwrap_or(intent.amount);
        if !(1..=intent.amount).contains(&amount) {
            return Err(Reply::beyond("amount_too_large"));
        }
        let kind = intent.take(amount);
        let (charge, object) = (intent.charge_object(), intent.object());
        self.happened.extend([("charge.captured", charge), (kind, object.clone())]);
        Ok(Reply::done(object))
    }

    fn cancel(&mut self, id: &str) -> Result<Reply, Reply> {
        let intent = self.intent(id)?;
        if matches!(intent.status, Status::Succeeded | Status::Canceled | Status::Processing) {
            return Err(Reply::wrong_state(intent.object()));
        }
        intent.status = Status::Canceled;
        let object = intent.object();
        self.happened.push(("payment_intent.canceled", object.clone()));
        Ok(Reply::done(object))
    }

    fn refund(&mut self, form: &BTreeMap<String, String>, now: i64) -> Result<Reply, Reply> {
        let wanted = number(form, "amount")?;
        let id = form
            .get("payment_intent")
            .ok_or_else(|| Reply::invalid("parameter_missing", "payment_intent"))?;
        let (number, series) = (self.refunds.len() + 1, self.series.clone());
        let intent = self.intent(id)?;
        if intent.status != Status::Succeeded {
            return Err(Reply::wrong_state(intent.object()));
        }
        let left = intent.received - intent.refunded;
        if left == 0 {
            return Err(Reply::beyond("charge_already_refunded"));
        }
        let amount = wanted.unwrap_or(left);
        if !(1..=left).contains(&amount) {
            return Err(Reply::beyond("amount_too_large"));
        }
        intent.refunded += amount;
        let refund = Refund {
            id: format!("re_{series}{number:08}"),
            payment: intent.id.clone(),
            charge: intent.charge(),
            amount,
            currency: intent.currency.clone(),
            created: now,
            metadata: metadata(form),
        };
        let object = refund.object();
        self.refunds.push(refund);
        self.happened.push(("refund.created", object.clone()));
        Ok(Reply::done(object))
    }

    fn list(&self, form: &BTreeMap<String, String>) -> Result<Reply, Reply> {
        let since = number(form, "created[gte]")?.unwrap_or(i64::MIN);
        let of_time = self.intents.iter().rev().filter(|intent| intent.created >= since);
        page(of_time, |intent| &intent.id, Intent::object, form)
    }

    fn list_refunds(&self, form: &BTreeMap<String, String>) -> Result<Reply, Reply> {
        let payment = form.get("payment_intent");
        let of_payment =
            self.refunds.iter().rev().filter(|refund| payment.is_none_or(|id| *id == refund.payment));
        page(of_payment, |refund| &refund.id, Refund::object, form)
    }

    /// The customer proves who they are, or fails to.
    fn authenticate(&mut self, id: &str, proof: Proof, now: i64) -> bool {
        self.decide_later(id, Status::RequiresAction, |intent| match proof {
            Proof::Given => intent.pay(now),
            Proof::Failed => {
                intent.decline("payment_intent_authentication_failure", "authentication_required")
            }
        })
    }

    /// The bank answers at last, and well.
    fn pay_late(&mut self, id: &str, now: i64) -> bool {
        self.decide_later(id, Status::Processing, |intent| intent.pay(now))
    }

    fn decide_later(
        &mut self,
        id: &str,
        from: Status,
        how: impl FnOnce(&mut Intent) -> &'static str,
    ) -> bool {
        let Some(at) = self.place_of(id).filter(|at| self.intents[*at].status == from) else { return false };
        let intent = &mut self.intents[at];
        let kind = how(intent);
        self.happened.push((kind, intent.object()));
        true
    }

    /// Of each payment: its name, what was captured, what was given back, what is still set aside.
    pub fn balances(&self) -> Vec<super::Balance> {
        let balance = |intent: &Intent| super::Balance {
            payment: intent.id.clone(),
            reference: intent.metadata.get("reference").cloned(),
            captured_minor: intent.received,
            refunded_minor: intent.refunded,
            authorised_minor: if intent.status == Status::RequiresCapture { intent.amount } else { 0 },
        };
        self.intents.iter().map(balance).collect()
    }
}

fn page<'a, T: 'a>(
    mut all: impl Iterator<Item = &'a T>,
    id: fn(&T) -> &String,
    object: fn(&T) -> Value,
    form: &BTreeMap<String, String>,
) -> Result<Reply, Reply> {
    let limit = number(form, "limit")?.unwrap_or(10);
    let limit = usize::try_from(limit).ok().filter(|limit| (1..=PAGE_MAX).contains(limit));
    let limit = limit.ok_or_else(|| Reply::invalid("parameter_invalid_integer", "limit"))?;
    if let Some(after) = form.get("starting_after") {
        all.find(|one| id(one) == after).ok_or_else(Reply::missing)?;
    }
    let page: Vec<_> = all.by_ref().take(limit).map(object).collect();
    Ok(Reply::done(json!({"object": "list", "has_more": all.next().is_some(), "data": page})))
}

fn known(method: Option<&String>) -> Result<(), Reply> {
    let is_known = method.is_none_or(|method| super::cards::conduct(method).is_some());
    if is_known { Ok(()) } else { Err(Reply::invalid("resource_missing", "payment_method")) }
}

fn number(form: &BTreeMap<String, String>, name: &str) -> Result<Option<i64>, Reply> {
    let read = form.get(name).map(|text| text.parse::<i64>());
    read.transpose().map_err(|_| Reply::invalid("parameter_invalid_integer", name))
}

fn metadata(form: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let field = |name: &str| Some(name.strip_prefix("metadata[")?.strip_suffix(']')?.to_owned());
    form.iter().filter_map(|(name, value)| Some((field(name)?, value.clone()))).collect()
}
