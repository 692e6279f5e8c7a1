//! The rules of the source itself: which room may use which, and what may stand where.

mod lexer;
mod paths;
mod rules;
mod selftest;
mod tree;
