//! A small memory of this process for what was read or written a moment ago.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// The most entries. Beyond, the memory starts over: a bound matters, which entries go does not.
const CAPACITY: usize = 1_000;

/// Values that are believed for a time.
pub struct Recent<K, V> {
    fresh: SignedDuration,
    entries: Mutex<HashMap<K, (Timestamp, V)>>,
}

impl<K: Eq + Hash, V: Clone> Recent<K, V> {
    /// A memory whose entries are believed for this long.
    #[must_use]
    pub fn new(fresh: SignedDuration) -> Self {
        Self { fresh, entries: Mutex::new(HashMap::new()) }
    }

    /// The value, if it is there and fresh.
    pub fn get(&self, key: &K, now: Timestamp) -> Option<V> {
        let entries = self.entries();
        let (since, value) = entries.get(key)?;
        let age = now.duration_since(*since);
        // A clock that was set back makes an age negative; such an entry is not believed either.
        (age >= SignedDuration::ZERO && age < self.fresh).then(|| value.clone())
    }

    /// Keeps a value from now on.
    pub fn put(&self, key: K, value: V, now: Timestamp) {
        let mut entries = self.entries();
        if entries.len() >= CAPACITY && !entries.contains_key(&key) {
            entries.clear();
        }
        entries.insert(key, (now, value));
    }

    /// A panic elsewhere cannot have left an entry half-written, so a poisoned lock is as good as any.
    fn entries(&self) -> MutexGuard<'_, HashMap<K, (Timestamp, V)>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_value_is_believed_until_it_is_not_fresh_any_more() {
        let recent = Recent::new(SignedDuration::from_secs(10));
        recent.put("key", 1, at(100));
        assert_eq!(recent.get(&"key", at(109)), Some(1));
        assert_eq!(recent.get(&"key", at(110)), None);
        assert_eq!(recent.get(&"key", at(99)), None);
        assert_eq!(recent.get(&"other", at(100)), None);
    }

    #[test]
    fn it_never_holds_more_than_its_capacity() {
        let recent = Recent::new(SignedDuration::from_secs(10));
        for key in 0..=CAPACITY {
            recent.put(key, (), at(0));
        }
        assert!(recent.entries().len() <= CAPACITY);
        assert_eq!(recent.get(&CAPACITY, at(0)), Some(()));
    }
}
