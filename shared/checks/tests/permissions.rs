//! The items that the functions may access, and the secrets that they have.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::collections::BTreeSet;

use serde_json::{Value, json};
use spaces_local::Template;

fn template() -> Value {
    Template::of_this_checkout().unwrap().document().clone()
}

/// Returns each function's resource prefix (`JoinInvite`) and package.
fn functions() -> Vec<(String, String)> {
    let template = Template::of_this_checkout().unwrap();
    let functions = template.functions().unwrap().into_iter();
    functions.map(|(id, package)| (id.strip_suffix("Function").unwrap().to_owned(), package.to_owned())).collect()
}

fn function<'a>(template: &'a Value, name: &str) -> &'a Value {
    &template["Resources"][format!("{name}Function")]["Properties"]
}

/// Returns the statements of a function's role.
fn statements<'a>(template: &'a Value, name: &str) -> &'a [Value] {
    let policies = &template["Resources"][format!("{name}Role")]["Properties"]["Policies"];
    policies[0]["PolicyDocument"]["Statement"].as_array().unwrap()
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|each| each.as_str().unwrap()).collect()
}

fn has_action_of(statement: &Value, service: &str) -> bool {
    strings(&statement["Action"]).iter().any(|action| action.split(':').next() == Some(service))
}

#[test]
fn each_function_has_its_own_role_with_explicit_actions_and_resources() {
    let template = template();
    for (name, package) in functions() {
        let role = format!("{name}Role");
        assert_eq!(function(&template, &name)["Role"], json!({ "Fn::GetAtt": [role, "Arn"] }));
        let role = &template["Resources"][&role]["Properties"];
        assert!(role.get("ManagedPolicyArns").is_none(), "{package}: managed policies name no resources");
        let mut actions = BTreeSet::new();
        for statement in statements(&template, &name) {
            assert_eq!(statement["Effect"], "Allow");
            let sid = statement["Sid"].as_str().unwrap();
            for action in strings(&statement["Action"]) {
                assert!(!action.contains('*'), "{package}, {sid}: {action}");
                actions.insert(action);
            }
            let everything = statement["Resource"] == "*";
            assert!(!everything || ["FindTheStream", "ReadTheRate"].contains(&sid), "{package}, {sid}: any resource");
        }
        // Each function's own tests/rules.rs checks its other actions.
        for general in ["logs:CreateLogStream", "logs:PutLogEvents"] {
            assert!(actions.contains(general), "{package} lacks {general}");
        }
    }
}

#[test]
fn every_statement_about_the_table_restricts_the_kinds_of_items() {
    // Requests to a stream have no keys.
    let of_the_stream = ["ReadTheStream", "FindTheStream"];
    let template = template();
    for (name, package) in functions() {
        for statement in statements(&template, &name) {
            let sid = statement["Sid"].as_str().unwrap();
            if !has_action_of(statement, "dynamodb") || of_the_stream.contains(&sid) {
                continue;
            }
            // A request without a key satisfies `ForAllValues`. Requests of these actions always have one; those of
            // `Scan` and PartiQL do not.
            let named = ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"];
            for action in strings(&statement["Action"]) {
                assert!(named.contains(&action.strip_prefix("dynamodb:").unwrap()), "{package}, {sid}: {action}");
            }
            let kinds = &statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
            assert!(kinds.is_array(), "{package}, {sid} allows every item");
            for kind in strings(kinds) {
                let reads_nothing = kind == "WARM_UP" && sid == "ReadItems";
                assert!(reads_nothing || kind.ends_with("#*") && kind.len() > 2, "{package}, {sid}: {kind}");
            }
        }
    }
}

#[test]
fn no_function_registers_a_service_app() {
    let template = template();
    for (name, package) in functions() {
        for statement in statements(&template, &name) {
            let writes = strings(&statement["Action"])
                .iter()
                .any(|action| ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"].contains(action));
            assert!(
                !writes || !statement.to_string().contains("SERVICE_APP"),
                "{package} could register itself as a service app"
            );
        }
    }
}

#[test]
fn the_key_is_used_only_through_the_services_that_need_it() {
    let template = template();
    let through = |service: &str| json!({ "Fn::Sub": format!("{service}.${{AWS::Region}}.amazonaws.com") });
    for (name, package) in functions() {
        let role = statements(&template, &name);
        let uses = |sid: &str| role.iter().find(|statement| statement["Sid"] == sid);
        let of_the_key: Vec<_> = role.iter().filter(|statement| has_action_of(statement, "kms")).collect();
        let services = |statement: &Value| statement["Condition"]["StringEquals"]["kms:ViaService"].clone();

        let environment = uses("ReadTheEnvironment").unwrap();
        assert_eq!(strings(&environment["Action"]), ["kms:Decrypt"], "{package}");
        assert_eq!(services(environment), through("lambda"), "{package}");

        let has_table = role.iter().any(|statement| has_action_of(statement, "dynamodb"));
        let has_queues = role.iter().any(|statement| has_action_of(statement, "sqs"));
        assert_eq!(of_the_key.len(), if has_table { 2 } else { 1 }, "{package}");
        let expected = match (has_table, has_queues) {
            (true, true) => json!([through("dynamodb"), through("sqs")]),
            (true, false) => through("dynamodb"),
            (false, _) => Value::Null,
        };
        assert_eq!(uses("UseTheKey").map(services).unwrap_or_default(), expected, "{package}");
    }
}

#[test]
fn only_anonymous_login_has_the_signing_secret() {
    let template = template();
    assert!(!template["Globals"].to_string().contains("${SigningSecret}"));
    for (name, package) in functions() {
        let has_it = function(&template, &name).to_string().contains("${SigningSecret}");
        assert_eq!(has_it, package == "anonymous-login", "{package}");
        // CloudFormation puts the secrets into the environment; no function reads a secret itself.
        let reads_secrets = statements(&template, &name).iter().any(|each| has_action_of(each, "secretsmanager"));
        assert!(!reads_secrets, "{package}");
    }
}

#[test]
fn the_guest_keys_are_published_before_the_functions_that_fetch_them_restart() {
    let template = template();
    let mut fetch = BTreeSet::new();
    for (name, package) in functions() {
        let version = &function(&template, &name)["Environment"]["Variables"]["GUEST_KEYS_VERSION"];
        if !version.is_null() {
            assert_eq!(version, &json!({ "Ref": "SigningSecretVersion" }), "{package}");
            let after = &template["Resources"][format!("{name}Function")]["DependsOn"];
            assert_eq!(after, &json!(["AnonymousLoginFunction"]), "{package}");
            fetch.insert(package);
        }
    }
    assert_eq!(fetch, ["create-space-invite", "join-invite", "manage-spaces"].map(str::to_owned).into());
}

#[test]
fn no_secret_is_a_parameter() {
    let template = template();
    for (name, package) in functions() {
        let variables = function(&template, &name)["Environment"]["Variables"].as_object().unwrap();
        for (variable, value) in variables.iter().filter(|(variable, _)| variable.contains("SECRET")) {
            let from_secrets_manager = value.to_string().contains("{{resolve:secretsmanager:");
            assert!(from_secrets_manager, "{package}, {variable}: {value}");
        }
    }
    for (name, parameter) in template["Parameters"].as_object().unwrap() {
        assert!(parameter.get("NoEcho").is_none(), "{name}: NoEcho hides a value only from those who view the stack");
    }
}
