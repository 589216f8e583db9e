//! What clients may ask for about payments, for the document. It is read field by field, as in `wish`.

use utoipa::ToSchema;

/// A booking that is to be paid.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"bookingId": "7f3a0c9e51d24b8f9a6be0c41d2f8a37"}))]
pub struct NewPayment {
    /// Which one.
    #[schema(example = "7f3a0c9e51d24b8f9a6be0c41d2f8a37")]
    pub booking_id: String,
}

/// With what it is paid.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"paymentMethod": "pm_card_visa"}))]
pub struct PaidWith {
    /// What the provider calls it. Never the number of a card.
    #[schema(example = "pm_card_visa")]
    pub payment_method: String,
}

/// Money to give back.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"amount": {"amount": "10.00", "currency": "USD"}, "reason": "late bags"}))]
pub struct NewRefund {
    /// How much; all that is left without it.
    pub amount: Option<NewAmount>,
    /// Why: 1 to 200 characters, nothing personal.
    #[schema(example = "late bags")]
    pub reason: String,
}

/// An amount of money.
#[derive(Debug, ToSchema)]
pub struct NewAmount {
    /// A decimal number with the currency's own number of decimals.
    #[schema(example = "10.00")]
    pub amount: String,
    /// ISO 4217.
    #[schema(example = "USD")]
    pub currency: String,
}

/// What to play.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"outcome": "authenticate"}))]
pub struct SandboxPlay {
    /// `authenticate`: the customer proves who they are; `refuse`: they do not; `settle`: the bank says yes at last.
    #[schema(example = "authenticate")]
    pub outcome: String,
}
