//! Payments: begun, confirmed, given back, and what the provider tells of them.
//!
//! A payment is part of its booking, so a handler asks the booking, waits until it is at rest, and answers with what its
//! payment is then. The provider is asked by the booking's own steps; here only for what no row holds.

pub mod pay;
pub mod read;
pub mod refund;
pub mod sandbox;
pub mod webhook;

use std::time::Duration;

use axum::http::StatusCode;
use domain::identity::Action;
use domain::view::{BookingView, PaymentStatus};
use gateways::payment::PaymentId;
use tokio::time::timeout;

use super::bookings;
use crate::State;
use crate::auth::Principal;
use crate::payments::Payments;
use crate::problem::Problem;
use crate::shape::payment::{PaymentShown, booking_of};

/// Where this house is paid.
fn provider(state: &State) -> Result<&Payments, Problem> {
    state.options.payments.as_ref().ok_or_else(|| {
        let detail = "this house takes no payments; agents confirm what is paid outside";
        Problem::new(StatusCode::CONFLICT, "no-provider", detail)
    })
}

/// The booking of a payment of a path, if this principal may do this to it and somebody pays it.
async fn visible(
    state: &State,
    principal: &Principal,
    id: &str,
    action: Action,
) -> Result<BookingView, Problem> {
    let booking = booking_of(id).ok_or_else(Problem::not_found)?;
    let view = bookings::visible(state, principal, &booking.to_string(), action).await?;
    if PaymentShown::of(&view, provider(state)?.mode).is_some() {
        Ok(view)
    } else {
        Err(Problem::not_found())
    }
}

/// The payment as lists and its page show it.
fn shown(payments: &Payments, view: &BookingView) -> Result<PaymentShown, Problem> {
    let shown = PaymentShown::of(view, payments.mode).ok_or_else(Problem::not_found)?;
    let is_simulated = payments.simulator.is_some() && view.payment.is_some();
    Ok(if is_simulated { shown.with_test_methods() } else { shown })
}

/// The same for whoever pays, with what their browser needs for it.
async fn shown_to_payer(
    payments: &Payments,
    view: &BookingView,
    within: Duration,
) -> Result<PaymentShown, Problem> {
    let shown = shown(payments, view)?;
    let Some(name) = payable(view) else { return Ok(shown) };
    let silent = || Problem::overloaded("the payment provider does not answer; come back with the same key");
    let told = timeout(within, payments.gateway.retrieve(&name)).await.map_err(|_| silent())?;
    let payment = told.map_err(|failure| {
        tracing::warn!(booking.id = %view.booking, error = %failure, "the provider does not tell a payment");
        silent()
    })?;
    let client_secret = payment.client_secret.map(|secret| secret.expose().to_owned());
    Ok(PaymentShown { client_secret, publishable_key: payments.publishable_key.clone(), ..shown })
}

/// What the provider calls a payment that somebody may still pay.
fn payable(view: &BookingView) -> Option<PaymentId> {
    let payment = view.payment.as_ref()?;
    let is_open = matches!(payment.status, PaymentStatus::AwaitingMethod | PaymentStatus::AwaitingCustomer);
    // One that lingered past its fence is opened and given up at once.
    payment.name.as_ref().filter(|_| is_open && payment.fence.is_some())?.as_str().parse().ok()
}
