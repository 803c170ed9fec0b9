//! How the settings of an environment lie over those that hold everywhere.

use super::Resource;

impl Resource {
    /// Takes over what `over` sets. `env` is joined by name, lists are replaced, and GPUs replace CPUs and the reverse,
    /// because a worker has only one of them.
    pub fn override_with(&mut self, over: &Self) {
        if over.cpu.is_some() {
            self.gpu = None;
            self.gpu_count = None;
            self.lines.remove("gpu");
            self.lines.remove("gpu_count");
        }
        if over.gpu.is_some() {
            self.cpu = None;
            self.lines.remove("cpu");
        }
        macro_rules! replace {
            ($($field:ident),*) => { $( if over.$field.is_some() { self.$field.clone_from(&over.$field); } )* };
        }
        replace!(
            kind,
            public,
            gpu,
            gpu_count,
            cpu,
            workers_min,
            workers_max,
            idle_timeout,
            execution_timeout_ms,
            scaler,
            scaler_value,
            network_volumes,
            data_centers,
            max_concurrency,
            image,
            container_disk_gb,
            cuda_versions,
            min_cuda_version,
            flashboot
        );
        self.env.extend(over.env.iter().map(|(name, value)| (name.clone(), value.clone())));
        if over.lines.contains_key("secrets") {
            self.secrets.clone_from(&over.secrets);
        }
        self.lines.extend(&over.lines);
    }

    /// What contradicts itself, with the key to blame.
    pub(super) fn contradictions(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        if let (Some(min), Some(max)) = (self.workers_min, self.workers_max)
            && min > max
        {
            found.push((
                "workers_min",
                format!("`workers_min` is {min}, more than `workers_max`, which is {max}"),
            ));
        }
        if self.cpu.is_some() && (self.gpu.is_some() || self.gpu_count.is_some()) {
            found.push(("cpu", "a resource has `cpu` or `gpu`, not both; remove one of them".to_owned()));
        }
        if let Some(both) = self.secrets.iter().find(|name| self.env.contains_key(*name)) {
            found.push((
                "secrets",
                format!("`{both}` is in `secrets` and in `env`; remove it from one of them"),
            ));
        }
        found
    }
}
