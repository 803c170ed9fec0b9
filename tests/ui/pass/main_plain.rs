//! Not `async`, with attributes and items of its own.

#![deny(warnings)]

use flash::main;

#[main]
#[allow(unused_variables)]
fn main() {
    fn main() -> u8 {
        1
    }
    let n = main();
}
