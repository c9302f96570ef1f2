//! What has to hold for every validator and every list, see `porchlight_cases::laws`.

use audit_exposure::AuditExposure;

#[test]
fn the_order_of_items_does_not_matter_and_nothing_changes() {
    porchlight_cases::laws::order_does_not_matter::<AuditExposure>();
}

#[test]
fn any_value_is_looked_at() {
    porchlight_cases::laws::any_value_is_looked_at::<AuditExposure>();
}
