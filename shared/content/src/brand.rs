//! The brand of a deployment, shared by mails and pages, read from configuration.

use std::sync::OnceLock;
use std::{fs, io};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use url::Url;

use crate::style::Style;
use crate::theme::{Colour, DARK, LIGHT, Palette};
use crate::words;

/// Maximum size of the logo in bytes: every page embeds it.
const MAX_LOGO: usize = 8 * 1024;

/// Maximum width and height of the logo in pixels: about four times the size at which pages show it.
const MAX_PIXELS: u32 = 1_024;

/// The PNG signature, and the length and type of the first chunk, IHDR (PNG, third edition, sections 5.2 and 11.2.1).
const PNG: &[u8; 16] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

/// The product name, colours, logo and help links of a deployment.
#[derive(Debug, Clone)]
pub struct Brand {
    product: String,
    light: Palette,
    dark: Palette,
    logo: Option<Logo>,
    support: Option<String>,
    help: Option<String>,
    privacy: Option<String>,
    /// Computed on first use, because mails don't need it.
    style: OnceLock<Style>,
}

/// A logo in PNG, the format that mail programs and browsers have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    bytes: Vec<u8>,
    width: u32,
    height: u32,
}

/// The error returned when a variable of the brand has an unusable value.
#[derive(Debug, thiserror::Error)]
#[error("{variable}: {reason}")]
pub struct BrandError {
    /// The variable.
    pub variable: &'static str,
    /// The reason, phrased as a requirement on the value.
    pub reason: String,
}

/// The error returned when a file is not a usable logo.
#[derive(Debug, thiserror::Error)]
pub enum LogoError {
    /// The file can't be read.
    #[error("must be the path of a file that can be read: {0}")]
    File(#[from] io::Error),
    /// The file is too large.
    #[error("must be a file of at most {MAX_LOGO} bytes")]
    Size,
    /// The file is not a PNG, or has too many pixels.
    #[error("must be a PNG of at most {MAX_PIXELS} pixels each way")]
    Format,
}

impl Default for Brand {
    /// Returns the brand of a deployment that configures none.
    fn default() -> Self {
        Self {
            product: words::PRODUCT.to_owned(),
            light: LIGHT,
            dark: DARK,
            logo: None,
            support: None,
            help: None,
            privacy: None,
            style: OnceLock::new(),
        }
    }
}

impl Brand {
    /// Reads `PRODUCT_NAME`, `BRAND_COLOR`, `BRAND_LOGO` (the path of a file, which is read immediately),
    /// `SUPPORT_URL`, `HELP_URL` and `PRIVACY_URL`, all of them optional.
    ///
    /// # Errors
    ///
    /// [`BrandError`] naming the variable that has an unusable value.
    pub fn read<'e>(variable: impl Fn(&'static str) -> Option<&'e str>) -> Result<Self, BrandError> {
        let mut brand = Self::default();
        if let Some(product) = variable("PRODUCT_NAME") {
            brand.product = words::product(product);
        }
        if let Some(colour) = variable("BRAND_COLOR") {
            let colour: Colour = colour.parse().map_err(wrong("BRAND_COLOR"))?;
            (brand.light, brand.dark) = (LIGHT.with_accent(colour), DARK.with_accent(colour));
        }
        if let Some(path) = variable("BRAND_LOGO") {
            let logo = fs::read(path).map_err(LogoError::from).and_then(Logo::new);
            brand.logo = Some(logo.map_err(wrong("BRAND_LOGO"))?);
        }
        let url = |name| variable(name).map(address).transpose().map_err(wrong(name));
        (brand.support, brand.help, brand.privacy) = (url("SUPPORT_URL")?, url("HELP_URL")?, url("PRIVACY_URL")?);
        Ok(brand)
    }

    /// Returns the product's name, as in "Alice via Spaces": visible characters on one line.
    #[must_use]
    pub fn product(&self) -> &str {
        &self.product
    }

    /// Returns the colours on a light background.
    #[must_use]
    pub fn light(&self) -> &Palette {
        &self.light
    }

    /// Returns the colours on a dark background.
    #[must_use]
    pub fn dark(&self) -> &Palette {
        &self.dark
    }

    /// Returns the logo.
    #[must_use]
    pub fn logo(&self) -> Option<&Logo> {
        self.logo.as_ref()
    }

    /// Returns the URL of the support contact, `https` or `mailto`.
    #[must_use]
    pub fn support(&self) -> Option<&str> {
        self.support.as_deref()
    }

    /// Returns the URL of a page that explains the product, `https` or `mailto`.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// Returns the URL of the operator's privacy notice, `https` or `mailto`.
    #[must_use]
    pub fn privacy(&self) -> Option<&str> {
        self.privacy.as_deref()
    }

    /// Returns the only source that the `style-src` directive of a Content Security Policy has to allow: the hash of
    /// the pages' style sheet.
    #[must_use]
    pub fn style_source(&self) -> &str {
        &self.style().source
    }

    pub(crate) fn style(&self) -> &Style {
        self.style.get_or_init(|| Style::new(&self.light, &self.dark))
    }
}

impl Logo {
    /// Creates a logo from the bytes of a PNG of at most 8 KiB.
    ///
    /// # Errors
    ///
    /// [`LogoError`] if the bytes are something else.
    pub fn new(bytes: Vec<u8>) -> Result<Self, LogoError> {
        if bytes.len() > MAX_LOGO {
            return Err(LogoError::Size);
        }
        let (width, height) = pixels(&bytes).ok_or(LogoError::Format)?;
        Ok(Self { bytes, width, height })
    }

    /// Returns the bytes of the PNG.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the logo as a `data:` URL (RFC 2397), so that nothing has to be loaded.
    #[must_use]
    pub fn data_url(&self) -> String {
        format!("data:image/png;base64,{}", BASE64_STANDARD.encode(&self.bytes))
    }

    /// Returns the width and height in CSS pixels at which the logo is shown: at most 240 by 40, in the PNG's
    /// proportions and never enlarged.
    #[must_use]
    pub fn display_size(&self) -> (u32, u32) {
        let (width, height) = (self.width, self.height);
        let (wide, high) = (240.min(width), 40.min(height));
        // The smaller of the two scales, in whole pixels. With at most 1,024 pixels each way, no product overflows.
        if wide * height <= high * width {
            (wide, (wide * height / width).max(1))
        } else {
            ((high * width / height).max(1), high)
        }
    }
}

/// Returns the width and height of a PNG.
fn pixels(bytes: &[u8]) -> Option<(u32, u32)> {
    let (width, rest) = bytes.strip_prefix(PNG)?.split_first_chunk()?;
    let (height, _) = rest.split_first_chunk()?;
    let (width, height) = (u32::from_be_bytes(*width), u32::from_be_bytes(*height));
    let is_shown = |pixels| (1..=MAX_PIXELS).contains(&pixels);
    (is_shown(width) && is_shown(height)).then_some((width, height))
}

/// Parses a URL that is safe to use as a link.
fn address(text: &str) -> Result<String, &'static str> {
    const REASON: &str = "must be an https URL without credentials, or mailto and an address";
    let url = Url::parse(text).map_err(|_| REASON)?;
    let is_allowed = match url.scheme() {
        "https" => url.username().is_empty() && url.password().is_none(),
        "mailto" => url.path().contains('@'),
        _ => false,
    };
    if is_allowed { Ok(url.into()) } else { Err(REASON) }
}

fn wrong<E: ToString>(variable: &'static str) -> impl Fn(E) -> BrandError {
    move |reason| BrandError { variable, reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The head of a PNG, which is all that [`Logo::new`] parses.
    fn png(width: u32, height: u32) -> Vec<u8> {
        [&PNG[..], &width.to_be_bytes(), &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat()
    }

    fn brand(variables: &[(&str, &'static str)]) -> Result<Brand, BrandError> {
        Brand::read(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| *value))
    }

    #[test]
    fn nothing_has_to_be_configured() {
        let brand = brand(&[]).unwrap();
        assert_eq!((brand.product(), brand.light(), brand.dark()), ("Spaces", &LIGHT, &DARK));
        assert!(brand.logo().is_none() && brand.support().is_none() && brand.privacy().is_none());
    }

    #[test]
    fn an_invalid_variable_is_an_error_that_names_it() {
        for (name, value) in [
            ("BRAND_COLOR", "blue"),
            ("BRAND_LOGO", "/there/is/no/such.png"),
            ("BRAND_LOGO", env!("CARGO_MANIFEST_DIR")),
            ("BRAND_LOGO", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")),
            ("SUPPORT_URL", "help@example.com"),
            ("SUPPORT_URL", "mailto:"),
            ("HELP_URL", "http://help.example.com"),
            ("HELP_URL", "https://user:secret@help.example.com"),
            ("PRIVACY_URL", "javascript:alert(1)"),
        ] {
            let wrong = brand(&[(name, value)]).unwrap_err();
            assert_eq!(wrong.variable, name, "{value}");
            assert!(wrong.reason.starts_with("must be "), "{wrong}");
        }
    }

    #[test]
    fn the_links_are_taken_as_they_are() {
        let brand = brand(&[
            ("SUPPORT_URL", "mailto:help@example.com"),
            ("HELP_URL", "https://example.com/help"),
            ("PRIVACY_URL", "https://example.com/privacy"),
        ]);
        let brand = brand.unwrap();
        let links = [brand.support(), brand.help(), brand.privacy()];
        let expected = ["mailto:help@example.com", "https://example.com/help", "https://example.com/privacy"];
        assert_eq!(links, expected.map(Some));
    }

    #[test]
    fn a_logo_is_a_small_png() {
        let logo = Logo::new(png(480, 96)).unwrap();
        assert!(logo.data_url().starts_with("data:image/png;base64,iVBORw0KGgo"));
        let large = [png(1, 1), vec![0; MAX_LOGO]].concat();
        assert!(matches!(Logo::new(large), Err(LogoError::Size)));
        for wrong in [b"<svg/>".to_vec(), Vec::new(), png(0, 1), png(1, 1_025), png(1, 1)[..20].to_vec()] {
            assert!(matches!(Logo::new(wrong), Err(LogoError::Format)));
        }
    }

    #[test]
    fn a_logo_keeps_its_proportions() {
        for (size, shown) in [
            ((480, 96), (200, 40)),
            ((64, 64), (40, 40)),
            ((1_000, 10), (240, 2)),
            ((1, 1_000), (1, 40)),
            ((20, 10), (20, 10)),
        ] {
            assert_eq!(Logo::new(png(size.0, size.1)).unwrap().display_size(), shown, "{size:?}");
        }
    }
}
