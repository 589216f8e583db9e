//! Payments as they are, and where their money is.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use domain::identity::{Action, Resource};

use super::{provider, shown, visible};
use crate::State;
use crate::auth::Signed;
use crate::json::Json;
use crate::problem::Problem;
use crate::reconcile::reconcile;
use crate::shape::payment::{LedgerShown, PaymentShown};
use crate::shape::reconciliation::Reconciliation;

/// Shows a payment.
#[utoipa::path(get, path = "/api/v1/payments/{paymentId}", operation_id = "showPayment", tag = "Payments",
    params(("paymentId" = String, Path)), security(("bearer" = [])), responses(
    (status = 200, body = PaymentShown),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 404, description = "You have no such payment: `not-found`"),
    (status = 409, description = "This house takes no payments: `no-provider`"),
))]
pub async fn show(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    Path(id): Path<String>,
) -> Result<Json<PaymentShown>, Problem> {
    let view = visible(&state, &principal, &id, Action::Read).await?;
    Ok(Json(shown(provider(&state)?, &view)?))
}

/// Shows where the money of a payment is, in double entry: what comes to an account is positive, and the lines of each row
/// sum to nothing.
#[utoipa::path(get, path = "/api/v1/payments/{paymentId}/ledger", operation_id = "showLedger", tag = "Payments",
    params(("paymentId" = String, Path)), security(("bearer" = [])), responses(
    (status = 200, body = LedgerShown),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "Not your role: `forbidden`"),
    (status = 404, description = "There is no such payment: `not-found`"),
    (status = 409, description = "This house takes no payments: `no-provider`"),
))]
pub async fn ledger(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    Path(id): Path<String>,
) -> Result<Json<LedgerShown>, Problem> {
    principal.may(Action::Read, Resource::Figures)?;
    let view = visible(&state, &principal, &id, Action::Read).await?;
    Ok(Json(LedgerShown::of(&state.bookings.ledger(view.booking).await?)))
}

/// How what the provider has compares with what bookings say, over the last two days; done every five minutes. Bookings that
/// differ are hinted to look.
///
/// A payment that is on its way may differ for a moment. What differs twice in a row, a person should look at.
#[utoipa::path(get, path = "/api/v1/payments/reconciliation", operation_id = "reconcilePayments", tag = "Payments",
    security(("bearer" = [])), responses(
    (status = 200, body = Reconciliation),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "Not your role: `forbidden`"),
    (status = 409, description = "This house takes no payments: `no-provider`"),
))]
pub async fn reconciliation(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
) -> Result<Json<Reconciliation>, Problem> {
    principal.may(Action::Read, Resource::Figures)?;
    let payments = provider(&state)?;
    // With many payments it takes longer than anybody waits, so the last one is told; only before the first it is made now.
    match state.reconciled.get() {
        Some(report) => Ok(Json(Reconciliation::of(&report))),
        None => Ok(Json(Reconciliation::of(&reconcile(&state, payments).await?))),
    }
}
