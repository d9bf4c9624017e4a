//! The service's table in an embedded DynamoDB.

mod access;
mod front;
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

pub(crate) use self::access::Access;
use self::front::Front;
pub use self::front::Interference;
pub use self::snapshot::Snapshot;
pub use self::stream::Stream;
use crate::server::{ANY_PORT, Server};
use crate::template::TableDefinition;
use crate::{LocalError, Template, server};

/// The table's name in the local stack. A deployment lets CloudFormation choose one.
pub const TABLE_NAME: &str = "spaces";

/// A DynamoDB with the service's table, on a loopback port, for as long as it lives.
///
/// Requests go through a front that notes each operation's name ([`Dynamo::calls`]) and can throttle, then into dynoxide's
/// own server, so that the real SDK speaks the real protocol.
pub struct Dynamo {
    database: Database,
    front: Arc<Front>,
    server: Server,
    /// Its end stops dynoxide's server.
    _running: oneshot::Sender<()>,
}

impl Dynamo {
    /// An empty table in memory, on a port of the kernel's choice.
    ///
    /// # Errors
    /// [`LocalError`] when the template is unreadable or no port is free.
    pub async fn in_memory() -> Result<Self, LocalError> {
        let database = Database::memory()?;
        create_table(&database, Template::of_this_checkout()?.table()?)?;
        Self::serve(database, ANY_PORT).await
    }

    /// The same without the stream: its records are counted anew at every write, which takes the longer the more there are.
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

    /// The table in the file `path`, created if it is not there, on `port`.
    ///
    /// # Errors
    /// [`LocalError::StaleTable`] when the file's table was made from another definition than the template's;
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
        let front = Arc::new(Front::new(server::local_address(&inner, ANY_PORT)?));
        let server = Server::start(port, Front::router(Arc::clone(&front))).await?;
        let (running, stopped) = oneshot::channel();
        let copy = database.clone();
        tokio::spawn(async move {
            dynoxide::server::serve_with_shutdown(inner, copy, server::ended(stopped)).await.ok();
        });
        Ok(Self { database, front, server, _running: running })
    }

    /// What to set `AWS_ENDPOINT_URL_DYNAMODB` to: `http://127.0.0.1:<port>`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// The table's name.
    #[must_use]
    pub fn table(&self) -> &'static str {
        TABLE_NAME
    }

    /// The whole table as plain JSON (`{"pk": "SPACE#…", "created": 1700000000, …}`), sorted by `pk`, then `sk`.
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

    /// The table as it is now.
    ///
    /// # Errors
    /// [`LocalError::Database`] when the embedded database fails.
    pub fn snapshot(&self) -> Result<Snapshot, LocalError> {
        Snapshot::of(&self.database)
    }

    /// Makes the table what it was.
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

    /// Puts a text where an attribute of an item has something else, as a broken writer would.
    ///
    /// # Errors
    /// [`LocalError::Database`] when the embedded database fails.
    pub fn spoil(&self, pk: &str, sk: &str, attribute: &str) -> Result<(), LocalError> {
        self.database.update_item(request(json!({
            "TableName": TABLE_NAME,
            "Key": { "pk": { "S": pk }, "sk": { "S": sk } },
            "UpdateExpression": "SET #attribute = :spoiled",
            "ExpressionAttributeNames": { "#attribute": attribute },
            "ExpressionAttributeValues": { ":spoiled": { "S": "spoiled" } },
        }))?)?;
        Ok(())
    }

    /// The table's stream: what every write since the table was made has changed.
    #[must_use]
    pub fn stream(&self) -> Stream {
        Stream::of(self.database.clone())
    }

    /// The names of the operations asked for since the start or the last [`Dynamo::forget_calls`], in order of arrival, with
    /// repeats by an SDK's retries: one name is one round trip.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.front.calls()
    }

    /// The permissions that those calls need.
    pub(crate) fn accesses(&self) -> BTreeSet<Access> {
        self.front.accesses()
    }

    /// Begins [`Dynamo::calls`] anew.
    pub fn forget_calls(&self) {
        self.front.forget_calls();
    }

    /// Answers the next `requests` requests with `ThrottlingException`, unseen by the database.
    pub fn throttle(&self, requests: usize) {
        self.front.throttle(requests);
    }

    /// Never answers the next `requests` requests, as on connections whose other side is gone without a word.
    pub fn fall_silent(&self, requests: usize) {
        self.front.fall_silent(requests);
    }

    /// Cancels the next `transactions` transactions of two items for a `TransactionConflict`, which the database itself
    /// never does.
    pub fn conflict(&self, transactions: usize) {
        self.front.conflict(transactions);
    }
}

impl Dynamo {
    /// Asks `rule` about every request, by its operation and body, until the next call of this or of [`Dynamo::let_through`].
    /// [`Dynamo::calls`] has `answer lost` behind a request that was carried out without an answer.
    pub fn interfere(&self, rule: impl Fn(&str, &str) -> Option<Interference> + Send + Sync + 'static) {
        self.front.interfere(Some(Arc::new(rule)));
    }

    /// Ends [`Dynamo::interfere`].
    pub fn let_through(&self) {
        self.front.interfere(None);
    }

    /// Puts an item as it stands, in DynamoDB's JSON (`{"pk": {"S": "SPACE#…"}, …}`).
    ///
    /// # Errors
    /// [`LocalError::Database`] when the embedded database refuses it.
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

    /// The items of the table in DynamoDB's JSON, sorted by `pk`, then `sk`.
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
