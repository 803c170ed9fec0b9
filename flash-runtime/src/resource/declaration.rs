//! The two kinds of resource, built by `const` calls whose ranges the compiler checks.

use std::time::Duration;

use super::{CpuInstance, CudaVersion, DataCenter, Gpu, Json, ResourceName};

/// Everything that can be declared; what isn't stays with `flash.toml` or the platform's default.
#[derive(Debug, Clone, Copy)]
struct Declaration {
    name: ResourceName,
    gpus: &'static [Gpu],
    gpu_count: Option<u32>,
    cpus: &'static [CpuInstance],
    workers: Option<(u32, u32)>,
    idle_timeout: Option<u64>,
    execution_timeout_ms: Option<u64>,
    queue_delay: Option<u32>,
    request_count: Option<u32>,
    env: &'static [(&'static str, &'static str)],
    secrets: &'static [&'static str],
    network_volumes: &'static [&'static str],
    data_centers: &'static [DataCenter],
    min_cuda: Option<CudaVersion>,
    flash_boot: Option<bool>,
    image: Option<&'static str>,
    disk_gb: Option<u32>,
    max_concurrency: Option<u32>,
    public: bool,
}

impl Declaration {
    #[track_caller]
    const fn new(name: &'static str) -> Self {
        Self {
            name: ResourceName::new(name),
            gpus: &[],
            gpu_count: None,
            cpus: &[],
            workers: None,
            idle_timeout: None,
            execution_timeout_ms: None,
            queue_delay: None,
            request_count: None,
            env: &[],
            secrets: &[],
            network_volumes: &[],
            data_centers: &[],
            min_cuda: None,
            flash_boot: None,
            image: None,
            disk_gb: None,
            max_concurrency: None,
            public: false,
        }
    }

    const fn to_json(self, resource_type: &str) -> Json {
        let mut out = Json::new()
            .open(b'{')
            .key("name")
            .string(self.name.name())
            .key("resource_type")
            .string(resource_type);
        if self.public {
            out = out.key("public").boolean(true);
        }
        out = out.key("config").open(b'{');
        macro_rules! joined {
            ($key:literal, $list:expr) => {
                if !$list.is_empty() {
                    out = out.key($key).open(b'[');
                    let mut at = 0;
                    while at < $list.len() {
                        out = out.string($list[at].as_str());
                        at += 1;
                    }
                    out = out.close(b']');
                }
            };
        }
        macro_rules! plain {
            ($key:literal, $list:expr) => {
                if !$list.is_empty() {
                    out = out.key($key).open(b'[');
                    let mut at = 0;
                    while at < $list.len() {
                        out = out.string($list[at]);
                        at += 1;
                    }
                    out = out.close(b']');
                }
            };
        }
        macro_rules! number {
            ($key:literal, $value:expr) => {
                if let Some(value) = $value {
                    out = out.key($key).number(value as u64);
                }
            };
        }
        joined!("gpuIds", self.gpus);
        number!("gpuCount", self.gpu_count);
        joined!("instanceIds", self.cpus);
        if let Some((min, max)) = self.workers {
            out = out.key("workersMin").number(min as u64).key("workersMax").number(max as u64);
        }
        number!("idleTimeout", self.idle_timeout);
        number!("executionTimeoutMs", self.execution_timeout_ms);
        if let Some(value) = self.queue_delay {
            out = out.key("scalerType").string("QUEUE_DELAY").key("scalerValue").number(value as u64);
        }
        if let Some(value) = self.request_count {
            out = out.key("scalerType").string("REQUEST_COUNT").key("scalerValue").number(value as u64);
        }
        joined!("locations", self.data_centers);
        plain!("networkVolumeIds", self.network_volumes);
        if let Some(version) = self.min_cuda {
            out = out.key("minCudaVersion").string(version.as_str());
        }
        if let Some(on) = self.flash_boot {
            out = out.key("flashBootType").string(if on { "FLASHBOOT" } else { "OFF" });
        }
        if let Some(image) = self.image {
            out = out.key("imageName").string(image);
        }
        number!("containerDiskInGb", self.disk_gb);
        number!("maxConcurrency", self.max_concurrency);
        if !self.env.is_empty() {
            out = out.key("env").open(b'{');
            let mut at = 0;
            while at < self.env.len() {
                out = out.key(self.env[at].0).string(self.env[at].1);
                at += 1;
            }
            out = out.close(b'}');
        }
        plain!("secrets", self.secrets);
        out.close(b'}').close(b'}')
    }
}

macro_rules! kind {
    ($(#[$docs:meta])* $type:ident) => {
        $(#[$docs])*
        #[derive(Debug, Clone, Copy)]
        #[must_use = "a declaration takes effect as a constant with `#[flash::resource]`"]
        pub struct $type(Declaration);

        impl $type {
            /// A resource of this name, with the platform's defaults.
            #[track_caller]
            pub const fn new(name: &'static str) -> Self {
                Self(Declaration::new(name))
            }

            /// The name.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                self.0.name.name()
            }

            /// GPU pools to choose from.
            #[track_caller]
            pub const fn gpus(mut self, pools: &'static [Gpu]) -> Self {
                assert!(self.0.cpus.is_empty(), "a resource runs on GPUs or on CPUs, not on both");
                assert!(!pools.is_empty(), "name at least one GPU pool");
                self.0.gpus = pools;
                self
            }

            /// GPUs per worker, at least 1.
            #[track_caller]
            pub const fn gpu_count(mut self, count: u32) -> Self {
                assert!(count >= 1, "a GPU worker has at least 1 GPU");
                self.0.gpu_count = Some(count);
                self
            }

            /// CPU instances to choose from.
            #[track_caller]
            pub const fn cpus(mut self, instances: &'static [CpuInstance]) -> Self {
                assert!(self.0.gpus.is_empty(), "a resource runs on GPUs or on CPUs, not on both");
                assert!(!instances.is_empty(), "name at least one CPU instance");
                self.0.cpus = instances;
                self
            }

            /// Fewest and most workers; `min` is at most `max`.
            #[track_caller]
            pub const fn workers(mut self, min: u32, max: u32) -> Self {
                assert!(min <= max, "the fewest workers are more than the most workers");
                self.0.workers = Some((min, max));
                self
            }

            /// Rest after which a worker may end: 1 to 3600 seconds.
            #[track_caller]
            pub const fn idle_timeout(mut self, rest: Duration) -> Self {
                let seconds = rest.as_secs();
                assert!(seconds >= 1 && seconds <= 3600, "the idle timeout is 1 to 3600 seconds");
                self.0.idle_timeout = Some(seconds);
                self
            }

            /// Longest run of one request; zero stands for the platform's default.
            #[track_caller]
            pub const fn execution_timeout(mut self, limit: Duration) -> Self {
                let millis = limit.as_millis();
                assert!(millis <= 7 * 24 * 3600 * 1000, "the execution timeout is at most 7 days");
                self.0.execution_timeout_ms = Some(millis as u64);
                self
            }

            /// Adds a worker for each so many requests, at least 1.
            #[track_caller]
            pub const fn scale_by_requests(mut self, per_worker: u32) -> Self {
                assert!(per_worker >= 1, "at least 1 request per worker");
                assert!(self.0.queue_delay.is_none(), "choose one way to scale");
                self.0.request_count = Some(per_worker);
                self
            }

            /// Environment variables. Not for secrets: these values are in the manifest.
            #[track_caller]
            pub const fn env(mut self, variables: &'static [(&'static str, &'static str)]) -> Self {
                self.0.env = variables;
                self
            }

            /// Names of secrets; their values come at deploy time and never enter a manifest.
            #[track_caller]
            pub const fn secrets(mut self, names: &'static [&'static str]) -> Self {
                self.0.secrets = names;
                self
            }

            /// Ids of network volumes; at most one per data centre.
            #[track_caller]
            pub const fn network_volumes(mut self, ids: &'static [&'static str]) -> Self {
                self.0.network_volumes = ids;
                self
            }

            /// Data centres to choose from.
            #[track_caller]
            pub const fn data_centers(mut self, centers: &'static [DataCenter]) -> Self {
                assert!(!centers.is_empty(), "name at least one data centre");
                self.0.data_centers = centers;
                self
            }

            /// Oldest CUDA version that will do.
            #[track_caller]
            pub const fn min_cuda(mut self, version: CudaVersion) -> Self {
                self.0.min_cuda = Some(version);
                self
            }

            /// Whether the platform may keep a worker's state for a faster start.
            #[track_caller]
            pub const fn flash_boot(mut self, on: bool) -> Self {
                self.0.flash_boot = Some(on);
                self
            }

            /// Container image to run in.
            #[track_caller]
            pub const fn image(mut self, name: &'static str) -> Self {
                assert!(!name.is_empty(), "the image needs a name");
                self.0.image = Some(name);
                self
            }

            /// Disk of a worker in GB, at least 1.
            #[track_caller]
            pub const fn container_disk_gb(mut self, size: u32) -> Self {
                assert!(size >= 1, "a worker has at least 1 GB of disk");
                self.0.disk_gb = Some(size);
                self
            }

            /// Calls that one worker runs at once, at least 1.
            #[track_caller]
            pub const fn max_concurrency(mut self, calls: u32) -> Self {
                assert!(calls >= 1, "a worker runs at least 1 call at once");
                self.0.max_concurrency = Some(calls);
                self
            }
        }
    };
}

kind! {
    /// A queue-based resource: work arrives as jobs, or by `/execute`.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use flash::{Gpu, ServerlessResource};
    ///
    /// #[flash::resource]
    /// const MODELS: ServerlessResource = ServerlessResource::new("models")
    ///     .gpus(&[Gpu::Ada24, Gpu::Ampere24])
    ///     .workers(0, 3)
    ///     .idle_timeout(Duration::from_secs(60));
    ///
    /// #[flash::remote(resource = MODELS)]
    /// async fn embed(text: String) -> flash::Result<Vec<f32>> {
    ///     Ok(vec![text.len() as f32])
    /// }
    /// ```
    ///
    /// Values out of range don't compile:
    ///
    /// ```compile_fail
    /// const BAD: flash::ServerlessResource = flash::ServerlessResource::new("models").workers(3, 1);
    /// ```
    ServerlessResource
}

kind! {
    /// A load-balanced resource: work arrives as HTTP requests on declared routes.
    ///
    /// ```
    /// use flash::LoadBalancerSlsResource;
    ///
    /// #[flash::resource]
    /// pub const API: LoadBalancerSlsResource = LoadBalancerSlsResource::new("api").workers(1, 4).public();
    ///
    /// #[flash::remote(resource = API, method = "GET", path = "/hello/{name}")]
    /// pub async fn hello(name: String) -> flash::Result<String> {
    ///     Ok(format!("hello {name}"))
    /// }
    /// ```
    LoadBalancerSlsResource
}

impl ServerlessResource {
    /// Adds a worker when a job waited so many seconds, at least 1.
    #[track_caller]
    pub const fn scale_by_queue_delay(mut self, seconds: u32) -> Self {
        assert!(seconds >= 1, "a queue delay is at least 1 second");
        assert!(self.0.request_count.is_none(), "choose one way to scale");
        self.0.queue_delay = Some(seconds);
        self
    }

    /// The declaration as JSON.
    #[doc(hidden)]
    pub const fn to_json(&self) -> Json {
        self.0.to_json("ServerlessResource")
    }
}

impl LoadBalancerSlsResource {
    /// Opens the declared routes, and nothing else, to callers without a key.
    #[track_caller]
    pub const fn public(mut self) -> Self {
        self.0.public = true;
        self
    }

    /// The declaration as JSON.
    #[doc(hidden)]
    pub const fn to_json(&self) -> Json {
        self.0.to_json("LoadBalancerSlsResource")
    }
}

#[cfg(test)]
mod tests {
    use super::{Gpu, LoadBalancerSlsResource, ServerlessResource};

    #[test]
    fn declarations_are_json() {
        const JSON: super::Json = ServerlessResource::new("models")
            .gpus(&[Gpu::Ada24])
            .workers(0, 3)
            .env(&[("MODE", "a\"b")])
            .secrets(&["TOKEN"])
            .to_json();
        let value: serde_json::Value = serde_json::from_str(JSON.as_str()).unwrap();
        assert_eq!(
            value,
            serde_json::json!({
                "name": "models", "resource_type": "ServerlessResource",
                "config": {"gpuIds": ["ADA_24"], "workersMin": 0, "workersMax": 3, "env": {"MODE": "a\"b"},
                    "secrets": ["TOKEN"]},
            })
        );
        let public = LoadBalancerSlsResource::new("api").public().to_json();
        assert!(public.as_str().contains(r#""public":true,"config":{}"#));
    }
}
