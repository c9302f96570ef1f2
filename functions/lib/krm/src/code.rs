//! The error codes of the project and the component each belongs to.

use std::fmt;
use std::str::FromStr;

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The part of the suite a code belongs to; the second word of an error line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, FromNode)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Component {
    Orchestrator,
    Reconciler,
    Function,
    Host,
    Porch,
    Planner,
}

impl fmt::Display for Component {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, out)
    }
}

macro_rules! codes {
    ($($component:ident { $($variant:ident $text:literal $meaning:literal),* $(,)? })*) => {
        /// A stable error code (requirements §7). Every finding carries one as its tag `code`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[doc = $meaning] $variant,)*)*
        }

        impl Code {
            /// Every code, in the order of the requirements.
            pub const ALL: &[Self] = &[$($(Self::$variant,)*)*];

            /// The code as it is written, like `FN_CONFIG_INVALID`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($(Self::$variant => $text,)*)*
                }
            }

            /// What the code says, in one sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self {
                    $($(Self::$variant => $meaning,)*)*
                }
            }

            /// The component that reports it.
            #[must_use]
            pub const fn component(self) -> Component {
                match self {
                    $($(Self::$variant)|* => Component::$component,)*
                }
            }
        }
    };
}

codes! {
    Orchestrator {
        IntentDecomposeFailed "INTENT_DECOMPOSE_FAILED" "An intent could not be turned into objects.",
        OaaLoopFailed "OAA_LOOP_FAILED" "A round of the control loop failed.",
        SubagentCoordinationTimeout "SUBAGENT_COORDINATION_TIMEOUT" "Parallel handlers did not finish in time.",
        IntentInvalid "INTENT_INVALID" "A field of an intent is missing or malformed.",
        IntentInfeasible "INTENT_INFEASIBLE" "An intent asks for more than its sites can give.",
        IntentConflict "INTENT_CONFLICT" "An intent contradicts another one or an object of the user.",
        SizingLimitExceeded "SIZING_LIMIT_EXCEEDED" "A computed size is above the limit of its profile.",
        ProviderUnsupported "PROVIDER_UNSUPPORTED" "A provider cannot honour a part of the intent.",
        TargetUnknown "TARGET_UNKNOWN" "A delivery target is not declared.",
        LeaseHeld "LEASE_HELD" "Another run works on the same target.",
        CircuitOpen "CIRCUIT_OPEN" "Calls to a failing system are paused.",
        RetryExhausted "RETRY_EXHAUSTED" "The last attempt failed too.",
        StateCorrupt "STATE_CORRUPT" "The saved state cannot be read.",
        StateIncompatible "STATE_INCOMPATIBLE" "The saved state is from another version.",
        CompensationFailed "COMPENSATION_FAILED" "Undoing a step failed.",
        ConfirmationRequired "CONFIRMATION_REQUIRED" "A step waits for a person's confirmation.",
        Cancelled "CANCELLED" "The run was stopped from outside.",
    }
    Reconciler {
        ResourceFetchFailed "RESOURCE_FETCH_FAILED" "An object that is needed could not be had.",
        SecurityPolicyFailed "SECURITY_POLICY_FAILED" "A security policy is not met.",
    }
    Function {
        YamlParseFailed "YAML_PARSE_FAILED" "A text is not valid YAML.",
        ResourcelistInvalid "RESOURCELIST_INVALID" "The input is not a usable ResourceList.",
        FnConfigInvalid "FN_CONFIG_INVALID" "The functionConfig does not fit the function.",
        KptfileInvalid "KPTFILE_INVALID" "A Kptfile is not valid.",
        IntentUnsupported "INTENT_UNSUPPORTED" "An intent is of a version or kind not known here.",
        CapacityInvalid "CAPACITY_INVALID" "A Capacity is malformed or contradicts itself.",
        CapacityPlanned "CAPACITY_PLANNED" "A size was planned; the message says how it came about.",
        CoverageInvalid "COVERAGE_INVALID" "A coverage area is malformed.",
        PolicyInvalid "POLICY_INVALID" "A policy is malformed.",
        PolicyConflict "POLICY_CONFLICT" "Two policies contradict each other.",
        SbomRefInvalid "SBOM_REF_INVALID" "An image reference cannot be read.",
        SbomIncomplete "SBOM_INCOMPLETE" "A bill of materials lacks an element that is asked for.",
        OranProfileInvalid "ORAN_PROFILE_INVALID" "An O-RAN profile is malformed.",
        InfraInvalid "INFRA_INVALID" "An infrastructure request is malformed.",
        VariantInvalid "VARIANT_INVALID" "A package variant is malformed.",
        GitopsInvalid "GITOPS_INVALID" "A GitOps profile is malformed.",
        ObsInvalid "OBS_INVALID" "An observability profile is malformed.",
        AuditInputInvalid "AUDIT_INPUT_INVALID" "The input of an audit is malformed.",
        SchemaInvalid "SCHEMA_INVALID" "An object does not fit the schema of its kind.",
        ReferenceDangling "REFERENCE_DANGLING" "An object refers to another one that is not there.",
        SpecializationIncomplete "SPECIALIZATION_INCOMPLETE" "A package still holds what its specialisation should have replaced.",
        NameInvalid "NAME_INVALID" "A name, namespace or label breaks Kubernetes' rules.",
        TraceabilityIncomplete "TRACEABILITY_INCOMPLETE" "An object cannot be traced to the intent it was made from, or an intent to its objects.",
        ExposureFound "EXPOSURE_FOUND" "An object opens more to others than it should.",
    }
    Host {
        FnUnknown "FN_UNKNOWN" "No function has this name.",
        FnImageUnresolved "FN_IMAGE_UNRESOLVED" "No program is known for a function image.",
        FnTimeout "FN_TIMEOUT" "A function did not finish in time.",
        FnMemoryExceeded "FN_MEMORY_EXCEEDED" "A function asked for more memory than it may have.",
        FnTrapped "FN_TRAPPED" "A function stopped in an illegal state.",
        FnOutputInvalid "FN_OUTPUT_INVALID" "The output of a function is not usable.",
        ValidatorMutated "VALIDATOR_MUTATED" "A validator changed what it should only check.",
        VerifyFailed "VERIFY_FAILED" "A verification after the run failed.",
    }
    Porch {
        PorchUnavailable "PORCH_UNAVAILABLE" "The Porch API or a repository cannot be reached or changed.",
        PorchAuth "PORCH_AUTH" "The Porch API or a repository refused the credentials.",
        PorchConflict "PORCH_CONFLICT" "Somebody else changed the package revision.",
        LifecycleInvalid "LIFECYCLE_INVALID" "A lifecycle step is not allowed from here.",
        ToolMissing "TOOL_MISSING" "A program that is needed is not installed.",
        RevisionUnknown "REVISION_UNKNOWN" "A repository has no such package or revision.",
        RevisionExists "REVISION_EXISTS" "A package or revision of that name, or around it, exists already.",
        RevisionInvalid "REVISION_INVALID" "The files of a package revision cannot be used.",
    }
    Planner {
        GoalUnclassified "GOAL_UNCLASSIFIED" "No rule matches the goal.",
        GoalAmbiguous "GOAL_AMBIGUOUS" "Several rules match the goal equally.",
        SpecialistUnknown "SPECIALIST_UNKNOWN" "No specialist has this name.",
        PlanInvalid "PLAN_INVALID" "A work plan is malformed.",
        PlanCycle "PLAN_CYCLE" "The steps of a plan wait for each other.",
        PlanBlocked "PLAN_BLOCKED" "No step of the plan can proceed.",
    }
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// A text that is no error code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCode(pub String);

impl fmt::Display for UnknownCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}` is not an error code", self.0)
    }
}

impl std::error::Error for UnknownCode {}

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text).ok_or_else(|| UnknownCode(text.to_owned()))
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Component};

    #[test]
    fn codes_are_written_as_their_variants_are_named_and_read_back() {
        for code in Code::ALL {
            let written: String = code.as_str().to_lowercase().replace('_', "");
            assert_eq!(written, format!("{code:?}").to_lowercase());
            assert_eq!(code.as_str().parse(), Ok(*code));
        }
        assert_eq!(Code::ALL.len(), 65);
        assert_eq!("NO_SUCH".parse::<Code>().unwrap_err().to_string(), "`NO_SUCH` is not an error code");
    }

    #[test]
    fn components_follow_the_requirements() {
        assert_eq!(Code::IntentDecomposeFailed.component(), Component::Orchestrator);
        assert_eq!(Code::FnConfigInvalid.component().to_string(), "Function");
        assert_eq!(Code::FnTimeout.component().to_string(), "Host");
    }
}
