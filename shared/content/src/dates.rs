//! Dates and times as each language writes them, from CLDR through ICU4X.
//!
//! The data is cut from CLDR to the supported languages (`shared/generate`), because all of CLDR would make every
//! function three megabytes larger.
//!
//! CLDR formats only single dates and times here. Its patterns for ranges repeat the date if the range crosses noon,
//! and write times differently from its other patterns, so the messages in `locales/` combine them.

use std::sync::LazyLock;

use icu_calendar::Gregorian;
use icu_datetime::fieldsets::{D, M, MDE, T, YMDE, zone};
use icu_datetime::{DateTimeFormatterPreferences, FixedCalendarDateTimeFormatter};
use icu_locale::Locale;
use icu_locale::fallback::LocaleFallbacker;
use icu_locale::subtags::subtag;
use icu_provider_adapters::fallback::LocaleFallbackProvider;
use icu_provider_blob::BlobDataProvider;
use icu_time::zone::models::AtTime;
use icu_time::{DateTime, TimeZone, TimeZoneInfo, ZonedDateTime};
use jiff::Zoned;
use jiff::tz::TimeZoneDatabase;

use crate::Language;

/// The time zones of the IANA database, compiled in because Lambda doesn't guarantee to provide them.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// CLDR's identifier of UTC under all its names.
const UTC: TimeZone = TimeZone(subtag!("utc"));

/// The date and time formats of one language.
pub(crate) struct Dates {
    long: FixedCalendarDateTimeFormatter<Gregorian, YMDE>,
    medium: FixedCalendarDateTimeFormatter<Gregorian, YMDE>,
    short: FixedCalendarDateTimeFormatter<Gregorian, MDE>,
    month: FixedCalendarDateTimeFormatter<Gregorian, M>,
    day: FixedCalendarDateTimeFormatter<Gregorian, D>,
    time: FixedCalendarDateTimeFormatter<Gregorian, T>,
    zone: FixedCalendarDateTimeFormatter<Gregorian, zone::SpecificLong>,
    offset: FixedCalendarDateTimeFormatter<Gregorian, zone::LocalizedOffsetShort>,
}

/// The length of a formatted date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// "Friday, April 28, 2017".
    Long,
    /// "Fri, Apr 28, 2017".
    Medium,
    /// "Fri, Apr 28".
    Short,
    /// "Apr".
    Month,
    /// "28".
    Day,
}

impl Dates {
    pub(crate) fn new(language: Language) -> Option<Self> {
        let blob = BlobDataProvider::try_new_from_static_blob(include_bytes!("../data/dates.postcard")).ok()?;
        let data = LocaleFallbackProvider::new(blob, LocaleFallbacker::new().static_to_owned());
        let locale: Locale = language.tag().parse().ok()?;
        let with = DateTimeFormatterPreferences::from(&locale);
        Some(Self {
            long: FixedCalendarDateTimeFormatter::try_new_with_buffer_provider(&data, with, YMDE::long()).ok()?,
            medium: FixedCalendarDateTimeFormatter::try_new_with_buffer_provider(&data, with, YMDE::medium()).ok()?,
            short: FixedCalendarDateTimeFormatter::try_new_with_buffer_provider(&data, with, MDE::medium()).ok()?,
            month: FixedCalendarDateTimeFormatter::try_new_with_buffer_provider(&data, with, M::medium()).ok()?,
            day: FixedCalendarDateTimeFormatter::try_new_with_buffer_provider(&data, with, D::short()).ok()?,
            time: FixedCalendarDateTimeFormatter::try_new_with_buffer_provider(&data, with, T::hm()).ok()?,
            zone: FixedCalendarDateTimeFormatter::try_new_with_buffer_provider(&data, with, zone::SpecificLong).ok()?,
            offset: FixedCalendarDateTimeFormatter::try_new_with_buffer_provider(
                &data,
                with,
                zone::LocalizedOffsetShort,
            )
            .ok()?,
        })
    }

    pub(crate) fn date(&self, time: &Zoned, length: Length) -> String {
        let time = DateTime::from(time.datetime());
        match length {
            Length::Long => self.long.format(&time).to_string(),
            Length::Medium => self.medium.format(&time).to_string(),
            Length::Short => self.short.format(&time).to_string(),
            Length::Month => self.month.format(&time).to_string(),
            Length::Day => self.day.format(&time).to_string(),
        }
    }

    /// Formats the time of day: "7:55 PM".
    pub(crate) fn time(&self, time: &Zoned) -> String {
        self.time.format(&DateTime::from(time.datetime())).to_string()
    }

    /// Returns the name of the time zone at that moment: "Central European Summer Time".
    pub(crate) fn zone(&self, time: &Zoned) -> String {
        self.zone.format(&zoned(time)).to_string()
    }

    /// Returns the offset of the time zone at that moment: "GMT+2".
    pub(crate) fn offset(&self, time: &Zoned) -> String {
        self.offset.format(&zoned(time)).to_string()
    }
}

fn zoned(time: &Zoned) -> ZonedDateTime<Gregorian, TimeZoneInfo<AtTime>> {
    ZonedDateTime::from(time)
}

/// Returns the time zone with this name in the IANA database, or `None` if there is no such zone or it is UTC by
/// another name.
pub(crate) fn zone(name: &str) -> Option<jiff::tz::TimeZone> {
    let zone = ZONES.get(name).ok()?;
    (TimeZone::from(&zone) != UTC).then_some(zone)
}
