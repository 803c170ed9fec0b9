//! Arguments.

#[flash::main]
async fn main(args: Vec<String>, rest: u8) {
    drop((args, rest));
}
