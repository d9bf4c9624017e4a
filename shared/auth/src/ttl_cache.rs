//! A cache whose entries expire.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// A cache whose entries expire after `ttl`, with at most `capacity` entries.
///
/// At capacity, the entry that expires first is evicted, which is the oldest one unless entries were put with an
/// earlier expiry. Expired entries are dropped by the next [`put`](Self::put), since values can be large. The current
/// time is an argument; nothing here reads the clock.
///
/// `get` costs one look-up; `put` is logarithmic in the number of entries.
///
/// It is in this crate because no crate below it caches anything: `spaces-model` has only the rules of the domain.
#[derive(Debug)]
pub struct TtlCache<K, V> {
    ttl: SignedDuration,
    capacity: usize,
    entries: Mutex<Entries<K, V>>,
}

#[derive(Debug)]
struct Entries<K, V> {
    values: HashMap<K, CacheEntry<V>>,
    /// The same keys in order of eviction.
    order: BTreeMap<Rank, K>,
    /// Number of puts so far.
    puts: u64,
}

#[derive(Debug)]
struct CacheEntry<V> {
    value: V,
    since: Timestamp,
    rank: Rank,
}

/// The position in the order of eviction: by expiry, then by age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    expires: Timestamp,
    put: u64,
}

impl<K: Clone + Eq + Hash, V: Clone> TtlCache<K, V> {
    /// Creates an empty cache. With a `ttl` of zero, it stores nothing.
    #[must_use]
    pub fn new(ttl: SignedDuration, capacity: usize) -> Self {
        let entries = Entries { values: HashMap::new(), order: BTreeMap::new(), puts: 0 };
        Self { ttl, capacity, entries: Mutex::new(entries) }
    }

    /// Returns the value if it is stored and has not expired.
    ///
    /// An entry from the future, which is left when the clock is set back, is not returned, because its age is unknown.
    pub fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q, now: Timestamp) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let entries = self.entries();
        let entry = entries.values.get(key)?;
        (entry.since <= now && now < entry.rank.expires).then(|| entry.value.clone())
    }

    /// Stores a value for `ttl`, replacing the key's previous one.
    pub fn put(&self, key: K, value: V, now: Timestamp) {
        self.put_until(key, value, Timestamp::MAX, now);
    }

    /// Stores a value until `expires`, but no longer than `ttl`, replacing the key's previous one.
    pub fn put_until(&self, key: K, value: V, expires: Timestamp, now: Timestamp) {
        let expires = expires.min(now.saturating_add(self.ttl).unwrap_or(Timestamp::MAX));
        let mut entries = self.entries();
        entries.remove(&key);
        entries.drop_unusable(now);
        if expires <= now {
            return;
        }
        while entries.values.len() >= self.capacity && entries.evict_first() {}
        entries.insert(key, value, expires, now);
    }

    /// Locks the entries. A poisoned lock is used anyway, because a panic can't leave an entry half-written.
    fn entries(&self) -> MutexGuard<'_, Entries<K, V>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Clone + Eq + Hash, V> Entries<K, V> {
    fn insert(&mut self, key: K, value: V, expires: Timestamp, now: Timestamp) {
        self.puts += 1;
        let rank = Rank { expires, put: self.puts };
        self.order.insert(rank, key.clone());
        self.values.insert(key, CacheEntry { value, since: now, rank });
    }

    fn remove(&mut self, key: &K) {
        if let Some(entry) = self.values.remove(key) {
            self.order.remove(&entry.rank);
        }
    }

    /// Drops expired entries and, after the clock was set back, entries from the future, which would be evicted last.
    fn drop_unusable(&mut self, now: Timestamp) {
        while let Some((rank, _)) = self.order.first_key_value()
            && rank.expires <= now
        {
            self.evict_first();
        }
        while let Some((_, key)) = self.order.last_key_value()
            && self.values.get(key).is_none_or(|entry| entry.since > now)
        {
            if let Some((_, key)) = self.order.pop_last() {
                self.values.remove(&key);
            }
        }
    }

    /// Evicts the entry that expires first. Returns whether there was one.
    fn evict_first(&mut self) -> bool {
        let Some((_, key)) = self.order.pop_first() else { return false };
        self.values.remove(&key);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn cache<V: Clone>(capacity: usize) -> TtlCache<&'static str, V> {
        TtlCache::new(SignedDuration::from_secs(10), capacity)
    }

    fn keys<V: Clone>(cache: &TtlCache<&'static str, V>) -> Vec<&'static str> {
        let entries = cache.entries();
        assert_eq!(entries.order.len(), entries.values.len());
        entries.order.values().copied().collect()
    }

    #[test]
    fn a_value_is_returned_until_it_expires() {
        let cache = cache(100);
        cache.put("key", 1, at(100));
        assert_eq!(cache.get("key", at(100)), Some(1));
        assert_eq!(cache.get("key", at(109)), Some(1));
        assert_eq!(cache.get("key", at(110)), None);
        assert_eq!(cache.get("other", at(100)), None);
    }

    #[test]
    fn at_capacity_the_oldest_is_evicted() {
        let cache = cache(3);
        for (second, key) in (0..).zip(["a", "b", "c", "d"]) {
            cache.put(key, (), at(second));
        }
        assert_eq!(keys(&cache), ["b", "c", "d"]);
        cache.put("e", (), at(3));
        cache.put("f", (), at(3));
        assert_eq!(keys(&cache), ["d", "e", "f"], "of equally old ones, the one that was put first");
    }

    #[test]
    fn a_value_put_again_replaces_the_old_one_and_is_the_youngest() {
        let cache = cache(2);
        cache.put("a", 1, at(0));
        cache.put("b", 2, at(1));
        cache.put("a", 3, at(2));
        assert_eq!(keys(&cache), ["b", "a"], "nothing is evicted for a key that is there");
        assert_eq!(cache.get("a", at(11)), Some(3));
        cache.put("c", 4, at(3));
        assert_eq!(keys(&cache), ["a", "c"]);
    }

    #[test]
    fn an_entry_may_expire_before_the_ttl_and_never_after_it() {
        let cache = cache(100);
        cache.put_until("early", (), at(5), at(0));
        cache.put_until("late", (), at(1_000), at(0));
        assert_eq!((cache.get("early", at(4)), cache.get("early", at(5))), (Some(()), None));
        assert_eq!((cache.get("late", at(9)), cache.get("late", at(10))), (Some(()), None));
    }

    #[test]
    fn short_lived_entries_evict_each_other_first() {
        let cache = cache(2);
        cache.put("long", (), at(0));
        for key in ["a", "b", "c"] {
            cache.put_until(key, (), at(5), at(1));
        }
        assert_eq!(keys(&cache), ["c", "long"]);
    }

    #[test]
    fn an_entry_that_has_expired_already_is_not_stored_and_removes_its_predecessor() {
        let cache = cache(100);
        cache.put("key", 1, at(0));
        cache.put_until("key", 2, at(1), at(1));
        assert!(keys(&cache).is_empty());
        let nothing = TtlCache::new(SignedDuration::ZERO, 100);
        nothing.put("key", (), at(0));
        assert_eq!(nothing.get("key", at(0)), None);
    }

    #[test]
    fn expired_entries_are_dropped_by_the_next_put() {
        let cache = cache(100);
        cache.put("old", (), at(0));
        cache.put("young", (), at(5));
        cache.put("new", (), at(10));
        assert_eq!(keys(&cache), ["young", "new"]);
    }

    #[test]
    fn when_the_clock_is_set_back_entries_from_the_future_are_neither_returned_nor_kept() {
        let cache = cache(2);
        cache.put("a", (), at(1_000));
        cache.put("b", (), at(1_001));
        assert_eq!(cache.get("a", at(999)), None);
        cache.put("c", (), at(500));
        cache.put("d", (), at(501));
        assert_eq!(keys(&cache), ["c", "d"]);
        assert_eq!(cache.get("c", at(501)), Some(()));
    }
}
