//! What of the deployment no emulator shows: roles, encryption, retention, alarms, time-outs, and that the template agrees with
//! what the rest of the project says.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};
use spaces_local::Template;

const FUNCTIONS: [(&str, &str, char); 4] = [
    ("CreateSpaceInvite", "create-space-invite", 'C'),
    ("JoinInvite", "join-invite", 'J'),
    ("AnonymousLogin", "anonymous-login", 'A'),
    ("DeliverInvites", "deliver-invites", 'D'),
];

fn template() -> Value {
    Template::of_this_checkout().unwrap().document().clone()
}

fn file(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

/// The resources of a type, by name.
fn of_type<'a>(template: &'a Value, kind: &'a str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let resources = template["Resources"].as_object().unwrap().iter();
    resources
        .filter(move |(_, resource)| resource["Type"] == kind)
        .map(|(name, resource)| (name, &resource["Properties"]))
}

fn function<'a>(template: &'a Value, name: &str) -> &'a Value {
    &template["Resources"][format!("{name}Function")]["Properties"]
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|each| each.as_str().unwrap()).collect()
}

#[test]
fn the_routes_are_those_of_cargo_lambda() {
    let template = template();
    let mut deployed = BTreeMap::new();
    for (_, route) in of_type(&template, "AWS::ApiGatewayV2::Route") {
        let (method, path) = route["RouteKey"].as_str().unwrap().split_once(' ').unwrap();
        assert_eq!(method, "ANY", "{path}: the function answers preflights and refuses other methods");
        let target = route["Target"]["Fn::Sub"].as_str().unwrap();
        let integration = target.strip_prefix("integrations/${").unwrap().strip_suffix('}').unwrap();
        let uri = &template["Resources"][integration]["Properties"]["IntegrationUri"]["Fn::GetAtt"][0];
        let function = uri.as_str().unwrap().strip_suffix("Function").unwrap();
        let (_, package, _) = FUNCTIONS.into_iter().find(|(name, ..)| *name == function).unwrap();
        deployed.insert(path.to_owned(), package.to_owned());
    }
    let manifest = file("Cargo.toml");
    let (_, router) = manifest.split_once("[workspace.metadata.lambda.watch.router]").unwrap();
    let local: BTreeMap<String, String> = router
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(path, function)| (path.trim_matches('"').to_owned(), function.trim_matches('"').to_owned()))
        .collect();
    assert_eq!(deployed, local);
}

#[test]
fn every_function_gets_the_variables_that_the_readme_says_it_reads() {
    let template = template();
    let readme = file("README.md");
    for (name, package, letter) in FUNCTIONS {
        let own = &function(&template, name)["Environment"]["Variables"];
        let common = &template["Globals"]["Function"]["Environment"]["Variables"];
        let given: BTreeSet<_> =
            own.as_object().into_iter().chain(common.as_object()).flat_map(|each| each.keys().cloned()).collect();
        let documented: BTreeSet<_> = readme
            .lines()
            .filter(|line| line.starts_with("| `"))
            .filter_map(|line| {
                let cells: Vec<_> = line.trim_matches('|').split(" | ").collect();
                let readers = cells.last()?.trim();
                let reads = readers == "all" || readers.split(' ').any(|reader| reader == letter.to_string());
                (cells.len() == 4 && reads).then(|| cells[0].to_owned())
            })
            .flat_map(|names| names.split('`').map(str::to_owned).collect::<Vec<_>>())
            .filter(|name| name.len() > 3 && !name.starts_with("AWS_"))
            .collect();
        assert_eq!(given, documented, "{package}");
    }
}

/// What each role may do besides logging and tracing, and why.
fn expected_actions(function: &str) -> BTreeSet<&'static str> {
    let table = |more: &[&'static str]| {
        let key = [
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
        ];
        // The first connection is opened with a read; so is what a token does not say of its user.
        key.into_iter().chain(["dynamodb:GetItem"]).chain(more.iter().copied()).collect()
    };
    match function {
        // The transaction is three puts; invitees by id; the directory; the user acted for, by address.
        "CreateSpaceInvite" => {
            table(&["dynamodb:PutItem", "dynamodb:BatchGetItem", "dynamodb:UpdateItem", "dynamodb:Query"])
        }
        // The space with its members; the membership; a role raised, the directory.
        "JoinInvite" => table(&["dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"]),
        "AnonymousLogin" => BTreeSet::from(["kms:Decrypt"]),
        // Deliveries; invitees by id; leases and records; and what the mapping does in the role's name.
        "DeliverInvites" => table(&[
            "dynamodb:Query",
            "dynamodb:BatchGetItem",
            "dynamodb:UpdateItem",
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
            "sqs:SendMessage",
            "ses:SendEmail",
            "ses:SendRawEmail",
        ]),
        other => panic!("{other}"),
    }
}

#[test]
fn each_function_has_a_role_of_its_own_that_may_do_what_it_does_and_no_more() {
    let template = template();
    for (name, package, _) in FUNCTIONS {
        let role = format!("{name}Role");
        assert_eq!(function(&template, name)["Role"], json!({ "Fn::GetAtt": [role, "Arn"] }));
        let role = &template["Resources"][&role]["Properties"];
        assert!(role.get("ManagedPolicyArns").is_none(), "{package}: managed policies name no resources");
        let mut actions = BTreeSet::new();
        for statement in role["Policies"][0]["PolicyDocument"]["Statement"].as_array().unwrap() {
            assert_eq!(statement["Effect"], "Allow");
            let sid = statement["Sid"].as_str().unwrap();
            for action in strings(&statement["Action"]) {
                assert!(!action.contains('*'), "{package}, {sid}: {action}");
                actions.insert(action);
            }
            let everything = statement["Resource"] == "*";
            assert!(!everything || ["Trace", "FindTheStream"].contains(&sid), "{package}, {sid}: any resource");
        }
        let general =
            ["logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords"];
        let expected: BTreeSet<_> = expected_actions(name).into_iter().chain(general).collect();
        assert_eq!(actions, expected, "{package}");
    }
}

#[test]
fn mail_goes_out_from_one_address_alone() {
    let template = template();
    let statements =
        &template["Resources"]["DeliverInvitesRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"];
    let send = statements.as_array().unwrap().iter().find(|each| each["Sid"] == "SendFromOneAddress").unwrap();
    assert_eq!(send["Condition"]["StringEquals"]["ses:FromAddress"], json!({ "Ref": "MailFrom" }));
    assert_eq!(send["Resource"][1]["Fn::If"][0], "IsProd");
    assert!(!send["Resource"][1]["Fn::If"][1].to_string().contains("identity/*"), "{send}");
    let (_, events) = of_type(&template, "AWS::SES::ConfigurationSetEventDestination").next().unwrap();
    for kind in strings(&events["EventDestination"]["MatchingEventTypes"]) {
        assert!(!["OPEN", "CLICK"].contains(&kind), "{kind} makes SES rewrite the links");
    }
}

#[test]
fn whatever_is_kept_is_encrypted_with_the_stacks_own_key() {
    let template = template();
    let (arn, id) = (json!({ "Fn::GetAtt": ["Key", "Arn"] }), json!({ "Ref": "Key" }));
    let mut kept = vec![
        ("Globals", template.pointer("/Globals/Function/KmsKeyArn").unwrap()),
        ("Table", template.pointer("/Resources/Table/Properties/SSESpecification/KMSMasterKeyId").unwrap()),
    ];
    for (kind, property) in [
        ("AWS::SecretsManager::Secret", "KmsKeyId"),
        ("AWS::Logs::LogGroup", "KmsKeyId"),
        ("AWS::SNS::Topic", "KmsMasterKeyId"),
        ("AWS::SQS::Queue", "KmsMasterKeyId"),
    ] {
        let found: Vec<_> = of_type(&template, kind).map(|(name, each)| (name.as_str(), &each[property])).collect();
        assert!(!found.is_empty(), "{kind}");
        kept.extend(found);
    }
    for (name, key) in kept {
        assert!([&arn, &id].contains(&key), "{name}: {key}");
    }
    assert_eq!(template["Resources"]["Key"]["Properties"]["EnableKeyRotation"], true);
}

#[test]
fn what_cannot_be_made_again_outlives_the_stack() {
    let template = template();
    for name in ["Table", "Key", "SigningSecret"] {
        let resource = &template["Resources"][name];
        assert_eq!(resource["DeletionPolicy"], "RetainExceptOnCreate", "{name}");
        assert_eq!(resource["UpdateReplacePolicy"], "Retain", "{name}");
    }
    let table = &template["Resources"]["Table"]["Properties"];
    assert_eq!(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true);
    assert_eq!(table["DeletionProtectionEnabled"], json!({ "Fn::If": ["IsProd", true, false] }));
}

#[test]
fn every_function_logs_json_into_a_group_of_its_own_that_forgets() {
    let template = template();
    for (name, package, _) in FUNCTIONS {
        let logging = &function(&template, name)["LoggingConfig"];
        assert_eq!(logging["LogFormat"], "JSON", "{package}");
        assert_eq!(logging["LogGroup"], json!({ "Ref": format!("{name}Log") }), "{package}");
    }
    for (name, group) in of_type(&template, "AWS::Logs::LogGroup") {
        assert_eq!(group["RetentionInDays"], json!({ "Ref": "LogRetentionDays" }), "{name}");
    }
}

#[test]
fn the_access_log_holds_neither_path_nor_query_nor_names() {
    let template = template();
    let (_, stage) = of_type(&template, "AWS::ApiGatewayV2::Stage").next().unwrap();
    let format = stage["AccessLogSettings"]["Format"].as_str().unwrap();
    let line: BTreeMap<String, String> = serde_json::from_str(format).unwrap();
    let known = [
        "$context.requestId",
        "$context.requestTimeEpoch",
        "$context.identity.sourceIp",
        "$context.routeKey",
        "$context.status",
        "$context.responseLatency",
        "$context.integrationLatency",
        "$context.integrationStatus",
        "$context.error.message",
        "$context.integrationErrorMessage",
        "$context.responseLength",
        "$context.protocol",
    ];
    for (field, variable) in line {
        assert!(known.contains(&variable.as_str()), "{field}: {variable}");
    }
}

#[test]
fn anonymous_login_is_throttled_tighter_than_the_rest() {
    let template = template();
    let (_, stage) = of_type(&template, "AWS::ApiGatewayV2::Stage").next().unwrap();
    let default_of = |reference: &Value| {
        let parameter = reference["Ref"].as_str().unwrap();
        template["Parameters"][parameter]["Default"].as_u64().unwrap()
    };
    for route in ["ANY /api/anonymous/auth", "ANY /api/anonymous/auth/"] {
        for limit in ["ThrottlingRateLimit", "ThrottlingBurstLimit"] {
            let (all, guests) = (&stage["DefaultRouteSettings"][limit], &stage["RouteSettings"][route][limit]);
            assert!(default_of(guests) < default_of(all), "{route}, {limit}");
        }
    }
}

#[test]
fn the_mapping_loses_nothing_and_ends_at_last() {
    let template = template();
    let (_, mapping) = of_type(&template, "AWS::Lambda::EventSourceMapping").next().unwrap();
    assert_eq!(mapping["StartingPosition"], "TRIM_HORIZON");
    assert_eq!(mapping["FunctionResponseTypes"], json!(["ReportBatchItemFailures"]));
    assert_eq!(mapping["BisectBatchOnFunctionError"], true);
    assert_eq!(
        mapping["DestinationConfig"]["OnFailure"]["Destination"],
        json!({ "Fn::GetAtt": ["Undelivered", "Arn"] })
    );
    // A stream keeps its records for 24 hours.
    assert!((1..86_400).contains(&mapping["MaximumRecordAgeInSeconds"].as_u64().unwrap()));
    assert!((1..=10_000).contains(&mapping["MaximumRetryAttempts"].as_u64().unwrap()));
}

#[test]
fn a_whole_batch_of_the_longest_invitations_fits_into_the_time_of_deliver_invites() {
    let template = template();
    let (_, mapping) = of_type(&template, "AWS::Lambda::EventSourceMapping").next().unwrap();
    let most = mapping["BatchSize"].as_u64().unwrap() * u64::try_from(spaces_model::MAX_INVITEES).unwrap();
    let rate = template["Parameters"]["MailsPerSecond"]["Default"].as_u64().unwrap();
    let timeout = function(&template, "DeliverInvites")["Timeout"].as_u64().unwrap();
    // In the last 35 seconds no mail is begun.
    assert!(most / rate < timeout - 35, "{most} mails at {rate} a second in {timeout} s");
    assert!(timeout <= 900, "Lambda's limit");
}

#[test]
fn the_functions_of_the_api_give_up_before_api_gateway_does() {
    let template = template();
    for (name, package, _) in FUNCTIONS.into_iter().filter(|(name, ..)| *name != "DeliverInvites") {
        assert!(function(&template, name)["Timeout"].as_u64().unwrap() < 30, "{package}");
    }
}

#[test]
fn every_alarm_reaches_the_topic_and_is_explained_to_whoever_is_woken() {
    let template = template();
    let operations = file("docs/operations.md");
    let alarms: Vec<_> = of_type(&template, "AWS::CloudWatch::Alarm").collect();
    assert!(alarms.len() >= 8);
    for (name, alarm) in alarms {
        assert_eq!(alarm["AlarmActions"], json!([{ "Ref": "Alarms" }]), "{name}");
        assert!(alarm["AlarmDescription"].as_str().unwrap().len() > 20, "{name}");
        assert_eq!(alarm["TreatMissingData"], "notBreaching", "{name}: no traffic is no fault");
        let section = operations.split(&format!("### {name}\n")).nth(1);
        let section = section.unwrap_or_else(|| panic!("docs/operations.md has nothing about {name}"));
        let section = section.split("\n#").next().unwrap_or_default();
        for step in ["\n1. ", "\n2. ", "\n3. "] {
            assert!(section.contains(step), "{name} has no step {step:?}");
        }
    }
}

#[test]
fn the_environment_of_one_machine_has_what_the_deployment_sets() {
    let template = template();
    let local = file("infra/functions.env");
    let local: BTreeSet<_> = local
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name)
        .filter(|name| !name.starts_with("AWS_"))
        .collect();
    let mut deployed: BTreeSet<_> = BTreeSet::new();
    for (name, ..) in FUNCTIONS {
        deployed.extend(
            function(&template, name)["Environment"]["Variables"].as_object().unwrap().keys().map(String::as_str),
        );
    }
    let all = &template["Globals"]["Function"]["Environment"]["Variables"];
    deployed.extend(all.as_object().unwrap().keys().map(String::as_str));
    assert_eq!(deployed, local);
}
