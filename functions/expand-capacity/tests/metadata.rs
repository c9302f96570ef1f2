//! `metadata.yaml` is what the function says of itself. `UPDATE=1` rewrites it.

use expand_capacity::ExpandCapacity;

#[test]
fn metadata_is_up_to_date() {
    porchlight_cases::described::metadata::<ExpandCapacity>();
}
