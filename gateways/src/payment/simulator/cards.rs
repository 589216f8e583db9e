//! Test cards, by the names that Stripe gives them; those that begin with `pm_sim_` are ours.

/// What a card does when it is confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conduct {
    /// The money is set aside.
    Pays,
    /// The bank says no, with a code and a decline code.
    Declines(&'static str, &'static str),
    /// The customer must prove who they are first.
    Authenticates,
    /// The bank answers later.
    PaysLate,
}

const CARDS: [(&str, Conduct); 15] = [
    ("pm_card_visa", Conduct::Pays),
    ("pm_card_mastercard", Conduct::Pays),
    ("pm_card_amex", Conduct::Pays),
    ("pm_card_visa_chargeDeclined", Conduct::Declines("card_declined", "generic_decline")),
    ("pm_card_chargeCustomerFail", Conduct::Declines("card_declined", "generic_decline")),
    ("pm_card_chargeDeclined", Conduct::Declines("card_declined", "generic_decline")),
    ("pm_card_chargeDeclinedInsufficientFunds", Conduct::Declines("card_declined", "insufficient_funds")),
    (
        "pm_card_visa_chargeDeclinedInsufficientFunds",
        Conduct::Declines("card_declined", "insufficient_funds"),
    ),
    ("pm_card_visa_chargeDeclinedStolenCard", Conduct::Declines("card_declined", "stolen_card")),
    ("pm_card_chargeDeclinedFraudulent", Conduct::Declines("card_declined", "fraudulent")),
    ("pm_card_chargeDeclinedExpiredCard", Conduct::Declines("expired_card", "expired_card")),
    ("pm_card_chargeDeclinedIncorrectCvc", Conduct::Declines("incorrect_cvc", "incorrect_cvc")),
    ("pm_card_chargeDeclinedProcessingError", Conduct::Declines("processing_error", "processing_error")),
    ("pm_card_authenticationRequired", Conduct::Authenticates),
    ("pm_sim_paysLate", Conduct::PaysLate),
];

/// What a card does; nothing when there is no such card.
pub fn conduct(method: &str) -> Option<Conduct> {
    CARDS.iter().find(|(name, _)| *name == method).map(|(_, conduct)| *conduct)
}
