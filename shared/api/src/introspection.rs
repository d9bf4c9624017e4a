//! Configuration of introspection. Its secret is a variable of its own, because a deployment takes it from Secrets
//! Manager and everything else from a parameter.

use serde_json::{Map, Value};
use spaces_auth::IntrospectionConfig;
use spaces_http::{ConfigError, Env};

const CONFIG: &str = "INTROSPECTION";
const SECRET: &str = "INTROSPECTION_CLIENT_SECRET";
/// The field of the object that holds the secret.
const FIELD: &str = "client_secret";

/// Reads `INTROSPECTION` and `INTROSPECTION_CLIENT_SECRET`.
pub(crate) fn introspection(env: &Env) -> Result<Option<IntrospectionConfig>, ConfigError> {
    let Some(json) = env.document(CONFIG)? else { return Ok(None) };
    let wrong = |reason: &str| ConfigError::wrong(CONFIG, reason);
    let mut object: Map<String, Value> = serde_json::from_str(&json).map_err(|_| wrong("must be a JSON object"))?;
    if object.contains_key(FIELD) {
        return Err(wrong("must not have client_secret: set INTROSPECTION_CLIENT_SECRET instead"));
    }
    object.insert(FIELD.to_owned(), env.required(SECRET)?.into());
    let config = IntrospectionConfig::from_json(&Value::from(object).to_string());
    config.map(Some).map_err(|error| ConfigError::wrong(CONFIG, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://accounts.example.com/introspect";

    fn read(variables: &[(&str, &str)]) -> Result<bool, String> {
        let env = variables.iter().copied().collect();
        introspection(&env).map(|config| config.is_some()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_secret_is_a_variable_of_its_own() {
        let json =
            format!(r#"{{"url":"{URL}","client_id":"spaces","iss":"https://accounts.example.com","audience":null}}"#);
        assert_eq!(read(&[]), Ok(false));
        assert_eq!(read(&[(CONFIG, &json), (SECRET, "s3cret")]), Ok(true));
        assert_eq!(read(&[(CONFIG, &json)]), Err(format!("the environment variable {SECRET} is missing")));
        let with_secret = json.replace("{\"url\"", "{\"client_secret\":\"s3cret\",\"url\"");
        let error = read(&[(CONFIG, &with_secret), (SECRET, "s3cret")]).unwrap_err();
        assert!(error.contains("must not have client_secret") && !error.contains("s3cret"), "{error}");
    }

    #[test]
    fn a_fault_names_the_variable_and_the_field() {
        for wrong in ["[]", "{", r#"{"url":"http://accounts.example.com/"}"#] {
            let error = read(&[(CONFIG, wrong), (SECRET, "s3cret")]).unwrap_err();
            assert!(error.contains(CONFIG) && !error.contains("s3cret"), "{error}");
        }
    }
}
