//! Random histories of a departure, held against a second implementation that is too simple to be wrong in
//! the same way, and against what every history must keep.

mod agreement;
mod choices;
mod garbage;
mod history;
mod maps;
mod naive;
mod rules;
mod steps;
mod verdicts;
