//! The rules of a departure, as tables that a travel agent can read: what happened, what is asked and when,
//! and what comes of it.

mod asks;
mod choosing;
mod claims;
mod deadlines;
mod facts;
mod holds;
mod language;
mod limits;
mod operations;
mod paying;
mod places;
mod prices;
mod room;
mod seating;
mod status;
mod strangers;
mod trying;
mod vocabulary;
mod yours;
