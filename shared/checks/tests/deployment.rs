//! Properties of the deployment that no emulator shows: encryption, retention, alarms, timeouts, and the template's
//! consistency with the rest of the project. `permissions.rs` checks the roles.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};
use spaces_local::Template;

/// Returns each function's resource prefix (`JoinInvite`) and package.
fn functions() -> Vec<(String, String)> {
    let template = Template::of_this_checkout().unwrap();
    let functions = template.functions().unwrap().into_iter();
    functions.map(|(id, package)| (id.strip_suffix("Function").unwrap().to_owned(), package.to_owned())).collect()
}

fn template() -> Value {
    Template::of_this_checkout().unwrap().document().clone()
}

fn file(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

/// Returns the resources of a type, by name.
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
fn the_template_has_the_routes_of_cargo_lambda() {
    let template = template();
    let mut deployed = BTreeMap::new();
    for (_, route) in of_type(&template, "AWS::ApiGatewayV2::Route") {
        let key = route["RouteKey"].as_str().unwrap();
        let target = route["Target"]["Fn::Sub"].as_str().unwrap();
        let integration = target.strip_prefix("integrations/${").unwrap().strip_suffix('}').unwrap();
        let uri = &template["Resources"][integration]["Properties"]["IntegrationUri"]["Fn::If"][2]["Fn::GetAtt"][0];
        let function = uri.as_str().unwrap().strip_suffix("Function").unwrap();
        let (_, package) = functions().into_iter().find(|(name, _)| name == function).unwrap();
        let paths = match key.split_once(' ') {
            Some((method, path)) => {
                assert_eq!(method, "ANY", "{path}: the function answers preflights and rejects other methods");
                vec![path.replace("{proxy+}", "{*proxy}")]
            }
            None => vec!["/".to_owned(), "/{*proxy}".to_owned()],
        };
        deployed.extend(paths.into_iter().map(|path| (path, package.clone())));
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
fn a_function_answers_every_preflight_and_every_unknown_path() {
    let template = template();
    let (_, api) = of_type(&template, "AWS::ApiGatewayV2::Api").next().unwrap();
    assert!(api["CorsConfiguration"].is_null(), "API Gateway would answer preflights itself");
    assert!(of_type(&template, "AWS::ApiGatewayV2::Route").any(|(_, route)| route["RouteKey"] == "$default"));
}

#[test]
fn every_function_gets_the_variables_that_the_documentation_says_it_reads() {
    let template = template();
    let page = file("docs/configuration.md");
    for (name, package) in functions() {
        let own = &function(&template, &name)["Environment"]["Variables"];
        let common = &template["Globals"]["Function"]["Environment"]["Variables"];
        let given: BTreeSet<_> =
            own.as_object().into_iter().chain(common.as_object()).flat_map(|each| each.keys().cloned()).collect();
        let documented: BTreeSet<_> = page
            .lines()
            .filter(|line| line.starts_with("| `"))
            .filter_map(|line| {
                let cells: Vec<_> = line.trim_matches('|').split(" | ").collect();
                let readers = cells.last()?.trim();
                let reads = readers == "all" || readers.split(", ").any(|reader| reader == package);
                (cells.len() == 4 && reads).then(|| cells[0].to_owned())
            })
            .flat_map(|names| names.split('`').map(str::to_owned).collect::<Vec<_>>())
            .filter(|name| name.len() > 3 && !name.starts_with("AWS_"))
            .collect();
        assert_eq!(given, documented, "{package}");
    }
}

#[test]
fn mail_is_sent_from_one_address_only() {
    let template = template();
    let statements =
        &template["Resources"]["DeliverInvitesRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"];
    let send = statements.as_array().unwrap().iter().find(|each| each["Sid"] == "SendFromOneAddress").unwrap();
    assert_eq!(send["Condition"]["StringEquals"]["ses:FromAddress"], json!({ "Ref": "MailFrom" }));
    assert_eq!(send["Resource"][1]["Fn::If"][0], "IsProd");
    let identities = [&send["Resource"][1]["Fn::If"][1], &send["Resource"][2]["Fn::If"][1]].map(Value::to_string);
    assert!(identities[0].contains("identity/${Identity}") && identities[1].contains("identity/${MailFrom}"), "{send}");
    let (_, events) = of_type(&template, "AWS::SES::ConfigurationSetEventDestination").next().unwrap();
    for kind in strings(&events["EventDestination"]["MatchingEventTypes"]) {
        assert!(!["OPEN", "CLICK"].contains(&kind), "{kind} makes SES rewrite the links");
    }
}

#[test]
fn all_stored_data_is_encrypted_with_the_stacks_own_key() {
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
fn irreplaceable_resources_outlive_the_stack() {
    let template = template();
    for name in ["Table", "Key", "SigningSecret", "IndexSecret", "MailDomain"] {
        let resource = &template["Resources"][name];
        assert_eq!(resource["DeletionPolicy"], "RetainExceptOnCreate", "{name}");
        assert_eq!(resource["UpdateReplacePolicy"], "Retain", "{name}");
    }
    let table = &template["Resources"]["Table"]["Properties"];
    assert_eq!(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true);
    assert_eq!(table["DeletionProtectionEnabled"], json!({ "Fn::If": ["IsProd", true, false] }));
}

#[test]
fn every_function_logs_json_into_its_own_group_with_a_retention() {
    let template = template();
    for (name, package) in functions() {
        let logging = &function(&template, &name)["LoggingConfig"];
        assert_eq!(logging["LogFormat"], "JSON", "{package}");
        assert_eq!(logging["LogGroup"], json!({ "Ref": format!("{name}Log") }), "{package}");
    }
    for (name, group) in of_type(&template, "AWS::Logs::LogGroup") {
        assert_eq!(group["RetentionInDays"], json!({ "Ref": "LogRetentionDays" }), "{name}");
    }
}

#[test]
fn the_access_log_contains_no_path_query_or_names() {
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
fn anonymous_login_has_the_lowest_rate_limit() {
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
fn records_of_the_stream_are_retried_until_they_expire() {
    let template = template();
    for (mapping, failures) in [("Outbox", "RelayFailures"), ("PublishedEvents", "PublishFailures")] {
        let mapping = &template["Resources"][mapping]["Properties"];
        assert_eq!(mapping["EventSourceArn"], json!({ "Fn::GetAtt": ["Table", "StreamArn"] }));
        assert_eq!(mapping["StartingPosition"], "TRIM_HORIZON");
        assert_eq!(mapping["FunctionResponseTypes"], json!(["ReportBatchItemFailures"]));
        assert_eq!(mapping["BisectBatchOnFunctionError"], true);
        assert_eq!(mapping["MaximumRetryAttempts"], -1);
        // Must be shorter than the stream's retention of 24 hours: records that the stream drops are neither counted
        // nor reported.
        assert_eq!(mapping["MaximumRecordAgeInSeconds"], 23 * 3_600);
        let destination = &mapping["DestinationConfig"]["OnFailure"]["Destination"];
        assert_eq!(destination, &json!({ "Fn::GetAtt": [failures, "Arn"] }));
        assert_eq!(mapping["MetricsConfig"]["Metrics"], json!(["EventCount"]));
    }
    let stream = json!({ "Fn::GetAtt": ["Table", "StreamArn"] });
    let readers = of_type(&template, "AWS::Lambda::EventSourceMapping");
    let readers = readers.filter(|(_, mapping)| mapping["EventSourceArn"] == stream).count();
    assert_eq!(readers, 2, "DynamoDB supports at most two readers per shard");
}

#[test]
fn publishing_resources_exist_only_with_a_bus_and_publish_only_on_that_bus() {
    let template = template();
    let resources = template["Resources"].as_object().unwrap();
    let parts = ["PublishEvents", "PublishedEvents", "PublishFailures", "EventsLate", "EventsDropped"];
    let names = resources.keys().filter(|name| parts.iter().any(|part| name.starts_with(part)));
    let names: Vec<&String> = names.collect();
    assert_eq!(names.len(), 8, "{names:?}");
    for name in names {
        assert_eq!(resources[name]["Condition"], "PublishesEvents", "{name}");
    }
    let statements = &resources["PublishEventsRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"];
    let publish = statements.as_array().unwrap().iter().find(|each| each["Sid"] == "PublishEvents").unwrap();
    assert_eq!(publish["Condition"], json!({ "StringEquals": { "events:source": publish_events::SOURCE } }));
    let by_name = json!({ "Fn::Sub":
        "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/${EventBus}" });
    let bus = json!({ "Fn::If": ["NamesEventBusByArn", { "Ref": "EventBus" }, by_name] });
    assert_eq!(publish["Resource"], bus);
}

/// Returns the queues that a mapping reads, each with its mapping.
fn read_queues(template: &Value) -> Vec<(&str, &Value)> {
    let mappings = of_type(template, "AWS::Lambda::EventSourceMapping");
    let read = mappings.map(|(_, mapping)| (mapping["EventSourceArn"]["Fn::GetAtt"][0].as_str().unwrap(), mapping));
    read.filter(|(source, _)| template["Resources"][*source]["Type"] == "AWS::SQS::Queue").collect()
}

#[test]
fn a_message_is_retried_until_its_queue_expires_it() {
    let template = template();
    let queues: BTreeMap<_, _> = of_type(&template, "AWS::SQS::Queue").collect();
    for (name, queue) in &queues {
        assert_eq!(queue["MessageRetentionPeriod"], 1_209_600, "{name}: the longest that SQS keeps a message");
    }
    let read = read_queues(&template);
    assert_eq!(read.len(), 3);
    let mut dead = BTreeSet::new();
    for (name, mapping) in read {
        let queue = &template["Resources"][name]["Properties"];
        // A message of a mail queue can wait for days; an SES event fails only while the table is unavailable.
        let (batch, receives) = if name == "MailEventQueue" { (10, 20) } else { (1, 1000) };
        assert_eq!(mapping["BatchSize"], batch, "{name}");
        assert_eq!(mapping["FunctionResponseTypes"], json!(["ReportBatchItemFailures"]), "{name}");
        let function = mapping["FunctionName"]["Fn::GetAtt"][0].as_str().unwrap();
        let timeout = template["Resources"][function]["Properties"]["Timeout"].as_u64().unwrap();
        assert_eq!(queue["VisibilityTimeout"].as_u64().unwrap(), 6 * timeout, "{name}");
        let redrive = &queue["RedrivePolicy"];
        assert_eq!(redrive["maxReceiveCount"], receives, "{name}");
        let target = redrive["deadLetterTargetArn"]["Fn::GetAtt"][0].as_str().unwrap();
        assert!(dead.insert(target), "{target} is the dead-letter queue of two queues");
        assert!(template["Resources"][target]["Properties"]["RedrivePolicy"].is_null(), "{target}");
    }
}

#[test]
fn the_senders_variables_match_its_mappings() {
    let template = template();
    let variables = &function(&template, "DeliverInvites")["Environment"]["Variables"];
    for (name, mapping) in read_queues(&template).into_iter().filter(|(name, _)| *name != "MailEventQueue") {
        let prefix = if name == "MailQueue" { "" } else { "BULK_" };
        let variable = |name: &str| &variables[format!("{prefix}{name}")];
        assert_eq!(variable("MAIL_CONCURRENCY"), &mapping["ScalingConfig"]["MaximumConcurrency"], "{name}");
        assert_eq!(variable("MAIL_QUEUE_ARN"), &json!({ "Fn::GetAtt": [name, "Arn"] }));
        assert_eq!(variable("MAIL_QUEUE_URL"), &json!({ "Ref": name }));
        let dead = &template["Resources"][name]["Properties"]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0];
        assert_eq!(variable("MAIL_DEAD_LETTERS_URL"), &json!({ "Ref": dead }));
    }
}

#[test]
fn the_rule_forwards_all_ses_events_of_this_stack_and_only_it_may_send() {
    let template = template();
    let resources = &template["Resources"];
    let destination = &resources["MailStates"]["Properties"];
    let set = json!({ "Ref": "MailConfiguration" });
    assert_eq!(destination["ConfigurationSetName"], set);
    let published = destination["EventDestination"]["MatchingEventTypes"].as_array().unwrap();
    let rule = &resources["MailEventRule"]["Properties"];
    let detail = &rule["EventPattern"]["detail"];
    assert_eq!(detail["mail"]["tags"]["ses:configuration-set"], json!([set]));
    // SES spells event types in two ways.
    let forwarded: BTreeSet<String> =
        detail["eventType"].as_array().unwrap().iter().map(|kind| kind.as_str().unwrap().to_uppercase()).collect();
    let published: BTreeSet<String> = published.iter().map(|kind| kind.as_str().unwrap().replace('_', "")).collect();
    assert_eq!(forwarded, published);

    let policy = &resources["MailEventQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"];
    assert_eq!(policy.as_array().unwrap().len(), 1);
    assert_eq!(policy[0]["Principal"], json!({ "Service": "events.amazonaws.com" }));
    let rule_arn = json!({ "aws:SourceArn": { "Fn::GetAtt": ["MailEventRule", "Arn"] } });
    assert_eq!(policy[0]["Condition"], json!({ "ArnEquals": rule_arn }));
}

#[test]
fn an_alarm_watches_every_queue() {
    let template = template();
    let alarms: Vec<_> = of_type(&template, "AWS::CloudWatch::Alarm").collect();
    let read: Vec<_> = read_queues(&template).into_iter().map(|(name, _)| name).collect();
    for (name, _) in of_type(&template, "AWS::SQS::Queue") {
        let metric = if read.contains(&name.as_str()) {
            "ApproximateAgeOfOldestMessage"
        } else {
            "ApproximateNumberOfMessagesVisible"
        };
        let queue = json!([{ "Name": "QueueName", "Value": { "Fn::GetAtt": [name, "QueueName"] } }]);
        let reads = |source: &Value| source["MetricName"] == metric && source["Dimensions"] == queue;
        let watched = alarms.iter().any(|(_, alarm)| {
            let several = alarm["Metrics"].as_array().into_iter().flatten();
            reads(alarm) || several.into_iter().any(|each| reads(&each["MetricStat"]["Metric"]))
        });
        assert!(watched, "no alarm watches {metric} of {name}");
    }
}

#[test]
fn development_runs_as_many_instances_as_the_mappings_invoke() {
    let template = template();
    let default_of = |value: &Value| {
        let parameter = |name: &str| template["Parameters"][name]["Default"].as_u64().unwrap();
        value["Ref"].as_str().map_or_else(|| value.as_u64().unwrap(), parameter)
    };
    let mut instances: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, mapping) in read_queues(&template) {
        let function = mapping["FunctionName"]["Fn::GetAtt"][0].as_str().unwrap();
        *instances.entry(function).or_default() += default_of(&mapping["ScalingConfig"]["MaximumConcurrency"]);
    }
    let most = instances.values().max().unwrap();
    let dev = file("xtask/src/dev.rs");
    let line = dev.lines().find_map(|line| line.strip_prefix("const INSTANCES: &str = \"")).unwrap();
    assert_eq!(line.trim_end_matches("\";"), most.to_string());
}

#[test]
fn the_functions_of_the_api_time_out_before_api_gateway() {
    let template = template();
    let behind: BTreeSet<_> = of_type(&template, "AWS::ApiGatewayV2::Integration")
        .map(|(_, integration)| integration["IntegrationUri"]["Fn::If"][2]["Fn::GetAtt"][0].as_str().unwrap())
        .collect();
    assert!(!behind.is_empty());
    for function in behind {
        let timeout = template["Resources"][function]["Properties"]["Timeout"].as_u64().unwrap();
        assert!(timeout < 30, "{function}");
    }
}

#[test]
fn every_alarm_notifies_a_topic_and_has_a_runbook() {
    let template = template();
    let operations = file("docs/operations.md");
    let alarms: Vec<_> = of_type(&template, "AWS::CloudWatch::Alarm").collect();
    assert!(alarms.len() >= 15);
    for (name, alarm) in alarms {
        let topic = &alarm["AlarmActions"][0]["Ref"];
        assert!(topic == "Alarms" || topic == "Warnings", "{name}: {topic}");
        assert_eq!(alarm["OKActions"], alarm["AlarmActions"], "{name}");
        let (summary, runbook) = alarm["AlarmDescription"]["Fn::Sub"].as_str().unwrap().rsplit_once(' ').unwrap();
        assert!(summary.len() > 20, "{name}");
        assert_eq!(runbook, format!("${{RunbookUrl}}#{}", name.to_lowercase()), "{name}");
        // Missing data means no traffic, except for the canary, which then did not run.
        let missing = if name == "CanaryAlarm" { "breaching" } else { "notBreaching" };
        assert_eq!(alarm["TreatMissingData"], missing, "{name}");
        let section = operations.split(&format!("### {name}\n")).nth(1);
        let section = section.unwrap_or_else(|| panic!("docs/operations.md has no section about {name}"));
        let section = section.split("\n#").next().unwrap_or_default();
        for step in ["\n1. ", "\n2. ", "\n3. "] {
            assert!(section.contains(step), "{name} has no step {step:?}");
        }
    }
}

#[test]
fn the_development_environment_has_the_variables_of_the_deployment() {
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
    for (name, _) in functions() {
        deployed.extend(
            function(&template, &name)["Environment"]["Variables"].as_object().unwrap().keys().map(String::as_str),
        );
    }
    let all = &template["Globals"]["Function"]["Environment"]["Variables"];
    deployed.extend(all.as_object().unwrap().keys().map(String::as_str));
    assert_eq!(deployed, local);
}
