//! The tests of the whole program, one binary.

mod architecture;
#[cfg(test)]
mod run;
