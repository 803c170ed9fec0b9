//! One or the other.

use flash::{CpuInstance, Gpu};

#[flash::resource]
const BOTH: flash::ServerlessResource =
    flash::ServerlessResource::new("both").gpus(&[Gpu::Ada24]).cpus(&[CpuInstance::Cpu3g1x4]);

fn main() {}
