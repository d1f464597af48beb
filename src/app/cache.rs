//! Records that hardly change, kept in the isolate for a moment.
//!
//! A cache may only confirm: before anything is refused because of what it holds, that is read again from the
//! primary. Nothing that decides single use is ever in one. It holds values, never misses and never futures (a future
//! of one request must not be awaited by another on Workers).

use std::any::Any;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::protocol::time::Timestamp;

/// How old a value may be; so late does a change reach every isolate.
pub const MAX_AGE: Duration = Duration::from_secs(30);
/// How many values are kept at most.
const CAPACITY: usize = 1_000;

/// Values by key, each at most [`MAX_AGE`] old, shared and not copied.
#[derive(Debug)]
pub struct Cache<V> {
    entries: Arc<Mutex<Entries>>,
    values: PhantomData<V>,
}

#[derive(Debug, Default)]
struct Entries {
    by_key: HashMap<String, Entry>,
    /// When what is too old was last taken out: about once in [`MAX_AGE`], so that an isolate holds no more than it met of
    /// late.
    swept: Option<Timestamp>,
}

/// Its value is a `V`, without its type, so that all caches are one piece of code in the wasm.
#[derive(Debug)]
struct Entry {
    value: Arc<dyn Any + Send + Sync>,
    since: Timestamp,
}

impl Entry {
    /// Requests that run at the same time each have a `now` of their own, so a value may come from a little later than
    /// this one; one from far in the future (a clock that was moved back) is not believed.
    fn is_fresh(&self, now: Timestamp) -> bool {
        is_recent(self.since, now)
    }
}

impl<V: Any + Send + Sync> Cache<V> {
    /// An empty cache.
    #[must_use]
    pub fn new() -> Self {
        Self { entries: Arc::default(), values: PhantomData }
    }

    /// The value under `key`, if it is not too old.
    #[must_use]
    pub fn get(&self, key: &str, now: Timestamp) -> Option<Arc<V>> {
        self.entries().fresh(key, now)?.downcast().ok()
    }

    /// Keeps `value`, as it was read at `now`. When the cache is full, what is too old makes room, else the oldest.
    pub fn put(&self, key: &str, value: Arc<V>, now: Timestamp) {
        self.entries().keep(key, Entry { value, since: now });
    }

    /// Drops the value under `key`: this isolate changed it.
    pub fn forget(&self, key: &str) {
        self.entries().by_key.remove(key);
    }

    /// Drops everything: this isolate changed something that any value may rest on.
    pub fn clear(&self) {
        self.entries().by_key.clear();
    }

    /// A panic elsewhere leaves at worst a value that is missing or old, so poison means nothing here.
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    fn fresh(&mut self, key: &str, now: Timestamp) -> Option<Arc<dyn Any + Send + Sync>> {
        let entry = self.by_key.get(key)?;
        if entry.is_fresh(now) {
            return Some(Arc::clone(&entry.value));
        }
        self.by_key.remove(key);
        None
    }

    fn keep(&mut self, key: &str, entry: Entry) {
        let now = entry.since;
        let is_full = self.by_key.len() >= CAPACITY && !self.by_key.contains_key(key);
        if is_full || !self.swept.is_some_and(|swept| is_recent(swept, now)) {
            self.by_key.retain(|_, known| known.is_fresh(now));
            self.swept = Some(now);
        }
        if is_full && self.by_key.len() >= CAPACITY {
            let oldest = self.by_key.iter().min_by_key(|(_, known)| known.since).map(|(key, _)| key.clone());
            oldest.map(|oldest| self.by_key.remove(&oldest));
        }
        self.by_key.insert(key.to_owned(), entry);
    }
}

/// Either way: a clock that was moved back makes nothing younger.
fn is_recent(moment: Timestamp, now: Timestamp) -> bool {
    now.since(moment).max(moment.since(now)) < MAX_AGE
}

/// The same cache: what one keeps or forgets, the other does.
impl<V> Clone for Cache<V> {
    fn clone(&self) -> Self {
        Self { entries: Arc::clone(&self.entries), values: PhantomData }
    }
}

impl<V: Any + Send + Sync> Default for Cache<V> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

    #[test]
    fn a_value_is_known_for_less_than_thirty_seconds() {
        let cache = Cache::new();
        cache.put("a", Arc::new(1), NOW);
        assert_eq!(cache.get("a", NOW), Some(Arc::new(1)));
        assert_eq!(cache.get("a", NOW + Duration::from_millis(29_999)), Some(Arc::new(1)));
        assert_eq!(cache.get("a", NOW + MAX_AGE), None);
        assert_eq!(cache.get("a", NOW), None, "what was too old is gone");
        assert_eq!(cache.get("b", NOW), None);
    }

    #[test]
    fn a_value_is_a_little_or_not_at_all_from_the_future() {
        let cache = Cache::new();
        cache.put("a", Arc::new(1), NOW);
        assert_eq!(cache.get("a", NOW - Duration::from_secs(5)), Some(Arc::new(1)));
        assert_eq!(cache.get("a", NOW - MAX_AGE), None);
    }

    #[test]
    fn a_newer_value_replaces_the_older_and_begins_anew() {
        let cache = Cache::new();
        cache.put("a", Arc::new(1), NOW);
        cache.put("a", Arc::new(2), NOW + Duration::from_secs(20));
        assert_eq!(cache.get("a", NOW + Duration::from_secs(45)), Some(Arc::new(2)));
    }

    #[test]
    fn a_forgotten_value_is_unknown() {
        let cache = Cache::new();
        cache.put("a", Arc::new(1), NOW);
        cache.forget("a");
        assert_eq!(cache.get("a", NOW), None);
    }

    #[test]
    fn a_cleared_cache_knows_nothing() {
        let cache = Cache::new();
        cache.put("a", Arc::new(1), NOW);
        cache.put("b", Arc::new(2), NOW);
        cache.clear();
        assert_eq!((cache.get("a", NOW), cache.get("b", NOW)), (None, None));
    }

    #[test]
    fn a_full_cache_drops_the_oldest_and_no_other() {
        let cache = Cache::new();
        let key = |n: usize| format!("k{n}");
        for n in 0..CAPACITY {
            cache.put(&key(n), Arc::new(n), NOW + Duration::from_millis(n as u64));
        }
        cache.put(&key(5), Arc::new(5), NOW + Duration::from_secs(2));
        assert_eq!(cache.get(&key(0), NOW), Some(Arc::new(0)), "one that is there needs no room");
        cache.put("new", Arc::new(0), NOW + Duration::from_secs(2));
        assert_eq!(cache.get(&key(0), NOW), None);
        assert!((1..CAPACITY).all(|n| cache.get(&key(n), NOW) == Some(Arc::new(n))));
        assert_eq!(cache.entries().by_key.len(), CAPACITY);
    }

    #[test]
    fn what_is_too_old_leaves_within_a_minute_though_nobody_asks_for_it() {
        let cache = Cache::new();
        for second in 0..600 {
            cache.put(&format!("k{second}"), Arc::new(second), NOW + Duration::from_secs(second));
            assert!(cache.entries().by_key.len() <= 60, "{second}");
        }
    }

    #[test]
    fn what_is_too_old_makes_room_first() {
        let cache = Cache::new();
        for n in 0..CAPACITY {
            cache.put(&format!("k{n}"), Arc::new(n), NOW);
        }
        cache.put("new", Arc::new(0), NOW + MAX_AGE);
        assert_eq!(cache.entries().by_key.len(), 1);
    }

    #[test]
    fn a_panic_while_it_is_locked_does_not_spread() {
        let cache = std::sync::Arc::new(Cache::new());
        cache.put("a", Arc::new(1), NOW);
        let other = std::sync::Arc::clone(&cache);
        let panicked = std::thread::spawn(move || {
            let _held = other.entries();
            panic!("while it is locked");
        });
        assert!(panicked.join().is_err());
        assert_eq!(cache.get("a", NOW), Some(Arc::new(1)));
    }
}
