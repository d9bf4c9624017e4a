//! The table's stream, as Lambda reads it.

use dynoxide::actions::describe_stream::DescribeStreamRequest;
use dynoxide::actions::get_records::GetRecordsRequest;
use dynoxide::actions::get_shard_iterator::GetShardIteratorRequest;
use dynoxide::actions::list_streams::ListStreamsRequest;
use dynoxide::{Database, DynoxideError};
use serde_json::{Value, json};

use super::TABLE_NAME;
use crate::LocalError;

/// Reads the table's stream.
#[derive(Clone)]
pub struct Stream {
    database: Database,
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream").finish_non_exhaustive()
    }
}

impl Stream {
    pub(super) fn of(database: Database) -> Self {
        Self { database }
    }

    /// Returns up to 1,000 records after the given sequence number, or from the beginning, in order. Each has the form
    /// of a `Records` entry of a Lambda event.
    ///
    /// # Errors
    /// [`LocalError::Database`] when the embedded database fails.
    pub fn after(&self, sequence_number: Option<&str>) -> Result<Vec<Value>, LocalError> {
        let arn = self.arn()?;
        let kind = if sequence_number.is_some() { "AFTER_SEQUENCE_NUMBER" } else { "TRIM_HORIZON" };
        let iterator = self.database.get_shard_iterator(GetShardIteratorRequest {
            stream_arn: arn.clone(),
            shard_id: self.shard(&arn)?,
            shard_iterator_type: kind.to_owned(),
            sequence_number: sequence_number.map(str::to_owned),
        })?;
        let shard_iterator = iterator.shard_iterator.ok_or_else(|| missing("shard iterator"))?;
        let page = self.database.get_records(GetRecordsRequest { shard_iterator, limit: None })?;
        let records = page.records.iter().map(|record| event_record(record, &arn));
        records.collect::<Result<_, _>>().map_err(|error| missing(&error.to_string()).into())
    }

    fn arn(&self) -> Result<String, LocalError> {
        let request = ListStreamsRequest { table_name: Some(TABLE_NAME.to_owned()), ..ListStreamsRequest::default() };
        let stream = self.database.list_streams(request)?.streams.into_iter().next();
        Ok(stream.ok_or_else(|| missing("stream"))?.stream_arn)
    }

    fn shard(&self, arn: &str) -> Result<String, LocalError> {
        let request = DescribeStreamRequest { stream_arn: arn.to_owned(), ..DescribeStreamRequest::default() };
        // The emulator has one shard per table.
        let shard = self.database.describe_stream(request)?.stream_description.shards.into_iter().next();
        Ok(shard.ok_or_else(|| missing("shard"))?.shard_id)
    }
}

/// Converts a record of the Streams API to the form that the event source mapping delivers.
fn event_record(record: &dynoxide::actions::get_records::Record, arn: &str) -> serde_json::Result<Value> {
    let mut event = serde_json::to_value(record)?;
    if let Some(members) = event.as_object_mut() {
        members.insert("eventSourceARN".to_owned(), json!(arn));
    }
    Ok(event)
}

fn missing(what: &str) -> DynoxideError {
    DynoxideError::InternalServerError(format!("the table's stream: {what}"))
}
