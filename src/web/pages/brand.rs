//! The operator's name, logo and colour. Whatever the colour, what is written on it or in it stays readable.

use std::fmt;

/// The colour of `BRAND_COLOR` when nothing else is set.
pub const DEFAULT_COLOR: &str = "#0f6b66";

/// Whose pages these are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brand<'a> {
    /// `BRAND_NAME`
    pub name: &'a str,
    /// `BRAND_LOGO_URL`; our own icon if missing.
    pub logo_url: Option<&'a str>,
    /// `TERMS_URL`
    pub terms_url: Option<&'a str>,
    /// Whether there is a `/brand.css`: not while the settings can't be read, nor at a wrong address.
    pub has_colors: bool,
}

impl Brand<'static> {
    /// Ours, also for pages that say that the settings can't be read.
    pub const OSTIARY: Self = Self { name: "Ostiary", logo_url: None, terms_url: None, has_colors: false };
}

/// The stylesheet `/brand.css`: the operator's colour (`#rgb` or `#rrggbb`; anything else is [`DEFAULT_COLOR`]) as
/// `--brand`, black or white to write on it as `--on-brand`, and a shade of it to write with as `--brand-ink`.
#[must_use]
pub fn brand_css(color: &str) -> String {
    let brand = Color::parse(color).unwrap_or(Color::DEFAULT);
    let on_brand =
        if brand.contrast(Color::WHITE) >= brand.contrast(Color::BLACK) { Color::WHITE } else { Color::BLACK };
    let (light, dark) = (brand.readable_on(LIGHT_GROUND, Color::BLACK), brand.readable_on(DARK_CARD, Color::WHITE));
    format!(
        ":root{{--brand:{brand};--on-brand:{on_brand};--brand-ink:{light}}}\n\
         @media (prefers-color-scheme:dark){{:root{{--brand-ink:{dark}}}}}\n"
    )
}

/// `--ground` of ostiary.css in light mode, the darkest ground there that the colour is written on.
const LIGHT_GROUND: Color = Color([0xf3, 0xf4, 0xf6]);
/// `--card` of ostiary.css in dark mode, the lightest ground there that the colour is written on.
const DARK_CARD: Color = Color([0x19, 0x1f, 0x29]);
/// What text needs against its ground (WCAG 2.2, 1.4.3).
const TEXT_CONTRAST: f64 = 4.5;

/// Red, green and blue in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Color([u8; 3]);

impl Color {
    const BLACK: Self = Self([0; 3]);
    const WHITE: Self = Self([0xff; 3]);
    const DEFAULT: Self = Self([0x0f, 0x6b, 0x66]);

    fn parse(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text.strip_prefix('#')?.chars().map(hex_digit).collect::<Option<_>>()?;
        match digits[..] {
            [r, g, b] => Some(Self([r * 17, g * 17, b * 17])),
            [r, r2, g, g2, b, b2] => Some(Self([r * 16 + r2, g * 16 + g2, b * 16 + b2])),
            _ => None,
        }
    }

    /// This colour, mixed with `pole` by as few twentieths as make it readable on `ground`.
    fn readable_on(self, ground: Self, pole: Self) -> Self {
        (0..=20)
            .map(|twentieths| self.mixed(pole, twentieths))
            .find(|c| c.contrast(ground) >= TEXT_CONTRAST)
            .unwrap_or(pole)
    }

    fn mixed(self, other: Self, twentieths: u16) -> Self {
        let mix = |a: u8, b: u8| (u16::from(a) * (20 - twentieths) + u16::from(b) * twentieths) / 20;
        let ([r, g, b], [r2, g2, b2]) = (self.0, other.0);
        Self([(r, r2), (g, g2), (b, b2)].map(|(a, b)| u8::try_from(mix(a, b)).unwrap_or(u8::MAX)))
    }

    /// WCAG 2.2, "contrast ratio": from 1 (none) to 21.
    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        a.max(b) / a.min(b)
    }

    /// WCAG 2.2, "relative luminance".
    fn luminance(self) -> f64 {
        let [r, g, b] = self.0.map(|channel| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }
}

fn hex_digit(letter: char) -> Option<u8> {
    letter.to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The colour that `brand_css` gives `property`, the first time or the last (dark mode).
    fn colors_of(css: &str, property: &str) -> Vec<Color> {
        let start = format!("{property}:");
        css.split(&start).skip(1).map(|rest| Color::parse(&rest[..7]).unwrap()).collect()
    }

    #[test]
    fn every_brand_colour_gives_readable_text_in_light_and_dark() {
        let steps = (0..=255u8).step_by(17);
        for (r, g, b) in steps
            .clone()
            .flat_map(|r| steps.clone().map(move |g| (r, g)))
            .flat_map(|(r, g)| (0..=255u8).step_by(17).map(move |b| (r, g, b)))
        {
            let brand = Color([r, g, b]);
            let css = brand_css(&brand.to_string());
            assert_eq!(colors_of(&css, "--brand"), [brand]);
            assert!(colors_of(&css, "--on-brand")[0].contrast(brand) >= TEXT_CONTRAST, "{css}");
            let [light, dark] = colors_of(&css, "--brand-ink")[..] else { panic!("{css}") };
            assert!(light.contrast(LIGHT_GROUND) >= TEXT_CONTRAST, "{css}");
            assert!(dark.contrast(DARK_CARD) >= TEXT_CONTRAST, "{css}");
        }
    }

    #[test]
    fn a_brand_colour_that_is_none_is_the_default_and_never_css() {
        let default = brand_css(DEFAULT_COLOR);
        for bad in [
            "",
            "#",
            "red",
            "#12",
            "#12345",
            "#1234567",
            "#ggg",
            "#é12",
            "#fff}*{display:none",
            "url(https://e.example)",
        ] {
            assert_eq!(brand_css(bad), default, "{bad}");
        }
    }

    #[test]
    fn short_and_long_spellings_of_a_colour_are_the_same() {
        assert_eq!(brand_css("#abc"), brand_css("#AABBCC"));
    }

    #[test]
    fn stylesheet_and_brand_colours_agree() {
        let css = include_str!("../../../public/static/ostiary.css");
        for pair in ["--ground: #f3f4f6", "--card: #191f29", "--brand: #0f6b66"] {
            assert!(css.contains(pair), "{pair}");
        }
        assert_eq!(Color::parse(DEFAULT_COLOR), Some(Color::DEFAULT));
    }
}
