//! Configurations from outside: what each key means (`cases`), and what holds
//! for all of them (`laws`).

mod cases;
mod laws;
mod support;
