//! The queries of the documentation, and the rows that each must find.

/// A row that a query must find, given by some of its fields. Numbers are lower bounds.
pub(crate) type Found = &'static [(&'static str, &'static str)];

/// The error of a throttled table.
const TABLE: &str = "the table is busy or unreachable: service error: ThrottlingException: Throughput exceeds the current capacity of your table.: ThrottlingException: Throughput exceeds the current capacity of your table.";

/// Each query with its log group (`*`: those of all functions; `audit`: those of the functions with an audit log).
pub(crate) const QUERIES: [(&str, &str, Found); 50] = [
    (
        "audit",
        r#"filter actor = "HASH" | stats count() by action, outcome"#,
        &[("action", "revoke_invitation"), ("outcome", "revoked"), ("count()", "1")],
    ),
    (
        "audit",
        r#"filter subject = "HASH" | fields @timestamp, action, outcome, space, actor | sort @timestamp desc"#,
        &[("action", "set_role"), ("outcome", "member")],
    ),
    (
        "audit",
        r#"filter action = "act_for" | stats count() by service_app, subject"#,
        &[("service_app", "sample-service-app"), ("count()", "1")],
    ),
    (
        "audit",
        r#"filter message = "audit" and space = "SPACE_ID" | fields @timestamp, action, outcome, actor, subject, service_app | sort @timestamp asc"#,
        &[("action", "set_role"), ("outcome", "guest")],
    ),
    (
        "audit",
        r#"filter action = "revoke_invitation" | stats count() as revoked by actor | sort revoked desc | limit 20"#,
        &[("revoked", "1")],
    ),
    (
        "audit",
        r#"filter outcome = "removed" | stats count_distinct(subject) as people by actor, space | sort people desc | limit 20"#,
        &[("people", "1")],
    ),
    ("audit", r#"filter action = "delete_space" | stats count() by space, actor"#, &[("count()", "1")]),
    (
        "audit",
        "filter ispresent(service_app) | stats count() by service_app, action",
        &[("service_app", "sample-service-app"), ("action", "act_for")],
    ),
    (
        "track-mail",
        "filter ispresent(MailEvents) | stats sum(MailEvents) by reason",
        &[("reason", "bounced"), ("sum(MailEvents)", "1")],
    ),
    (
        "deliver-invites",
        "filter ispresent(MessagesWaiting) | stats sum(MessagesWaiting), max(ObstructedAge)",
        &[("sum(MessagesWaiting)", "4"), ("max(ObstructedAge)", "1200")],
    ),
    (
        "stop-mail",
        "filter ispresent(ReceiverStops) or ispresent(Reports) | stats sum(ReceiverStops), sum(Reports) by reason",
        &[("reason", "one_click"), ("sum(ReceiverStops)", "1")],
    ),
    (
        "manage-spaces",
        "filter status = 403 | stats count() by route, caller, code, cause",
        &[("route", "POST /api/spaces/{id}/attendees/{type}/{memberId}"), ("code", "forbidden"), ("count()", "1")],
    ),
    (
        "access",
        "filter status >= 500 | stats count() by route, status, integrationError",
        &[("status", "503"), ("count()", "1")],
    ),
    (
        "*",
        "filter status >= 500 | stats count() by code, cause",
        &[("code", "unavailable"), ("cause", TABLE), ("count()", "4")],
    ),
    (
        "*",
        r#"filter message = "panicked" or (type = "platform.report" and record.status != "success") | stats count() by message, place, record.status"#,
        &[("message", "panicked"), ("count()", "1")],
    ),
    (
        "access",
        "stats count() as requests by ip, route | sort requests desc | limit 20",
        &[("ip", "203.0.113.7"), ("requests", "2")],
    ),
    (
        "*",
        r#"filter message = "request" | stats pct(duration_ms, 99), count() by service, route, cold_start"#,
        &[("service", "join-invite"), ("cold_start", "true"), ("count()", "1")],
    ),
    ("relay-outbox", r#"filter message = "a record will be retried" | stats count() by error"#, &[("count()", "1")]),
    (
        "relay-outbox",
        r#"filter message = "a record is set aside" | stats count() by error"#,
        &[("error", "the invitation item cannot be read: missing field `title`")],
    ),
    ("publish-events", r#"filter message = "a record will be retried" | stats count() by error"#, &[("count()", "1")]),
    ("publish-events", r#"filter message = "a record is set aside" | stats count() by error"#, &[("count()", "2")]),
    (
        "publish-events",
        "filter ispresent(EventsPublished) | stats sum(EventsPublished)",
        &[("sum(EventsPublished)", "1")],
    ),
    ("publish-events", r#"filter level = "ERROR""#, &[("message", "a record is set aside")]),
    (
        "track-mail",
        r#"filter message = "too many mails of a service app were reported as spam" | stats max(complaints), max(mailed) by service_app"#,
        &[("service_app", "sample-service-app"), ("max(complaints)", "3")],
    ),
    (
        "create-space-invite",
        r#"filter caller = "service_app" | stats count() by route"#,
        &[("route", "POST /api/spaces/invite"), ("count()", "2")],
    ),
    (
        "deliver-invites",
        r#"filter level = "ERROR" or level = "WARN" | stats count() by message, code, obstacle, error"#,
        &[("message", "a mail is deferred"), ("obstacle", "Rate"), ("code", "TooManyRequestsException")],
    ),
    (
        "deliver-invites",
        r#"filter obstacle = "Stopped" | stats count() by code"#,
        &[("code", "SendingPausedException"), ("count()", "1")],
    ),
    (
        "deliver-invites",
        r#"filter message = "a mail is deferred" or level = "ERROR" | stats count() by message, obstacle, code, error"#,
        &[("message", "a message cannot be handled now"), ("error", TABLE)],
    ),
    (
        "deliver-invites",
        r#"filter level = "ERROR" | stats count() by message, error"#,
        &[("message", "a message cannot be read"), ("count()", "1")],
    ),
    (
        "deliver-invites",
        r#"filter type = "platform.report" and record.status != "success" | stats count() by record.status"#,
        &[("record.status", "timeout")],
    ),
    (
        "deliver-invites",
        r#"filter message = "a mail was rejected permanently" or message = "gave up on a mail" | stats count() by message, code"#,
        &[("message", "a mail was rejected permanently"), ("code", "MessageRejected")],
    ),
    (
        "track-mail",
        r#"filter level = "ERROR" | stats count() by message, error"#,
        &[("message", "an event will be retried"), ("error", TABLE)],
    ),
    ("track-mail", r#"filter message = "an event will be retried" | stats count() by error"#, &[("error", TABLE)]),
    (
        "track-mail",
        r#"filter message = "a mail bounced" | stats count() by reason"#,
        &[("reason", "General"), ("count()", "1")],
    ),
    (
        "create-space-invite",
        r#"filter message = "request" | stats count() by caller"#,
        &[("caller", "service_app"), ("count()", "1")],
    ),
    (
        "track-mail",
        r#"filter message = "a mail was reported as spam" | stats count() by reason"#,
        &[("reason", "abuse"), ("count()", "1")],
    ),
    ("stop-mail", r#"filter level = "ERROR""#, &[("status", "503"), ("code", "unavailable")]),
    (
        "*",
        "filter @message like /AccessDenied/ | stats count() by message, error",
        &[("message", "a mail is deferred"), ("count()", "1")],
    ),
    (
        "*",
        r#"filter level = "ERROR" | stats count() by message, error, cause"#,
        &[("message", "request"), ("cause", TABLE)],
    ),
    ("access", "stats count()", &[("count()", "3")]),
    (
        "access",
        r#"filter status = "429" | stats count() as refused by route, ip | sort refused desc | limit 20"#,
        &[("refused", "1")],
    ),
    (
        "deliver-invites",
        r#"filter obstacle = "Rate" | stats count() by code"#,
        &[("code", "TooManyRequestsException"), ("count()", "1")],
    ),
    (
        "relay-outbox",
        r#"filter message = "a record will be retried" | stats count() by bin(1m), sequence_number"#,
        &[("count()", "1")],
    ),
    (
        "deliver-invites",
        "filter ispresent(code) | stats count() by message, code, obstacle",
        &[("message", "the account's rate cannot be read"), ("code", "AccessDeniedException")],
    ),
    (
        "deliver-invites",
        "filter message like /rate cannot be read/ | stats count() by code",
        &[("code", "AccessDeniedException"), ("count()", "1")],
    ),
    (
        "join-invite",
        r#"filter type = "platform.report" | stats pct(record.metrics.initDurationMs, 50), pct(record.metrics.initDurationMs, 99)"#,
        &[("pct(record.metrics.initDurationMs, 99)", "21")],
    ),
    (
        "run-canary",
        r#"filter message = "the canary failed" | stats count() by step, error"#,
        &[("step", "log_in"), ("count()", "1")],
    ),
    (
        "run-canary",
        r#"filter type = "platform.report" and record.status != "success" | stats count() by record.status"#,
        &[("record.status", "timeout")],
    ),
    (
        "*",
        "filter status >= 400 | stats count() by route, status, code, cause",
        &[("route", "POST /api/spaces/invite"), ("status", "503"), ("code", "unavailable")],
    ),
    ("run-canary", "filter message like /the canary/ | stats count() by message", &[("message", "the canary failed")]),
];
