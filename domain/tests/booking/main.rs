//! The rules of a booking, as tables that a travel agent can read: what is asked of it, what it asks of departures, what
//! they say, and what comes of it.

mod books;
mod cancelling;
mod charging;
mod fencing;
mod holding;
mod language;
mod parting;
mod paying;
mod payment_shown;
mod placing;
mod refunding;
mod reseating;
mod showing;
mod troubles;
mod vocabulary;
mod whole;
mod words;
