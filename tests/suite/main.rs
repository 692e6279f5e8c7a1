//! The tests of the whole program, one binary.

mod architecture;
// Only there do steps run, as far as is proven.
#[cfg(target_os = "linux")]
mod defects;
