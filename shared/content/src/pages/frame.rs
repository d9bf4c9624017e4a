//! The frame around every page: brand, language and footer links.

use fluent_bundle::FluentArgs;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use spaces_model::characters;

use crate::theme::Palette;
use crate::{Brand, Language, resources, words};

/// The language and brand of a page.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// The language.
    pub language: Language,
    /// The deployment's brand.
    pub brand: &'a Brand,
}

/// A frame as the templates need it.
pub(super) struct FrameData<'a> {
    pub(super) language: Language,
    pub(super) product: String,
    pub(super) style: &'a str,
    pub(super) logo: Option<Picture>,
    /// The URL of the page's icon.
    pub(super) icon: String,
    pub(super) light: &'a Palette,
    pub(super) dark: &'a Palette,
    /// Labels and URLs of the links in the footer.
    pub(super) links: Vec<(String, &'a str)>,
}

/// The logo as the templates need it.
pub(super) struct Picture {
    pub(super) url: String,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl<'a> Frame<'a> {
    /// Returns a message without arguments.
    pub(super) fn message(&self, id: &str) -> String {
        resources::of(self.language).message(id, &FluentArgs::new())
    }

    /// Returns a message that names the product.
    pub(super) fn message_with_product(&self, id: &str) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set("product", self.product());
        resources::of(self.language).message(id, &arguments)
    }

    /// Returns the label and URL of the support link.
    pub(super) fn support(&self) -> Option<(String, &'a str)> {
        self.brand.support().map(|url| (self.message("support"), url))
    }

    pub(super) fn framed(&self) -> FrameData<'a> {
        let brand = self.brand;
        let link = |id, url: Option<&'a str>| url.map(|url| (self.message(id), url));
        let links = [link("help", brand.help()), link("privacy", brand.privacy()), self.support()];
        let logo = brand.logo().map(|logo| {
            let (width, height) = logo.display_size();
            Picture { url: logo.data_url(), width, height }
        });
        FrameData {
            language: self.language,
            product: self.product(),
            style: &brand.style().sheet,
            logo,
            icon: icon(brand),
            light: brand.light(),
            dark: brand.dark(),
            links: links.into_iter().flatten().collect(),
        }
    }

    fn product(&self) -> String {
        words::isolated(self.brand.product().to_owned(), self.language.direction())
    }
}

/// Returns the icon as a `data:` URL (RFC 2397): the first letter of the product's name on the colour of its buttons.
fn icon(brand: &Brand) -> String {
    let Palette { button, label, .. } = brand.light();
    let letter = characters(brand.product()).next().filter(|letter| letter.chars().all(char::is_alphanumeric));
    let letter = letter.unwrap_or_default().to_uppercase();
    let picture = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><rect width='32' height='32' rx='8' fill='{button}'/>\
         <text x='16' y='23' font-family='sans-serif' font-size='20' font-weight='700' text-anchor='middle' fill='{label}'>{letter}</text></svg>"
    );
    format!("data:image/svg+xml,{}", utf8_percent_encode(&picture, NON_ALPHANUMERIC))
}
