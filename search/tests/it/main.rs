//! Searches over made-up timetables, held against one who tries everything, and over the real schedule.

mod brute;
mod figures;
mod find;
mod pages;
mod real;
mod world;
