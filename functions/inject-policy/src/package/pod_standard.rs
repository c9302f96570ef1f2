//! Whether a pod, as it is written, is one that the level `baseline` of the Pod Security Standards admits.

use serde_json::Value;

use super::workloads::Workload;
use super::{list, text};
use crate::data::{Data, Level, PodSecurityLevel};

impl Workload {
    /// Whether a namespace that enforces `baseline` admits its pods, and those that its role makes of them.
    pub(crate) fn fits_baseline(&self) -> bool {
        let allowed = &Data::get().pod_security.baseline;
        let shares_host =
            ["hostNetwork", "hostPID", "hostIPC"].iter().any(|field| self.pod.get(*field) == Some(&true.into()));
        let mounts_host = list(&self.pod, "volumes").any(|volume| volume.get("hostPath").is_some());
        self.role.is_none_or(|role| role.pod_security.enforce >= Level::Baseline)
            && !shares_host
            && !mounts_host
            && self.pod.get("securityContext").is_none_or(|context| is_confined(context, allowed))
            && self.containers.iter().all(|container| is_contained(&container.value, allowed))
    }
}

fn is_contained(container: &Value, allowed: &PodSecurityLevel) -> bool {
    let host_port = list(container, "ports").any(|port| port.get("hostPort").is_some_and(|port| port != 0));
    let Some(context) = container.get("securityContext") else { return !host_port };
    let capabilities = context.get("capabilities").unwrap_or(&Value::Null);
    let known = |name: &Value| name.as_str().is_some_and(|name| allowed.capabilities.iter().any(|known| known == name));
    !host_port
        && context.get("privileged") != Some(&true.into())
        && matches!(text(context, "procMount"), "" | "Default")
        && list(capabilities, "add").all(known)
        && is_confined(context, allowed)
}

/// What pods and containers can say alike.
fn is_confined(context: &Value, allowed: &PodSecurityLevel) -> bool {
    let part = |key: &str| context.get(key).unwrap_or(&Value::Null);
    let selinux = part("seLinuxOptions");
    text(part("seccompProfile"), "type") != "Unconfined"
        && text(part("appArmorProfile"), "type") != "Unconfined"
        && part("windowsOptions").get("hostProcess") != Some(&true.into())
        && allowed.selinux_types.iter().any(|known| known == text(selinux, "type"))
        && text(selinux, "user").is_empty()
        && text(selinux, "role").is_empty()
        && list(context, "sysctls").all(|sysctl| allowed.sysctls.iter().any(|known| known == text(sysctl, "name")))
}
