//! Random ids in the form of a UUID.

use aws_lc_rs::error::Unspecified;

/// Returns a random UUID, version 4 (RFC 9562, section 5.4).
pub(crate) fn random() -> Result<String, Unspecified> {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes)?;
    let number = u128::from_be_bytes(bytes);
    let part = |from: u32, bits: u32| (number >> from) & ((1 << bits) - 1);
    Ok(format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        part(96, 32),
        part(80, 16),
        part(64, 12),
        part(48, 12),
        part(0, 48)
    ))
}
