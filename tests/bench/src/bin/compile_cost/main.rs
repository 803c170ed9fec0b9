//! What an annotated function costs to compile: the slope between 100 and 500 functions of 20 signatures,
//! beside the slope of the same functions without the attribute.
//!
//! `cargo run --release -p flash-bench --bin compile_cost [rounds]`
//!
//! CPU seconds of cargo and its children, incremental compilation off, dependencies compiled beforehand, cargo's
//! own dev profile. The median of the rounds counts.

#![allow(clippy::print_stdout, reason = "it prints its figures")]

mod cpu;
mod package;

use std::error::Error;

use package::{Command, Package, Variant};

const FEW: usize = 100;
const MANY: usize = 500;

/// Milliseconds per annotated function that we hold.
const LIMITS: [(Command, f64); 2] = [(Command::Check, 8.0), (Command::Build, 14.0)];

fn main() -> Result<(), Box<dyn Error>> {
    let rounds = std::env::args().nth(1).map_or(Ok(3), |text| text.parse::<usize>())?.max(1);
    let package = Package::create()?;
    for (command, _) in LIMITS {
        for variant in Variant::ALL {
            package.cost(command, variant, 1)?;
        }
    }
    println!("ms of CPU per function, {FEW} to {MANY} functions, median of {rounds} (each round)");
    let mut over = false;
    for (command, limit) in LIMITS {
        let mut slopes: [Vec<f64>; Variant::ALL.len()] = Default::default();
        for _ in 0..rounds {
            // In turns, so that a busy minute of the machine falls on all of them.
            for (variant, slopes) in Variant::ALL.into_iter().zip(&mut slopes) {
                let few = package.cost(command, variant, FEW)?;
                let many = package.cost(command, variant, MANY)?;
                #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
                slopes.push((many - few) * 1e3 / (MANY - FEW) as f64);
            }
        }
        let plain = median(&slopes[0]);
        for (variant, slopes) in Variant::ALL.into_iter().zip(&slopes) {
            let slope = median(slopes);
            let each: Vec<String> = slopes.iter().map(|slope| format!("{slope:.1}")).collect();
            let verdict = match variant {
                Variant::Plain => String::new(),
                _ if slope <= limit => format!("  the attribute {:+.1}, limit {limit}: held", slope - plain),
                _ => {
                    over = true;
                    format!("  the attribute {:+.1}, limit {limit}: BROKEN", slope - plain)
                }
            };
            println!("{command:<12} {variant:<18} {slope:6.1}  ({}){verdict}", each.join(" "));
        }
    }
    if over { Err("an annotated function costs more than its limit".into()) } else { Ok(()) }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
