//! GPUs and CPUs as clients ask for them. Nothing of it is here; what is known is always in stock, so that a deploy
//! which asks before it creates goes on.

use async_graphql::{InputObject, Object, SimpleObject};

/// Name on the wire, name for people, memory in GB.
const GPUS: [(&str, &str, i32); 14] = [
    ("NVIDIA A40", "A40", 48),
    ("NVIDIA A100 80GB PCIe", "A100 PCIe", 80),
    ("NVIDIA A100-SXM4-80GB", "A100 SXM", 80),
    ("NVIDIA B200", "B200", 180),
    ("NVIDIA GeForce RTX 3090", "RTX 3090", 24),
    ("NVIDIA GeForce RTX 4090", "RTX 4090", 24),
    ("NVIDIA GeForce RTX 5090", "RTX 5090", 32),
    ("NVIDIA H100 80GB HBM3", "H100 SXM", 80),
    ("NVIDIA H200", "H200", 141),
    ("NVIDIA L4", "L4", 24),
    ("NVIDIA L40S", "L40S", 48),
    ("NVIDIA RTX 6000 Ada Generation", "RTX 6000 Ada", 48),
    ("NVIDIA RTX A4000", "RTX A4000", 16),
    ("NVIDIA RTX A6000", "RTX A6000", 48),
];

const CPUS: [(&str, &str); 3] =
    [("cpu3c", "Compute-Optimized"), ("cpu3g", "General Purpose"), ("cpu5c", "5 GHz Compute-Optimized")];

/// A GPU.
pub(super) struct GpuType {
    id: &'static str,
    name: &'static str,
    memory: i32,
}

/// What a GPU costs and whether there is one.
#[derive(SimpleObject)]
pub(super) struct GpuLowestPrice {
    stock_status: Option<&'static str>,
    minimum_bid_price: Option<f64>,
    uninterruptable_price: Option<f64>,
}

/// For which use.
#[derive(InputObject)]
pub(super) struct GpuLowestPriceInput {
    data_center_id: Option<String>,
    gpu_count: Option<i32>,
    secure_cloud: Option<bool>,
    #[graphql(name = "includeAiApi")]
    include_ai_api: Option<bool>,
    allowed_cuda_versions: Option<Vec<String>>,
    compliance: Option<Vec<String>>,
    min_memory_in_gb: Option<i32>,
    min_vcpu_count: Option<i32>,
}

/// Which GPUs.
#[derive(InputObject)]
pub(super) struct GpuTypeFilter {
    id: Option<String>,
    ids: Option<Vec<String>>,
}

#[Object]
impl GpuType {
    async fn id(&self) -> &str {
        self.id
    }
    async fn display_name(&self) -> &str {
        self.name
    }
    async fn manufacturer(&self) -> &str {
        "Nvidia"
    }
    async fn memory_in_gb(&self) -> i32 {
        self.memory
    }
    async fn max_gpu_count(&self) -> i32 {
        8
    }
    async fn cuda_cores(&self) -> Option<i32> {
        None
    }
    async fn secure_cloud(&self) -> bool {
        true
    }
    async fn community_cloud(&self) -> bool {
        false
    }
    async fn secure_price(&self) -> Option<f64> {
        None
    }
    async fn community_price(&self) -> Option<f64> {
        None
    }
    async fn one_week_price(&self) -> Option<f64> {
        None
    }
    async fn one_month_price(&self) -> Option<f64> {
        None
    }
    async fn three_month_price(&self) -> Option<f64> {
        None
    }
    async fn community_spot_price(&self) -> Option<f64> {
        None
    }
    async fn secure_spot_price(&self) -> Option<f64> {
        None
    }
    /// Prices belong to the cloud; the stock is endless.
    async fn lowest_price(
        &self,
        #[graphql(name = "input")] _input: Option<GpuLowestPriceInput>,
    ) -> Option<GpuLowestPrice> {
        Some(GpuLowestPrice {
            stock_status: Some("HIGH"),
            minimum_bid_price: None,
            uninterruptable_price: None,
        })
    }
}

/// A kind of CPU instance.
pub(super) struct CpuFlavor {
    id: &'static str,
    name: &'static str,
}

/// Whether there is one.
#[derive(SimpleObject)]
pub(super) struct CpuSpecifics {
    stock_status: Option<&'static str>,
}

/// Which CPU.
#[derive(InputObject)]
pub(super) struct CpuFlavorInput {
    id: Option<String>,
}

/// Which instance, where.
#[derive(InputObject)]
pub(super) struct SpecificsInput {
    data_center_id: Option<String>,
    instance_id: Option<String>,
}

#[Object]
impl CpuFlavor {
    async fn id(&self) -> &str {
        self.id
    }
    async fn display_name(&self) -> &str {
        self.name
    }
    async fn specifics(
        &self,
        #[graphql(name = "input")] _input: Option<SpecificsInput>,
    ) -> Option<CpuSpecifics> {
        Some(CpuSpecifics { stock_status: Some("HIGH") })
    }
}

/// A CPU, as clients of early 2026 ask for it.
#[derive(SimpleObject)]
pub(super) struct CpuType {
    id: &'static str,
    display_name: &'static str,
    manufacturer: Option<&'static str>,
    cores: Option<i32>,
    threads_per_core: Option<i32>,
    group_id: Option<&'static str>,
}

/// Queries of hardware.
#[derive(Default)]
pub(super) struct HardwareQuery;

#[Object]
impl HardwareQuery {
    /// GPUs; all, or the ones named.
    async fn gpu_types(&self, input: Option<GpuTypeFilter>) -> Vec<GpuType> {
        let wanted =
            input.map(|input| input.id.into_iter().chain(input.ids.unwrap_or_default()).collect::<Vec<_>>());
        let wanted = wanted.filter(|wanted| !wanted.is_empty());
        GPUS.iter()
            .filter(|(id, ..)| wanted.as_ref().is_none_or(|wanted| wanted.iter().any(|name| name == id)))
            .map(|(id, name, memory)| GpuType { id, name, memory: *memory })
            .collect()
    }

    /// CPU instances; all, or the one named.
    async fn cpu_flavors(&self, input: Option<CpuFlavorInput>) -> Vec<CpuFlavor> {
        let wanted = input.and_then(|input| input.id);
        CPUS.iter()
            .filter(|(id, _)| wanted.as_ref().is_none_or(|wanted| wanted == id))
            .map(|(id, name)| CpuFlavor { id, name })
            .collect()
    }

    /// CPUs.
    async fn cpu_types(&self) -> Vec<CpuType> {
        CPUS.iter()
            .map(|(id, name)| CpuType {
                id,
                display_name: name,
                manufacturer: None,
                cores: None,
                threads_per_core: None,
                group_id: None,
            })
            .collect()
    }
}
