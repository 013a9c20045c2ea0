//! Every time a case waits for, in one place. A conformant store is far faster; these bound one that hangs.

use std::time::Duration;

/// One whole case.
pub const CASE: Duration = Duration::from_secs(60);
/// A property suite, all its sequences and shrinking together.
pub const PROPERTY: Duration = Duration::from_secs(240);
/// Opening or closing a store.
pub const OPEN: Duration = Duration::from_secs(60);
/// One event of a watch, from the change that causes it.
pub const EVENT: Duration = Duration::from_secs(10);
/// One event while a failing sequence is made smaller. What is found is confirmed with the full deadline.
pub const EVENT_WHILE_SHRINKING: Duration = Duration::from_millis(1500);
/// Making a failing sequence smaller, all of it.
pub const SHRINK: Duration = Duration::from_secs(90);
/// A store and all that watch it are at work again after everything that broke was healed.
pub const RECOVERY: Duration = Duration::from_secs(30);
/// The end of a watch, from what ends it.
pub const END: Duration = Duration::from_secs(5);
/// The expiry of an object that was stored for one second; backends may round up and sweep late.
pub const EXPIRY: Duration = Duration::from_secs(30);
/// How long a watch may take to answer a request for progress before it is asked again: servers may drop a request that
/// comes too early.
pub const PROGRESS: Duration = Duration::from_millis(250);
