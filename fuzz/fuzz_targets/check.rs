//! Any bytes as a page: reading it and drawing what is wrong with it neither panics nor hangs.
#![no_main]

#[path = "../../tests/suite/check/page.rs"]
mod page;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| page::check(bytes));
