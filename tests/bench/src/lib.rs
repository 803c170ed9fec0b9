//! What the benchmarks share: the program that they compile.

pub mod shop;
