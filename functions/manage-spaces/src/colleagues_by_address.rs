//! `POST /api/users/me/colleaguesbulk`: the people of the caller's company with these addresses.

use serde::Serialize;
use spaces_api::store_problem;
use spaces_api::wire::UserObject;
use spaces_http::{Body, Call, Code, FaultCode, Faults, Field, Problem, Response, Text, json};
use spaces_model::{Caller, EmailAddress};

use crate::App;
use crate::colleagues::object;

/// Maximum number of addresses in a request.
pub(crate) const MAX_ADDRESSES: usize = 50;

/// The people who were found.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct FoundColleagues {
    /// The people, in the order of the addresses.
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    data: Vec<UserObject>,
}

impl App {
    /// Finds people of the caller's company by their addresses.
    pub(crate) async fn colleagues_by_address(&self, call: &Call) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let caller = self.callers.identify(call, now).await?;
        let Caller::User(_) = caller else { return Err(Problem::new(Code::Forbidden)) };
        let addresses = addresses(call)?;
        let known = self.callers.known(caller, now).await?;
        let of = known.into_user().ok_or_else(|| Problem::new(Code::Forbidden))?;
        let found = self.store.colleagues_by_address(&of, &addresses).await.map_err(store_problem)?;
        json(&FoundColleagues { data: found.iter().map(object).collect() })
    }
}

/// Parses the addresses in a request.
fn addresses(call: &Call) -> Result<Vec<EmailAddress>, Problem> {
    let (text, mut faults) = (call.json()?, Faults::default());
    let list = match text.read::<Vec<Text<'_>>>(&mut faults)? {
        Field::Present(list) if list.len() <= MAX_ADDRESSES => list,
        Field::Present(_) => {
            faults.add("body", FaultCode::TooMany, format_args!("must have at most {MAX_ADDRESSES} addresses"));
            Vec::new()
        }
        Field::Absent | Field::WrongType => {
            faults.add("body", FaultCode::WrongType, "must be a list");
            Vec::new()
        }
    };
    let mut addresses = Vec::with_capacity(list.len());
    for (index, address) in list.into_iter().enumerate() {
        let field = format_args!("[{index}]");
        if let Some(address) = faults.required(field, address) {
            match address.parse() {
                Ok(address) => addresses.push(address),
                Err(error) => faults.add(field, FaultCode::InvalidAddress, error),
            }
        }
    }
    if faults.is_empty() { Ok(addresses) } else { Err(Problem::invalid(faults)) }
}
