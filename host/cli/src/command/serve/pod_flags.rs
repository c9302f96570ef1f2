//! Flags of Porch's function runner that are about its pods (porch §1.12). They are accepted, so that its manifests can
//! stay as they are, and have no effect.

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct PodFlags {
    #[arg(long, hide = true)]
    disable_runtimes: Option<String>,
    #[arg(long, hide = true)]
    pod_namespace: Option<String>,
    #[arg(long, hide = true)]
    pod_ttl: Option<String>,
    #[arg(long, hide = true)]
    pod_cache_config: Option<String>,
    #[arg(long, hide = true)]
    function_pod_template: Option<String>,
    #[arg(long, hide = true)]
    scan_interval: Option<String>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    warm_up_pod_cache: Option<bool>,
    #[arg(long, hide = true)]
    max_waitlist_length: Option<String>,
    #[arg(long, hide = true)]
    max_parallel_pods_per_function: Option<String>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    enable_private_registries: Option<bool>,
    #[arg(long, hide = true)]
    registry_auth_secret_path: Option<String>,
    #[arg(long, hide = true)]
    registry_auth_secret_name: Option<String>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    enable_private_registries_tls: Option<bool>,
    #[arg(long, hide = true)]
    tls_secret_path: Option<String>,
}

impl PodFlags {
    /// Those that were given.
    pub(super) fn given(&self) -> Vec<&'static str> {
        let flags = [
            ("--disable-runtimes", self.disable_runtimes.is_some()),
            ("--pod-namespace", self.pod_namespace.is_some()),
            ("--pod-ttl", self.pod_ttl.is_some()),
            ("--pod-cache-config", self.pod_cache_config.is_some()),
            ("--function-pod-template", self.function_pod_template.is_some()),
            ("--scan-interval", self.scan_interval.is_some()),
            ("--warm-up-pod-cache", self.warm_up_pod_cache.is_some()),
            ("--max-waitlist-length", self.max_waitlist_length.is_some()),
            ("--max-parallel-pods-per-function", self.max_parallel_pods_per_function.is_some()),
            ("--enable-private-registries", self.enable_private_registries.is_some()),
            ("--registry-auth-secret-path", self.registry_auth_secret_path.is_some()),
            ("--registry-auth-secret-name", self.registry_auth_secret_name.is_some()),
            ("--enable-private-registries-tls", self.enable_private_registries_tls.is_some()),
            ("--tls-secret-path", self.tls_secret_path.is_some()),
        ];
        flags.into_iter().filter(|(_, given)| *given).map(|(name, _)| name).collect()
    }

    /// Where Porch keeps its FunctionConfig objects.
    pub(super) fn namespace(&self) -> &str {
        self.pod_namespace.as_deref().unwrap_or("porch-fn-system")
    }
}
