//! Types that can be no `Result`, each named in the mend.

#[flash::remote]
async fn number() -> u64 {
    1
}

#[flash::remote]
async fn pair() -> (u8, String) {
    (1, String::new())
}

#[flash::remote]
async fn unit() -> () {}

#[flash::remote]
async fn never() -> ! {
    loop {}
}

fn main() {}
