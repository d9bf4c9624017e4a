//! Dates and times as people of a language write them, from CLDR through ICU4X.
//!
//! The data is a file of ours, cut from CLDR to the languages that we write (`shared/generate`): all of CLDR would make
//! every function three megabytes larger.

use std::sync::LazyLock;

use icu_calendar::Gregorian;
use icu_datetime::fieldsets::{YMDE, YMDET, zone};
use icu_datetime::range::FixedCalendarDateRangeFormatter;
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

/// The time zones of the IANA database, compiled in: Lambda's image promises none.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// UTC by all its names, as CLDR identifies it.
const UTC: TimeZone = TimeZone(subtag!("utc"));

/// How one language writes dates.
pub(crate) struct Dates {
    point: FixedCalendarDateTimeFormatter<Gregorian, YMDET>,
    range: FixedCalendarDateRangeFormatter<Gregorian, YMDET>,
    zone: FixedCalendarDateTimeFormatter<Gregorian, zone::SpecificLong>,
    offset: FixedCalendarDateTimeFormatter<Gregorian, zone::LocalizedOffsetShort>,
}

impl Dates {
    pub(crate) fn new(language: Language) -> Option<Self> {
        let blob = BlobDataProvider::try_new_from_static_blob(include_bytes!("../data/dates.postcard")).ok()?;
        let data = LocaleFallbackProvider::new(blob, LocaleFallbacker::new().static_to_owned());
        let locale: Locale = language.tag().parse().ok()?;
        let preferences = DateTimeFormatterPreferences::from(&locale);
        let fields = YMDE::long().with_time_hm();
        Some(Self {
            point: FixedCalendarDateTimeFormatter::try_new_with_buffer_provider(&data, preferences, fields).ok()?,
            range: FixedCalendarDateRangeFormatter::try_new_with_buffer_provider(&data, preferences, fields).ok()?,
            zone: FixedCalendarDateTimeFormatter::try_new_with_buffer_provider(&data, preferences, zone::SpecificLong)
                .ok()?,
            offset: FixedCalendarDateTimeFormatter::try_new_with_buffer_provider(
                &data,
                preferences,
                zone::LocalizedOffsetShort,
            )
            .ok()?,
        })
    }

    /// A moment: "Friday, April 28, 2017 at 7:55 PM".
    pub(crate) fn point(&self, time: &Zoned) -> String {
        self.point.format(&DateTime::from(time.datetime())).to_string()
    }

    /// From one moment to another, saying once what both share: "Friday, April 28, 2017 at 7:55 – 8:55 PM".
    pub(crate) fn range(&self, starts: &Zoned, ends: &Zoned) -> String {
        self.range.format(&DateTime::from(starts.datetime()), &DateTime::from(ends.datetime())).to_string()
    }

    /// What the time zone is called at that moment: "Central European Summer Time".
    pub(crate) fn zone(&self, time: &Zoned) -> String {
        self.zone.format(&ZonedDateTime::<Gregorian, TimeZoneInfo<AtTime>>::from(time)).to_string()
    }

    /// The offset from UTC at that moment: "GMT+2".
    pub(crate) fn offset(&self, time: &Zoned) -> String {
        self.offset.format(&ZonedDateTime::<Gregorian, TimeZoneInfo<AtTime>>::from(time)).to_string()
    }
}

/// The time zone of that name in the IANA database, if there is one and it is not UTC by another name.
pub(crate) fn zone(name: &str) -> Option<jiff::tz::TimeZone> {
    let zone = ZONES.get(name).ok()?;
    (TimeZone::from(&zone) != UTC).then_some(zone)
}
