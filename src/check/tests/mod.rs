//! A sound history passes; every kind of mistake that is planted in it is found.

mod beside;
mod bookings;
mod holds;
mod rows;
mod sound;
mod stage;
