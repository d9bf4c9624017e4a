//! The colours and fonts of mails and pages.
//!
//! They are defined once, because a mail and the page that its button opens should look alike. Every pair of text and
//! background in [`Palette::pairs`] has a contrast of at least [`CONTRAST`], whichever accent colour is configured.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// Fonts that the reader's system already has, so that nothing has to be loaded.
pub const FONTS: &str =
    "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Noto Sans', sans-serif";

/// Minimum contrast of text with its background (WCAG 2.2, success criterion 1.4.3).
pub const CONTRAST: f64 = 4.5;

/// An sRGB colour, written as in CSS: `#3d4fd0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// The error returned when a string is not a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a colour as in #3d4fd0: a number sign and six hexadecimal digits")]
pub struct ParseColourError;

/// The colours of one colour scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// The background of the page.
    pub page: Colour,
    /// The background of the card with the text.
    pub card: Colour,
    /// The background of the boxes on the card: the time, the description.
    pub inset: Colour,
    /// Lines and edges.
    pub edge: Colour,
    /// Primary text.
    pub ink: Colour,
    /// Secondary text.
    pub muted: Colour,
    /// Links, the product's name and the borders of buttons.
    pub accent: Colour,
    /// The background of the button.
    pub button: Colour,
    /// The button's label.
    pub label: Colour,
}

const WHITE: Colour = Colour([0xff; 3]);
const BLACK: Colour = Colour([0; 3]);

/// The colours on a light background.
pub const LIGHT: Palette = Palette {
    page: Colour([0xf3, 0xf4, 0xf8]),
    card: WHITE,
    inset: Colour([0xf5, 0xf6, 0xfb]),
    edge: Colour([0xe0, 0xe3, 0xee]),
    ink: Colour([0x1b, 0x1e, 0x2b]),
    muted: Colour([0x56, 0x5c, 0x72]),
    accent: Colour([0x3d, 0x4f, 0xd0]),
    button: Colour([0x3d, 0x4f, 0xd0]),
    label: WHITE,
};

/// The colours on a dark background.
pub const DARK: Palette = Palette {
    page: Colour([0x12, 0x14, 0x1c]),
    card: Colour([0x1c, 0x1f, 0x2b]),
    inset: Colour([0x26, 0x2a, 0x39]),
    edge: Colour([0x36, 0x3b, 0x4f]),
    ink: Colour([0xf1, 0xf2, 0xf8]),
    muted: Colour([0xb0, 0xb5, 0xc9]),
    accent: Colour([0xa9, 0xb4, 0xff]),
    button: Colour([0xa9, 0xb4, 0xff]),
    label: Colour([0x12, 0x14, 0x1c]),
};

impl Colour {
    /// Returns the ratio of the lighter colour's luminance to the darker one's, from 1 to 21 (WCAG 2.2, *contrast
    /// ratio*).
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// Returns the *relative luminance* (WCAG 2.2).
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|channel| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Mixes in `parts` sixteenths of another colour.
    fn mixed(self, other: Self, parts: u16) -> Self {
        let mut mixed = self.0;
        for (channel, other) in mixed.iter_mut().zip(other.0) {
            let sum = u16::from(*channel) * (16 - parts) + u16::from(other) * parts;
            *channel = u8::try_from(sum / 16).unwrap_or(u8::MAX);
        }
        Self(mixed)
    }

    /// Mixes the colour with another one until it is readable on each of these backgrounds.
    fn readable(self, towards: Self, on: [Self; 3]) -> Self {
        let is_readable = |colour: &Self| on.iter().all(|background| colour.contrast(*background) >= CONTRAST);
        (0..16).map(|parts| self.mixed(towards, parts)).find(is_readable).unwrap_or(towards)
    }
}

impl Display for Colour {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self([red, green, blue]) = self;
        write!(formatter, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl FromStr for Colour {
    type Err = ParseColourError;

    fn from_str(text: &str) -> Result<Self, ParseColourError> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(ParseColourError)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(ParseColourError);
        }
        let number = u32::from_str_radix(digits, 16).map_err(|_| ParseColourError)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

impl Palette {
    /// Returns the palette with an accent colour. The button gets the exact colour and a black or white label. Links
    /// get the colour made darker, or lighter on a dark background, until they are readable.
    #[must_use]
    pub fn with_accent(self, accent: Colour) -> Self {
        let towards = if self.card.contrast(BLACK) > self.card.contrast(WHITE) { BLACK } else { WHITE };
        let label = if accent.contrast(WHITE) >= CONTRAST { WHITE } else { BLACK };
        Self { accent: accent.readable(towards, [self.card, self.inset, self.page]), button: accent, label, ..self }
    }

    /// Returns every colour with its name in the template sources.
    #[must_use]
    pub const fn named(&self) -> [(&'static str, Colour); 9] {
        [
            ("page", self.page),
            ("card", self.card),
            ("inset", self.inset),
            ("edge", self.edge),
            ("ink", self.ink),
            ("muted", self.muted),
            ("accent", self.accent),
            ("button", self.button),
            ("label", self.label),
        ]
    }

    /// Returns every combination of text and background that is used.
    #[must_use]
    pub const fn pairs(&self) -> [(Colour, Colour); 9] {
        [
            (self.ink, self.card),
            (self.muted, self.card),
            (self.accent, self.card),
            (self.ink, self.inset),
            (self.muted, self.inset),
            (self.accent, self.inset),
            (self.muted, self.page),
            (self.accent, self.page),
            (self.label, self.button),
        ]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(palette: Palette) {
        for (text, background) in palette.pairs() {
            let contrast = text.contrast(background);
            assert!(contrast >= CONTRAST, "{text} on {background}: {contrast:.2}");
        }
    }

    #[test]
    fn every_text_stands_out_from_its_background() {
        check(LIGHT);
        check(DARK);
    }

    proptest! {
        #[test]
        fn every_text_stands_out_whichever_accent_is_configured(accent in any::<[u8; 3]>()) {
            for palette in [LIGHT, DARK] {
                check(palette.with_accent(Colour(accent)));
            }
        }
    }

    #[test]
    fn an_accent_that_can_be_read_stays_as_it_is() {
        let accent = "#0b57d0".parse().unwrap();
        let palette = LIGHT.with_accent(accent);
        assert_eq!((palette.accent, palette.button, palette.label), (accent, accent, WHITE));
        let yellow = LIGHT.with_accent("#FFD500".parse().unwrap());
        assert_eq!((yellow.button.to_string().as_str(), yellow.label), ("#ffd500", BLACK));
    }

    #[test]
    fn a_text_that_is_not_a_colour_is_rejected() {
        for text in ["", "#", "3d4fd0", "#3d4fd", "#3d4fd0f", "#+d4fd0", "red", "#ggg000", "#é4fd0"] {
            assert_eq!(text.parse::<Colour>(), Err(ParseColourError), "{text}");
        }
    }
}
