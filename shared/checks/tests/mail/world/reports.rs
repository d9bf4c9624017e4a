//! SES's events of a history's mails, and the tracker.

use proptest::sample::Index;
use serde_json::{Value, json};

use super::World;

impl World {
    /// Passes one of SES's events so far to the tracker; it may be passed again.
    pub(super) async fn report(&self, event: &Index) {
        let events = self.events();
        if !events.is_empty() {
            self.track(&events[event.index(events.len())]).await;
        }
    }

    /// Passes all of SES's events to the tracker, newest first. Afterwards, the last mail to each person is delivered,
    /// if SES accepted it.
    pub(crate) async fn report_all(&self) {
        let events = self.events();
        for event in events.iter().rev() {
            self.track(event).await;
        }
        let accepted: Vec<String> = events.iter().map(|event| tag(event)).collect();
        for delivery in self.harness.store.deliveries(&self.invitation).await.unwrap().into_values() {
            let mail = self.harness.store.mail_tag(&delivery);
            let is_accepted = mail.is_some_and(|tag| accepted.contains(&tag));
            let state = serde_json::to_value(delivery.state).unwrap();
            assert!(!is_accepted || state == "delivered", "{delivery:?}");
            assert!(is_accepted || state != "delivered", "{delivery:?}");
        }
    }

    fn events(&self) -> Vec<String> {
        let events = self.harness.queues.peek("MailEventQueue").unwrap().into_iter();
        events.map(|message| message.body).collect()
    }

    async fn track(&self, body: &str) {
        let app = track_mail::App::from_env(&self.env, self.sources()).unwrap();
        let event = json!({ "Records": [{ "messageId": "1", "body": body }] });
        let answer = app.track(serde_json::from_value(event).unwrap()).await;
        assert!(answer.batch_item_failures.is_empty(), "{body} is retried");
    }
}

fn tag(event: &str) -> String {
    let event: Value = serde_json::from_str(event).unwrap();
    event["detail"]["mail"]["tags"]["m"][0].as_str().unwrap().to_owned()
}
