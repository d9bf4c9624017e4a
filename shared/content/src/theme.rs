//! How everything that we show looks: mails now, pages as well.
//!
//! One place for colours and type, because a mail and the page that its button opens should look like one thing. Every pair
//! of text and background named in [`Palette::pairs`] has a contrast of at least 4.5:1 (WCAG 2.2, success criterion 1.4.3).

/// The fonts that the reader's system has anyway: nothing is loaded.
pub const FONTS: &str =
    "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Noto Sans', sans-serif";

/// The colours of one colour scheme, as CSS writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// Behind everything.
    pub page: &'static str,
    /// Behind the card that carries the text.
    pub card: &'static str,
    /// Behind what is set apart on the card: the time, the description.
    pub inset: &'static str,
    /// Lines and edges.
    pub edge: &'static str,
    /// Text that matters.
    pub ink: &'static str,
    /// Text beside it.
    pub muted: &'static str,
    /// Links and the product's name.
    pub accent: &'static str,
    /// The button.
    pub button: &'static str,
    /// The button's label.
    pub label: &'static str,
}

/// The colours on a light background.
pub const LIGHT: Palette = Palette {
    page: "#f3f4f8",
    card: "#ffffff",
    inset: "#f5f6fb",
    edge: "#e0e3ee",
    ink: "#1b1e2b",
    muted: "#565c72",
    accent: "#3d4fd0",
    button: "#3d4fd0",
    label: "#ffffff",
};

/// The colours on a dark background.
pub const DARK: Palette = Palette {
    page: "#12141c",
    card: "#1c1f2b",
    inset: "#262a39",
    edge: "#363b4f",
    ink: "#f1f2f8",
    muted: "#b0b5c9",
    accent: "#a9b4ff",
    button: "#a9b4ff",
    label: "#12141c",
};

impl Palette {
    /// Every colour with the name that stands for it in the sources of the templates.
    #[must_use]
    pub const fn named(&self) -> [(&'static str, &'static str); 9] {
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

    /// Every pair of text and background that is used.
    #[must_use]
    pub const fn pairs(&self) -> [(&'static str, &'static str); 8] {
        [
            (self.ink, self.card),
            (self.muted, self.card),
            (self.accent, self.card),
            (self.ink, self.inset),
            (self.muted, self.inset),
            (self.muted, self.page),
            (self.accent, self.page),
            (self.label, self.button),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.2's relative luminance.
    fn luminance(colour: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(colour.get(at..at + 2).unwrap(), 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn every_text_stands_out_from_its_background() {
        for palette in [LIGHT, DARK] {
            for (text, background) in palette.pairs() {
                let contrast = contrast(text, background);
                assert!(contrast >= 4.5, "{text} on {background}: {contrast:.2}");
            }
        }
    }
}
