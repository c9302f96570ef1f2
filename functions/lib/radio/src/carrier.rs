//! A carrier: band, place in the band, width and subcarrier spacing, checked against each other.

use porchlight_api::coverage::PlannedCarrier;

use crate::band::{self, Band, Duplex};
use crate::{raster, resource_blocks};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// Band number.
    pub band: u16,
    /// Centre of the downlink channel.
    pub arfcn_dl: Option<i64>,
    /// Centre of the uplink channel.
    pub arfcn_ul: Option<i64>,
    /// Channel bandwidth in MHz.
    pub channel_bandwidth_mhz: i64,
    /// Subcarrier spacing in kHz.
    pub scs_khz: i64,
}

/// Which part of a request is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `band`
    Band,
    /// `arfcnDL`
    ArfcnDl,
    /// `arfcnUL`
    ArfcnUl,
    /// `channelBandwidthMHz`
    ChannelBandwidth,
    /// `scsKHz`
    SubcarrierSpacing,
}

/// Why there is no such carrier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CarrierError {
    /// The part at fault.
    pub part: Part,
    /// What is wrong and what would be right.
    pub message: String,
}

/// A carrier and where its figures come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The carrier.
    pub carrier: PlannedCarrier,
    /// Its band.
    pub band: u16,
    /// Source of the number of resource blocks.
    pub blocks_source: &'static str,
    /// Source of band and raster.
    pub band_source: &'static str,
    /// The downlink centre was not given; the lowest that fits was taken.
    pub arfcn_chosen: bool,
}

/// Checks a request and fills in what follows from it.
///
/// # Errors
/// The first part that does not fit.
pub fn check(request: &Request) -> Result<Checked, CarrierError> {
    let band = band::find(request.band).ok_or_else(|| {
        let known: Vec<String> = band::all().iter().map(|band| format!("n{}", band.band)).collect();
        error(Part::Band, format!("no NR band of this number is known; there are {}", known.join(", ")))
    })?;
    let range = band.frequency_range();
    let spacings = resource_blocks::spacings(range);
    let scs_khz = u16::try_from(request.scs_khz).ok().filter(|scs| spacings.contains(scs)).ok_or_else(|| {
        let message = format!("n{} is in {}: expected {}", band.band, range.as_str(), list(&spacings, "kHz"));
        error(Part::SubcarrierSpacing, message)
    })?;
    let bandwidth_mhz = u16::try_from(request.channel_bandwidth_mhz).ok();
    let found = bandwidth_mhz.and_then(|mhz| Some((mhz, resource_blocks::of(range, scs_khz, mhz)?)));
    let (bandwidth_mhz, blocks) = found.ok_or_else(|| {
        let known = list(&resource_blocks::bandwidths(range, scs_khz), "MHz");
        error(Part::ChannelBandwidth, format!("no channel of {scs_khz} kHz has this bandwidth: expected {known}"))
    })?;
    let bandwidth_khz = u64::from(bandwidth_mhz) * 1000;
    let centres = band.centres(scs_khz, bandwidth_khz).ok_or_else(|| {
        let width = (band.downlink_khz.1 - band.downlink_khz.0) / 1000;
        error(Part::ChannelBandwidth, format!("n{} is {width} MHz wide: the channel does not fit", band.band))
    })?;
    let arfcn_dl = downlink(band, request, scs_khz, bandwidth_khz, centres)?;
    let frequency_dl_khz = raster::frequency_khz(arfcn_dl).unwrap_or_default();
    let arfcn_ul = uplink(band, request, frequency_dl_khz, arfcn_dl, bandwidth_khz)?;
    Ok(Checked {
        carrier: PlannedCarrier {
            band: band.band,
            duplex: band.duplex.as_str().to_owned(),
            arfcn_dl,
            arfcn_ul,
            frequency_dl_khz,
            channel_bandwidth_mhz: bandwidth_mhz,
            scs_khz,
            resource_blocks: blocks.blocks,
        },
        band: band.band,
        blocks_source: blocks.source,
        band_source: &band.source,
        arfcn_chosen: request.arfcn_dl.is_none(),
    })
}

fn error(part: Part, message: String) -> CarrierError {
    CarrierError { part, message }
}

fn list(values: &[u16], unit: &str) -> String {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    format!("{} {unit}", texts.join(", "))
}

fn downlink(
    band: &Band,
    request: &Request,
    scs_khz: u16,
    bandwidth_khz: u64,
    (first, last): (u32, u32),
) -> Result<u32, CarrierError> {
    let Some(wanted) = request.arfcn_dl else { return Ok(first) };
    let arfcn = u32::try_from(wanted)
        .ok()
        .filter(|arfcn| *arfcn <= raster::MAX_ARFCN)
        .ok_or_else(|| error(Part::ArfcnDl, format!("expected an NR-ARFCN from 0 to {}", raster::MAX_ARFCN)))?;
    let centre = raster::frequency_khz(arfcn).unwrap_or_default();
    if !band::fits(band.downlink_khz, centre, bandwidth_khz) {
        let message = format!(
            "{} is outside n{} for a channel of {} MHz: expected {first} to {last}",
            megahertz(centre),
            band.band,
            bandwidth_khz / 1000
        );
        return Err(error(Part::ArfcnDl, message));
    }
    if !band.is_on_raster(arfcn, scs_khz) {
        let raster = band.channel_raster(scs_khz).map_or((0, 1), |raster| (raster.first, raster.step));
        let below = arfcn - (arfcn - raster.0.min(arfcn)) % raster.1;
        let message = format!(
            "not on the channel raster of n{} at {scs_khz} kHz (every {}): the next ones are {below} and {}",
            band.band,
            raster.1,
            below + raster.1
        );
        return Err(error(Part::ArfcnDl, message));
    }
    Ok(arfcn)
}

fn uplink(
    band: &Band,
    request: &Request,
    frequency_dl_khz: u64,
    arfcn_dl: u32,
    bandwidth_khz: u64,
) -> Result<u32, CarrierError> {
    let Some(wanted) = request.arfcn_ul else {
        let paired = band.uplink_of(frequency_dl_khz);
        let fitting = paired.filter(|centre| band::fits(band.uplink_khz, *centre, bandwidth_khz));
        return fitting.and_then(raster::arfcn).ok_or_else(|| {
            let message = format!("n{} has no uplink channel at its duplex distance: give arfcnUL", band.band);
            error(Part::ArfcnUl, message)
        });
    };
    let arfcn = u32::try_from(wanted)
        .ok()
        .filter(|arfcn| *arfcn <= raster::MAX_ARFCN)
        .ok_or_else(|| error(Part::ArfcnUl, format!("expected an NR-ARFCN from 0 to {}", raster::MAX_ARFCN)))?;
    if band.duplex == Duplex::Tdd && arfcn != arfcn_dl {
        let message = format!("n{} is TDD: the uplink is where the downlink is, at {arfcn_dl}", band.band);
        return Err(error(Part::ArfcnUl, message));
    }
    let centre = raster::frequency_khz(arfcn).unwrap_or_default();
    if !band::fits(band.uplink_khz, centre, bandwidth_khz) {
        let message = format!(
            "{} is outside the uplink of n{} ({} to {}) for a channel of {} MHz",
            megahertz(centre),
            band.band,
            megahertz(band.uplink_khz.0),
            megahertz(band.uplink_khz.1),
            bandwidth_khz / 1000
        );
        return Err(error(Part::ArfcnUl, message));
    }
    Ok(arfcn)
}

fn megahertz(khz: u64) -> String {
    match khz % 1000 {
        0 => format!("{} MHz", khz / 1000),
        rest => format!("{}.{rest:03} MHz", khz / 1000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const N78: Request = Request { band: 78, arfcn_dl: None, arfcn_ul: None, channel_bandwidth_mhz: 20, scs_khz: 30 };

    fn fault(request: Request) -> (Part, String) {
        let error = check(&request).unwrap_err();
        (error.part, error.message)
    }

    #[test]
    fn a_carrier_is_completed() {
        let carrier = check(&N78).unwrap();
        assert!(carrier.arfcn_chosen);
        let PlannedCarrier { arfcn_dl, arfcn_ul, resource_blocks, duplex, .. } = carrier.carrier;
        assert_eq!((arfcn_dl, arfcn_ul, resource_blocks, duplex.as_str()), (620_668, 620_668, 51, "TDD"));
        let fdd = Request { band: 1, channel_bandwidth_mhz: 20, scs_khz: 15, arfcn_dl: Some(428_000), ..N78 };
        let carrier = check(&fdd).unwrap().carrier;
        assert_eq!((carrier.arfcn_ul, carrier.frequency_dl_khz, carrier.resource_blocks), (390_000, 2_140_000, 106));
    }

    #[test]
    fn every_fault_names_its_part_and_what_would_be_right() {
        assert_eq!(fault(Request { band: 9, ..N78 }).0, Part::Band);
        let (part, message) = fault(Request { scs_khz: 120, ..N78 });
        assert_eq!((part, message.as_str()), (Part::SubcarrierSpacing, "n78 is in FR1: expected 15, 30, 60 kHz"));
        assert_eq!(fault(Request { channel_bandwidth_mhz: 21, ..N78 }).0, Part::ChannelBandwidth);
        let (part, message) = fault(Request { band: 38, channel_bandwidth_mhz: 60, ..N78 });
        assert_eq!((part, message.as_str()), (Part::ChannelBandwidth, "n38 is 50 MHz wide: the channel does not fit"));
        let (part, message) = fault(Request { arfcn_dl: Some(620_000), ..N78 });
        assert_eq!(part, Part::ArfcnDl);
        assert_eq!(message, "3300 MHz is outside n78 for a channel of 20 MHz: expected 620668 to 652666");
        let (part, message) = fault(Request { arfcn_dl: Some(640_001), ..N78 });
        assert_eq!(part, Part::ArfcnDl);
        assert!(message.contains("640000 and 640002"), "{message}");
        assert_eq!(fault(Request { arfcn_dl: Some(-1), ..N78 }).0, Part::ArfcnDl);
        assert_eq!(fault(Request { arfcn_dl: Some(640_000), arfcn_ul: Some(640_002), ..N78 }).0, Part::ArfcnUl);
        let n1 = Request { band: 1, scs_khz: 15, ..N78 };
        assert_eq!(fault(Request { arfcn_ul: Some(428_000), ..n1 }).0, Part::ArfcnUl);
    }
}
