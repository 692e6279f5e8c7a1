//! The tests of the whole program, one binary.

mod architecture;
// Sandboxes are Linux's.
#[cfg(test)]
#[cfg(target_os = "linux")]
mod attacks;
#[cfg(test)]
mod check;
// The pages need programs of Linux, and steps that run.
#[cfg(test)]
#[cfg(target_os = "linux")]
mod defects;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod run;
