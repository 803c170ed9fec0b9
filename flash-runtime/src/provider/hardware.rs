//! What a worker runs on.

use super::ProviderError;

/// What a worker runs on.
///
/// ```
/// use flash::provider::Hardware;
///
/// let gpu = Hardware::Gpu(flash::provider::Gpu { pools: vec!["ADA_24".into()], ..Default::default() });
/// assert_ne!(gpu, Hardware::Unsaid);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Hardware {
    /// Nothing is declared: the smallest that the platform has.
    #[default]
    Unsaid,
    /// GPUs.
    Gpu(Gpu),
    /// CPU instances to choose from, `cpu3c-1-2`.
    Cpu(Vec<String>),
}

/// GPUs of a worker.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gpu {
    /// Pools to choose from, a leading `-` excludes a type; none means any.
    pub pools: Vec<String>,
    /// GPUs per worker.
    pub count: Option<u32>,
    /// CUDA versions that the host may have.
    pub cuda_versions: Vec<String>,
    /// Oldest CUDA version of the host.
    pub min_cuda: Option<String>,
}

/// CUDA versions that can be asked for at least.
const CUDA: [&str; 12] =
    ["11.8", "12.0", "12.1", "12.2", "12.3", "12.4", "12.5", "12.6", "12.7", "12.8", "12.9", "13.0"];

impl Hardware {
    pub(super) fn check(&self) -> Result<(), ProviderError> {
        match self {
            Self::Unsaid => Ok(()),
            Self::Cpu(instances) => listable("instanceIds", instances),
            Self::Gpu(gpu) => {
                if gpu.count == Some(0) {
                    return Err(ProviderError::invalid("gpuCount", "is 0, at least 1 is needed"));
                }
                if let Some(version) = gpu.min_cuda.as_deref().filter(|version| !CUDA.contains(version)) {
                    let reason = format!("is `{version}`, expected one of {}", CUDA.join(", "));
                    return Err(ProviderError::invalid("minCudaVersion", reason));
                }
                listable("gpuIds", &gpu.pools)?;
                listable("allowedCudaVersions", &gpu.cuda_versions)
            }
        }
    }
}

/// Lists travel as text with commas.
pub(super) fn listable(field: &str, items: &[String]) -> Result<(), ProviderError> {
    match items
        .iter()
        .find(|item| item.trim().is_empty() || item.contains(',') || item.chars().any(char::is_control))
    {
        None => Ok(()),
        Some(item) => Err(ProviderError::invalid(
            field,
            format!("has an item that can't be: `{}`", item.escape_debug()),
        )),
    }
}
