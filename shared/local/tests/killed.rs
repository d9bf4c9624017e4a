//! Survival of the local stack's data when its process is killed.

#![cfg(test)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// A running `spaces-local serve`, killed when it is dropped.
struct Stack {
    process: Child,
    mail: String,
}

impl Stack {
    fn start(data: &Path) -> Self {
        let mut serve = Command::new(env!("CARGO_BIN_EXE_spaces-local"));
        serve.arg("serve").arg("--data").arg(data).args(["--api-port", "0", "--mail-port", "0", "--db-port", "0"]);
        let mut process = serve.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
        let started = lines.find(|line| line.starts_with("spaces-local: ")).unwrap();
        let mail = started.split(' ').next_back().unwrap().to_owned();
        // Keep reading: the process would block once the pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, mail }
    }

    async fn get(&self, path: &str) -> Value {
        reqwest::get(format!("{}{path}", self.mail)).await.unwrap().json().await.unwrap()
    }

    async fn post(&self, path: &str, target: &str, body: Value) -> Value {
        let request = reqwest::Client::new().post(format!("{}{path}", self.mail)).header("x-amz-target", target);
        let answer = request.body(body.to_string()).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // SIGKILL on Unix.
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[tokio::test]
async fn mail_events_and_queued_messages_survive_a_kill() {
    let data = tempfile::tempdir().unwrap();
    let stack = Stack::start(data.path());
    let mail = json!({
        "FromEmailAddress": "noreply@example.com", "Destination": { "ToAddresses": ["complaint@simulator.test"] },
        "Content": { "Simple": { "Subject": { "Data": "Hello" }, "Body": { "Text": { "Data": "Hello." } } } },
    });
    stack.post("/v2/email/outbound-emails", "", mail).await;
    let entry = json!({ "Source": "test", "DetailType": "Test", "Detail": "{}" });
    stack.post("/", "AWSEvents.PutEvents", json!({ "Entries": [entry] })).await;
    let url = format!("{}/000000000000/MailDeadLetters", stack.mail);
    stack.post("/", "AmazonSQS.SendMessage", json!({ "QueueUrl": url, "MessageBody": "kept" })).await;
    let (messages, events) = (stack.get("/api/messages").await, stack.get("/api/events").await);
    assert_eq!((messages.as_array().unwrap().len(), events.as_array().unwrap().len()), (1, 4));
    drop(stack);

    let stack = Stack::start(data.path());
    assert_eq!((stack.get("/api/messages").await, stack.get("/api/events").await), (messages, events));
    let received = stack.post("/", "AmazonSQS.ReceiveMessage", json!({ "QueueUrl": url })).await;
    assert_eq!(received["Messages"][0]["Body"], "kept");
}
