//! A small memory of this process for what was read or written a moment ago.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Values that are believed for a time, and kept little longer.
pub struct Recent<K, V> {
    fresh: SignedDuration,
    capacity: usize,
    entries: Mutex<HashMap<K, (Timestamp, V)>>,
}

impl<K: Eq + Hash, V: Clone> Recent<K, V> {
    /// A memory whose entries are believed for this long. It holds so many at most; beyond, it starts over: a bound
    /// matters, which entries go does not.
    #[must_use]
    pub fn new(fresh: SignedDuration, capacity: usize) -> Self {
        Self { fresh, capacity, entries: Mutex::new(HashMap::new()) }
    }

    /// The value, if it is there and fresh.
    pub fn get(&self, key: &K, now: Timestamp) -> Option<V> {
        let entries = self.entries();
        let (since, value) = entries.get(key)?;
        self.is_fresh(*since, now).then(|| value.clone())
    }

    /// Keeps a value from now on, and drops all that nobody would be given any more: a value can be an invitation of a
    /// thousand people.
    pub fn put(&self, key: K, value: V, now: Timestamp) {
        let mut entries = self.entries();
        entries.retain(|_, (since, _)| self.is_fresh(*since, now));
        if entries.len() >= self.capacity && !entries.contains_key(&key) {
            entries.clear();
        }
        entries.insert(key, (now, value));
    }

    /// A clock that was set back makes an age negative; such an entry is not believed either.
    fn is_fresh(&self, since: Timestamp, now: Timestamp) -> bool {
        let age = now.duration_since(since);
        age >= SignedDuration::ZERO && age < self.fresh
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
        let recent = Recent::new(SignedDuration::from_secs(10), 100);
        recent.put("key", 1, at(100));
        assert_eq!(recent.get(&"key", at(109)), Some(1));
        assert_eq!(recent.get(&"key", at(110)), None);
        assert_eq!(recent.get(&"key", at(99)), None);
        assert_eq!(recent.get(&"other", at(100)), None);
    }

    #[test]
    fn it_never_holds_more_than_its_capacity() {
        let recent = Recent::new(SignedDuration::from_secs(10), 3);
        for key in 0..=3 {
            recent.put(key, (), at(0));
        }
        assert!(recent.entries().len() <= 3);
        assert_eq!(recent.get(&3, at(0)), Some(()));
    }

    #[test]
    fn what_is_not_fresh_any_more_goes_when_something_comes() {
        let recent = Recent::new(SignedDuration::from_secs(10), 100);
        recent.put("old", (), at(0));
        recent.put("young", (), at(5));
        recent.put("new", (), at(10));
        assert_eq!(recent.entries().len(), 2);
        assert_eq!(recent.get(&"young", at(10)), Some(()));
    }
}
