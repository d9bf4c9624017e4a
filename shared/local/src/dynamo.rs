//! The service's table in an embedded DynamoDB.

mod access;
mod fault_proxy;
mod plain;
mod snapshot;
mod stream;

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use dynoxide::actions::scan::ScanRequest;
use dynoxide::{Database, Item};
use serde_json::{Value, json};
use tokio::sync::oneshot;

pub(crate) use self::access::TableAccess;
use self::fault_proxy::FaultProxy;
pub use self::fault_proxy::Interference;
pub use self::snapshot::Snapshot;
pub use self::stream::Stream;
use crate::server::{ANY_PORT, Server};
use crate::template::TableDefinition;
use crate::{LocalError, Template, server};

/// Name of the table in the local stack. In a deployment, CloudFormation generates it.
pub const TABLE_NAME: &str = "spaces";

/// A DynamoDB endpoint with the service's table, on a loopback port; it stops when dropped.
///
/// Requests go through a proxy that records each operation ([`Dynamo::calls`]) and can inject failures, then to
/// dynoxide's own server. So the real SDK speaks the real protocol.
pub struct Dynamo {
    database: Database,
    proxy: Arc<FaultProxy>,
    server: Server,
    /// Stops dynoxide's server when dropped.
    _running: oneshot::Sender<()>,
}

impl Dynamo {
    /// Starts with an empty table in memory, on a port that the kernel picks.
    ///
    /// # Errors
    /// [`LocalError`] when the template is unreadable or no port is free.
    pub async fn in_memory() -> Result<Self, LocalError> {
        let database = Database::memory()?;
        create_table(&database, Template::of_this_checkout()?.table()?)?;
        Self::serve(database, ANY_PORT).await
    }

    /// Starts with an empty table without a stream. dynoxide recounts the stream's records at every write, so writes
    /// slow down as the stream grows.
    ///
    /// # Errors
    /// [`LocalError`] when the template is unreadable or no port is free.
    pub async fn without_stream() -> Result<Self, LocalError> {
        let database = Database::memory()?;
        let mut definition = Template::of_this_checkout()?.table()?;
        definition.create.remove("StreamSpecification");
        create_table(&database, definition)?;
        Self::serve(database, ANY_PORT).await
    }

    /// Starts with the table in the file `path`, creating it if it does not exist, on `port`.
    ///
    /// # Errors
    /// [`LocalError::StaleTable`] when the file's table was created from a different definition than the template's;
    /// [`LocalError`] when the template or the file is unreadable or the port is taken.
    pub async fn in_file(path: &Path, port: u16, template: &Template) -> Result<Self, LocalError> {
        let database = Database::new(&path.to_string_lossy())?;
        let definition = Value::from(template.table()?.create).to_string();
        let note = path.with_extension("schema.json");
        if database.table_count()? == 0 {
            create_table(&database, template.table()?)?;
            std::fs::write(&note, definition).map_err(LocalError::file(&note))?;
        } else if std::fs::read_to_string(&note).ok().as_deref() != Some(&definition) {
            return Err(LocalError::StaleTable { path: path.to_owned() });
        }
        Self::serve(database, port).await
    }

    async fn serve(database: Database, port: u16) -> Result<Self, LocalError> {
        let inner = server::listen(ANY_PORT).await?;
        let proxy = Arc::new(FaultProxy::new(server::local_address(&inner, ANY_PORT)?));
        let server = Server::start(port, FaultProxy::router(Arc::clone(&proxy))).await?;
        let (running, stopped) = oneshot::channel();
        let copy = database.clone();
        tokio::spawn(async move {
            dynoxide::server::serve_with_shutdown(inner, copy, server::dropped(stopped)).await.ok();
        });
        Ok(Self { database, proxy, server, _running: running })
    }

    /// Returns the value for `AWS_ENDPOINT_URL_DYNAMODB`: `http://127.0.0.1:<port>`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// Returns the table's name.
    #[must_use]
    pub fn table(&self) -> &'static str {
        TABLE_NAME
    }

    /// Returns all items as plain JSON (`{"pk": "SPACE#…", "created": 1700000000, …}`), sorted by `pk`, then `sk`.
    ///
    /// # Errors
    /// [`LocalError::Database`] when the embedded database fails.
    pub fn items(&self) -> Result<Vec<Value>, LocalError> {
        let mut items: Vec<Value> = all_items(&self.database)?.into_iter().map(plain::item).collect();
        items.sort_by_cached_key(|item: &Value| {
            ["pk", "sk"].map(|key| item.get(key).and_then(Value::as_str).map(str::to_owned))
        });
        Ok(items)
    }

    /// Takes a snapshot of the table.
    ///
    /// # Errors
    /// [`LocalError::Database`] when the embedded database fails.
    pub fn snapshot(&self) -> Result<Snapshot, LocalError> {
        Snapshot::of(&self.database)
    }

    /// Restores the table to a snapshot.
    ///
    /// # Errors
    /// [`LocalError::Database`] when the embedded database fails.
    pub fn restore(&self, snapshot: &Snapshot) -> Result<(), LocalError> {
        snapshot.restore(&self.database)
    }

    /// Removes an item, as DynamoDB's TTL does.
    ///
    /// # Errors
    /// [`LocalError::Database`] when the embedded database fails.
    pub fn remove(&self, pk: &str, sk: &str) -> Result<(), LocalError> {
        self.database.delete_item(request(json!({
            "TableName": TABLE_NAME,
            "Key": { "pk": { "S": pk }, "sk": { "S": sk } },
        }))?)?;
        Ok(())
    }

    /// Overwrites an attribute with the string `spoiled`, whatever its type, as a broken writer would.
    ///
    /// # Errors
    /// [`LocalError::Database`] when the embedded database fails.
    pub fn corrupt(&self, pk: &str, sk: &str, attribute: &str) -> Result<(), LocalError> {
        self.database.update_item(request(json!({
            "TableName": TABLE_NAME,
            "Key": { "pk": { "S": pk }, "sk": { "S": sk } },
            "UpdateExpression": "SET #attribute = :spoiled",
            "ExpressionAttributeNames": { "#attribute": attribute },
            "ExpressionAttributeValues": { ":spoiled": { "S": "spoiled" } },
        }))?)?;
        Ok(())
    }

    /// Returns the table's stream, which has every write since the table was created.
    #[must_use]
    pub fn stream(&self) -> Stream {
        Stream::of(self.database.clone())
    }

    /// Returns the names of the operations called since the start or the last [`Dynamo::forget_calls`], in order of
    /// arrival. An SDK's retries count: one name is one round trip.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.proxy.calls()
    }

    /// Returns the permissions that those calls need.
    pub(crate) fn accesses(&self) -> BTreeSet<TableAccess> {
        self.proxy.accesses()
    }

    /// Clears [`Dynamo::calls`].
    pub fn forget_calls(&self) {
        self.proxy.forget_calls();
    }

    /// Answers the next `requests` requests with `ThrottlingException`, before they reach the database.
    pub fn throttle(&self, requests: usize) {
        self.proxy.throttle(requests);
    }

    /// Never answers the next `requests` requests, as on connections whose peer has vanished.
    pub fn fall_silent(&self, requests: usize) {
        self.proxy.fall_silent(requests);
    }

    /// Cancels the next `transactions` transactions of two items with a `TransactionConflict`, which the database
    /// itself never reports.
    pub fn conflict(&self, transactions: usize) {
        self.proxy.conflict(transactions);
    }
}

impl Dynamo {
    /// Calls `rule` with the operation and the body of every request, until the next call of this method or of
    /// [`Dynamo::stop_interfering`]. A request whose response was dropped adds `answer lost` to [`Dynamo::calls`].
    pub fn interfere(&self, rule: impl Fn(&str, &str) -> Option<Interference> + Send + Sync + 'static) {
        self.proxy.interfere(Some(Arc::new(rule)));
    }

    /// Removes the rule of [`Dynamo::interfere`].
    pub fn stop_interfering(&self) {
        self.proxy.interfere(None);
    }

    /// Puts an item in DynamoDB's JSON (`{"pk": {"S": "SPACE#…"}, …}`).
    ///
    /// # Errors
    /// [`LocalError::Database`] when the embedded database rejects it.
    pub fn put(&self, item: &Value) -> Result<(), LocalError> {
        self.database.put_item(request(json!({ "TableName": TABLE_NAME, "Item": item }))?)?;
        Ok(())
    }

    /// Returns one item in DynamoDB's JSON; none if it does not exist.
    ///
    /// # Errors
    /// [`LocalError::Database`] when the embedded database fails.
    pub fn raw_item(&self, pk: &str, sk: &str) -> Result<Option<Value>, LocalError> {
        let found = self.database.get_item(request(json!({
            "TableName": TABLE_NAME,
            "Key": { "pk": { "S": pk }, "sk": { "S": sk } },
            "ConsistentRead": true,
        }))?)?;
        Ok(found.item.and_then(|item| serde_json::to_value(item).ok()))
    }

    /// Returns all items in DynamoDB's JSON, sorted by `pk`, then `sk`.
    ///
    /// # Errors
    /// [`LocalError::Database`] when the embedded database fails.
    pub fn raw_items(&self) -> Result<Vec<Value>, LocalError> {
        let items = all_items(&self.database)?;
        let mut items = items.into_iter().map(serde_json::to_value).collect::<Result<Vec<_>, _>>().unwrap_or_default();
        let text =
            |item: &Value, name: &str| item.pointer(&format!("/{name}/S")).and_then(Value::as_str).map(str::to_owned);
        items.sort_by_cached_key(|item| ["pk", "sk"].map(|key| text(item, key)));
        Ok(items)
    }
}

impl fmt::Debug for Dynamo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dynamo").field("endpoint", &self.endpoint()).finish_non_exhaustive()
    }
}

fn create_table(database: &Database, definition: TableDefinition) -> Result<(), LocalError> {
    let mut create = definition.create;
    create.insert("TableName".to_owned(), json!(TABLE_NAME));
    database.create_table(request(create.into())?)?;
    if let Some(attribute) = definition.ttl_attribute {
        database.update_time_to_live(request(json!({
            "TableName": TABLE_NAME,
            "TimeToLiveSpecification": { "AttributeName": attribute, "Enabled": true },
        }))?)?;
    }
    Ok(())
}

fn all_items(database: &Database) -> Result<Vec<Item>, LocalError> {
    let mut items = Vec::new();
    let mut start = None;
    loop {
        let page = database.scan(ScanRequest {
            table_name: TABLE_NAME.to_owned(),
            exclusive_start_key: start,
            ..ScanRequest::default()
        })?;
        items.extend(page.items.unwrap_or_default());
        start = page.last_evaluated_key;
        if start.is_none() {
            return Ok(items);
        }
    }
}

fn request<T: serde::de::DeserializeOwned>(body: Value) -> Result<T, LocalError> {
    serde_json::from_value(body).map_err(|error| dynoxide::DynoxideError::ValidationException(error.to_string()).into())
}
