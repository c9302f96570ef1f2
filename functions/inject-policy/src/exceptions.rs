//! Exceptions: rules that do not apply to some objects until a day.

use porchlight_api::Kind;
use porchlight_api::Object;
use porchlight_api::policy_config::PolicyConfig;
use porchlight_api::policy_exception::{ExceptionTarget, PolicyException};
use porchlight_krm::{Code, CodedError, Finding, Resource};
use porchlight_yaml::serde::nearest;

use crate::data::Data;

/// The exceptions of a package that hold, and what is to be said of those that do not.
#[derive(Default)]
pub(crate) struct Exceptions {
    holding: Vec<Exception>,
    findings: Vec<Finding>,
}

struct Exception {
    name: String,
    rules: Vec<String>,
    target: ExceptionTarget,
    reason: String,
    expires: String,
}

/// A day, in the order of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(u16, u8, u8);

impl Day {
    /// `YYYY-MM-DD`; `None` for anything else, a 30th of February too.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut number = |digits: usize| {
            let part = parts.next()?;
            (part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| part.parse::<u16>().ok())?
        };
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        let last = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 => 28 + u16::from(leap),
            _ => return None,
        };
        let valid = parts.next().is_none() && (1..=last).contains(&day);
        valid.then_some(Self(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?))
    }
}

impl Exceptions {
    /// Reads the exceptions of a package. Every fault of every one is reported.
    pub(crate) fn read(items: &[Resource], config: &PolicyConfig) -> Result<Self, Vec<CodedError>> {
        let mut errors = Vec::new();
        let today = match &config.date {
            None => None,
            Some(text) => match Day::parse(text) {
                Some(day) => Some(day),
                None => {
                    let message = format!("functionConfig `date`: `{text}` is not a day such as `2026-11-21`");
                    return Err(vec![CodedError::new(Code::FnConfigInvalid, message).field("spec.date", text)]);
                }
            },
        };
        let mut exceptions = Self::default();
        for item in items.iter().filter(|item| item.is(PolicyException::API_VERSION, PolicyException::KIND)) {
            let before = errors.len();
            let Some((exception, expires)) = read(item, &mut errors) else { continue };
            let Some(today) = today else {
                errors.push(invalid(
                    item,
                    "a package with exceptions needs `date` in the functionConfig: a function has no clock to see whether \
                     they expired",
                ));
                continue;
            };
            if errors.len() > before {
                continue;
            }
            if !items.iter().any(|other| exception.target.matches(other)) {
                let message = format!("exception `{}` is for no object of the package", exception.name);
                exceptions.findings.push(Finding::warning(Code::PolicyInvalid, message).on(item));
            }
            if expires < today {
                let message = format!(
                    "exception `{}` expired on {} and does not hold any more: {}",
                    exception.name, exception.expires, exception.reason
                );
                let finding = if config.strict {
                    Finding::error(Code::PolicyInvalid, message)
                } else {
                    Finding::warning(Code::PolicyInvalid, message)
                };
                let finding = finding.on(item).field("spec.expires", &exception.expires);
                exceptions
                    .findings
                    .push(finding.hint("meet the rule, or have the exception approved until a later day"));
            } else {
                exceptions.holding.push(exception);
            }
        }
        if errors.is_empty() { Ok(exceptions) } else { Err(errors) }
    }

    /// Whether a rule is excepted for an object; that is reported.
    pub(crate) fn covers(&mut self, rule: &str, item: &Resource) -> bool {
        let Some(exception) = self
            .holding
            .iter()
            .find(|exception| exception.rules.iter().any(|id| id == rule) && exception.target.matches(item))
        else {
            return false;
        };
        let message = format!(
            "rule `{rule}` does not apply until {} by exception `{}`: {}",
            exception.expires, exception.name, exception.reason
        );
        let finding = Finding::info(Code::SecurityPolicyFailed, message).on(item).tag("rule", rule);
        let finding = finding.tag("exception", &exception.name);
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
        true
    }

    pub(crate) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}

/// Matching of objects.
trait Matches {
    fn matches(&self, item: &Resource) -> bool;
}

impl Matches for ExceptionTarget {
    fn matches(&self, item: &Resource) -> bool {
        let agrees = |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|wanted| wanted == found);
        agrees(&self.kind, item.kind()) && agrees(&self.name, item.name()) && agrees(&self.namespace, item.namespace())
    }
}

fn invalid(item: &Resource, message: impl Into<String>) -> CodedError {
    CodedError::new(Code::PolicyInvalid, message).intent(item.kind()).on(item)
}

fn read(item: &Resource, errors: &mut Vec<CodedError>) -> Option<(Exception, Day)> {
    let spec = match item.typed::<Object<PolicyException>>() {
        Ok(object) => object.spec,
        Err(error) => {
            let coded = invalid(item, format!("`{}`: {}", error.path, error.message));
            errors.push(match &error.value {
                Some(value) => coded.field(&error.path, value),
                None => coded.missing_field(&error.path),
            });
            return None;
        }
    };
    let mut missing = |field: &str, message: &str| errors.push(invalid(item, message).missing_field(field));
    let reason = spec.reason.filter(|reason| !reason.trim().is_empty());
    if reason.is_none() {
        missing("spec.reason", "`spec.reason` is missing: say why the rules cannot be met");
    }
    if spec.expires.is_none() {
        missing("spec.expires", "`spec.expires` is missing: an exception ends, give its last day as `YYYY-MM-DD`");
    }
    if spec.rules.is_empty() {
        missing("spec.rules", "`spec.rules` is missing: name the rules that do not apply");
    }
    let target = spec.target.filter(|target| target != &ExceptionTarget::default());
    if target.is_none() {
        missing("spec.target", "`spec.target` is missing: an exception is for named objects, not for all");
    }
    for rule in spec.rules.iter().filter(|rule| Data::get().rule(rule).is_none()) {
        let near = nearest(rule, Data::get().rules.iter().map(|known| known.id.as_str()));
        let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let message = format!("`spec.rules`: no rule is called `{rule}`{near}");
        errors.push(invalid(item, message).field("spec.rules", rule));
    }
    let expires = spec.expires?;
    let Some(day) = Day::parse(&expires) else {
        let message = format!("`spec.expires`: `{expires}` is not a day such as `2027-06-30`");
        errors.push(invalid(item, message).field("spec.expires", expires));
        return None;
    };
    let exception =
        Exception { name: item.name().to_owned(), rules: spec.rules, target: target?, reason: reason?, expires };
    Some((exception, day))
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn days_are_those_of_the_calendar() {
        for text in ["2026-11-21", "2024-02-29", "2000-02-29", "0001-01-01"] {
            assert!(Day::parse(text).is_some(), "{text}");
        }
        for text in [
            "2026-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-1-01",
            "2026-11-21T00:00:00Z",
            "21.11.2026",
            "",
            "2026-00-10",
        ] {
            assert!(Day::parse(text).is_none(), "{text}");
        }
        assert!(Day::parse("2026-11-21") < Day::parse("2026-12-01"));
    }
}
