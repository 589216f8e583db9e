//! Searches over made-up timetables, held against one who tries everything, and over the real schedule.

mod brute;
mod find;
mod pages;
mod real;
mod renewal;
mod world;
