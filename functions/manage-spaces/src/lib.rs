//! Answers every path that no other function serves: preflights of any page, and 404.
//!
//! API Gateway has no CORS configuration and a 404 of its own that no page of another origin could read, so both are a
//! function's.

use spaces_http::{Body, Boundary, Code, ConfigError, Env, Problem, Request, Response, Sources};

/// The function with all that it needs.
pub struct App {
    boundary: Boundary,
    sources: Sources,
}

impl App {
    /// Reads the configuration: `CORS_ALLOWED_ORIGINS`, `METRICS_NAMESPACE`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the variable that is wrong.
    pub fn from_env(env: &Env, sources: Sources) -> Result<Self, ConfigError> {
        Ok(Self { boundary: Boundary::from_env("manage-spaces", env)?, sources })
    }

    /// Answers a request. The boundary answers preflights.
    pub async fn answer(&self, request: Request) -> Response<Body> {
        self.boundary.answer(request, self.sources.now(), async |_| Err(Problem::new(Code::NotFound))).await
    }
}
