//! Links every package with remote functions, whether code names it or not.

fn main() {
    flash_build::build();
}
