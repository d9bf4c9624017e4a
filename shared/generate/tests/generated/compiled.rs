//! The part of CLDR that is needed to format our dates, cut from the data that ICU4X compiles in.

use std::collections::BTreeSet;

use icu::datetime::provider::names::{
    DatetimeNamesDayperiodV1, DatetimeNamesMonthGregorianV1, DatetimeNamesWeekdayV1, DatetimeNamesYearGregorianV1,
};
use icu::datetime::provider::semantic_skeletons::{
    DatetimePatternsDateGregorianV1, DatetimePatternsGlueV1, DatetimePatternsTimeV1,
};
use icu::datetime::provider::time_zones::{
    TimezoneNamesEssentialsV1, TimezoneNamesLocationsOverrideV1, TimezoneNamesLocationsRootV1,
    TimezoneNamesSpecificLongV1, TimezoneNamesStandardLongV1,
};
use icu::decimal::provider::{DecimalDigitsV1, DecimalSymbolsV1};
use icu::time::provider::TimezonePeriodsV1;
use icu_provider::prelude::*;
use icu_provider_export::blob_exporter::BlobExporter;
use icu_provider_export::{DataLocaleFamily, DeduplicationStrategy, ExportDriver};

/// ICU4X's compiled data in an exportable form.
struct Compiled;

mod datetime {
    use super::Compiled;
    use icu_datetime_data::*;

    make_provider!(Compiled);
    impl_datetime_names_dayperiod_v1!(Compiled, ITER);
    impl_datetime_names_month_gregorian_v1!(Compiled, ITER);
    impl_datetime_names_weekday_v1!(Compiled, ITER);
    impl_datetime_names_year_gregorian_v1!(Compiled, ITER);
    impl_datetime_patterns_date_gregorian_v1!(Compiled, ITER);
    impl_datetime_patterns_glue_v1!(Compiled, ITER);
    impl_datetime_patterns_time_v1!(Compiled, ITER);
    impl_timezone_names_essentials_v1!(Compiled, ITER);
    impl_timezone_names_locations_override_v1!(Compiled, ITER);
    impl_timezone_names_locations_root_v1!(Compiled, ITER);
    impl_timezone_names_specific_long_v1!(Compiled, ITER);
    impl_timezone_names_standard_long_v1!(Compiled, ITER);
}

mod decimal {
    use super::Compiled;
    use icu_decimal_data::*;

    impl_decimal_digits_v1!(Compiled, ITER);
    impl_decimal_symbols_v1!(Compiled, ITER);
}

impl DataProvider<TimezonePeriodsV1> for Compiled {
    fn load(&self, request: DataRequest) -> Result<DataResponse<TimezonePeriodsV1>, DataError> {
        icu::time::provider::Baked.load(request)
    }
}

impl IterableDataProvider<TimezonePeriodsV1> for Compiled {
    fn iter_ids(&self) -> Result<BTreeSet<DataIdentifierCow<'static>>, DataError> {
        Ok(BTreeSet::from([DataIdentifierCow::default()]))
    }
}

icu_provider::export::make_exportable_provider!(
    Compiled,
    [
        DatetimeNamesDayperiodV1,
        DatetimeNamesMonthGregorianV1,
        DatetimeNamesWeekdayV1,
        DatetimeNamesYearGregorianV1,
        DatetimePatternsDateGregorianV1,
        DatetimePatternsGlueV1,
        DatetimePatternsTimeV1,
        DecimalDigitsV1,
        DecimalSymbolsV1,
        TimezoneNamesEssentialsV1,
        TimezoneNamesLocationsOverrideV1,
        TimezoneNamesLocationsRootV1,
        TimezoneNamesSpecificLongV1,
        TimezoneNamesStandardLongV1,
        TimezonePeriodsV1,
    ]
);

/// Exports the data for these languages and for the root to which all fall back.
pub(crate) fn export(tags: &[&str]) -> Vec<u8> {
    let locales = tags.iter().copied().chain(["und"]).map(|tag| DataLocaleFamily::single(tag.parse().unwrap()));
    let fallbacker = icu_locale_fallback::LocaleFallbacker::new().static_to_owned();
    let mut blob = Vec::new();
    ExportDriver::new(locales, DeduplicationStrategy::None.into(), fallbacker)
        .export(&Compiled, BlobExporter::new_with_sink(Box::new(&mut blob)))
        .unwrap();
    blob
}
