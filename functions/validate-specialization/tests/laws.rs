//! What has to hold for every validator and every list, see `porchlight_cases::laws`.

use validate_specialization::ValidateSpecialization;

#[test]
fn the_order_of_items_does_not_matter_and_nothing_changes() {
    porchlight_cases::laws::order_does_not_matter::<ValidateSpecialization>();
}

#[test]
fn any_value_is_looked_at() {
    porchlight_cases::laws::any_value_is_looked_at::<ValidateSpecialization>();
}
