//! The function with a table that contains the sample data.

use join_invite::App;
use spaces_local::harness::{self, Harness};

pub(crate) struct Service {
    pub(crate) harness: Harness,
    pub(crate) app: App,
}

impl Service {
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Starts the function with these environment variables in addition to the harness's.
    pub(crate) async fn with(variables: &[(&str, &str)]) -> Self {
        let harness = Harness::start().await.unwrap();
        let mut env = harness.env().unwrap();
        for (name, value) in variables {
            env.set(*name, *value);
        }
        let app = App::from_env(&env, harness::sources_at(harness::now())).unwrap();
        Self { harness, app }
    }
}
