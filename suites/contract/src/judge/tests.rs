use storeproof_wire::mvccpb::{Event, KeyValue, event::EventType};

use super::{Change, History, Told, Watched, breaches};

/// Three keys through creation, update, deletion and creation, and a revision with two of them.
fn changes() -> Vec<Change> {
    let change = |revision, key: &'static str, value: Option<&'static str>| Change {
        revision,
        key: key.into(),
        value: value.map(Into::into),
    };
    vec![
        change(11, "w/a", Some("1")),
        change(12, "w/a", Some("2")),
        change(13, "w/b", Some("1")),
        change(14, "w/a", None),
        change(15, "w/a", Some("3")),
        change(15, "w/b", Some("2")),
        change(17, "w/c", Some("1")),
    ]
}

/// What a flawless watch from revision 12 tells of them, with a progress between.
fn sound() -> History {
    let mut history = History::new(changes(), Vec::new());
    let events: Vec<Event> = history
        .changes
        .iter()
        .map(|(change, before)| {
            let deleted = change.value.is_none();
            let created = before
                .as_ref()
                .map_or(change.revision, |before| before.create_revision);
            Event {
                r#type: i32::from(deleted),
                kv: Some(KeyValue {
                    key: change.key.clone(),
                    mod_revision: change.revision,
                    create_revision: if deleted { 0 } else { created },
                    value: change.value.clone().unwrap_or_default(),
                    ..KeyValue::default()
                }),
                prev_kv: before.clone(),
            }
        })
        .collect();
    assert_eq!(i32::from(EventType::Delete), 1);
    history.watches.push(Watched {
        name: "the watch".to_owned(),
        range: ("w/".into(), "w0".into()),
        start: 12,
        created: 13,
        told: vec![
            Told::Events(events[1..4].to_vec()),
            Told::Progress(14),
            Told::Events(events[4..6].to_vec()),
            Told::Progress(16),
            Told::Events(events[6..].to_vec()),
        ],
    });
    history
}

fn found(history: &History) -> Vec<&'static str> {
    let found = breaches(history);
    found.into_iter().map(|breach| breach.guarantee).collect()
}

fn events(watched: &mut Watched, message: usize) -> &mut Vec<Event> {
    match &mut watched.told[message] {
        Told::Events(events) => events,
        Told::Progress(_) => panic!("message {message} is none of events"),
    }
}

fn key_value(event: &mut Event) -> &mut KeyValue {
    event.kv.as_mut().expect("every event has one")
}

#[test]
fn a_sound_history_breaks_nothing() {
    assert_eq!(found(&sound()), Vec::<&str>::new());
}

#[test]
fn a_watch_from_now_owes_nothing_that_was_before() {
    let mut history = sound();
    let watched = &mut history.watches[0];
    (watched.start, watched.created) = (0, 13);
    events(watched, 0).drain(..2);
    assert_eq!(found(&history), Vec::<&str>::new());
    history.watches[0].created = 12;
    assert_eq!(found(&history), ["V-RELIABLE"]);
}

type Tampering = fn(&mut Watched);

/// What is done to the sound history, and every guarantee that it breaks.
const TAMPERED: &[(&str, Tampering, &[&str])] = &[
    (
        "a key outside of the range",
        |watched| watched.range.0 = "w/b".into(),
        &["V-FILTER", "V-RESUME", "V-RELIABLE"],
    ),
    (
        "two revisions the wrong way round",
        |watched| events(watched, 0).swap(1, 2),
        &["V-ORDER"],
    ),
    (
        "an event twice",
        |watched| {
            let twice = events(watched, 0)[1].clone();
            events(watched, 0).insert(1, twice);
        },
        &["V-UNIQUE"],
    ),
    (
        "a revision in two messages",
        |watched| {
            let second = events(watched, 2).remove(1);
            watched.told.insert(3, Told::Events(vec![second]));
        },
        &["V-ATOMIC"],
    ),
    (
        "progress before what it covers",
        |watched| watched.told.swap(2, 3),
        &["V-BOOKMARK"],
    ),
    (
        "progress that goes back",
        |watched| watched.told.push(Told::Progress(15)),
        &["V-BOOKMARK"],
    ),
    (
        "a later beginning",
        |watched| drop(events(watched, 0).remove(0)),
        &["V-RESUME", "V-RELIABLE"],
    ),
    (
        "a creation that looks like an update",
        |watched| key_value(&mut events(watched, 4)[0]).create_revision = 3,
        &["V-CREATE"],
    ),
    (
        "an update that looks like a creation",
        |watched| {
            let kv = key_value(&mut events(watched, 0)[0]);
            kv.create_revision = kv.mod_revision;
        },
        &["V-CREATE"],
    ),
    (
        "a gap before progress",
        |watched| drop(events(watched, 0).pop()),
        &["V-RELIABLE"],
    ),
    (
        "half a revision",
        |watched| drop(events(watched, 2).pop()),
        &["V-RELIABLE"],
    ),
    (
        "another value",
        |watched| key_value(&mut events(watched, 0)[0]).value = "9".into(),
        &["V-RELIABLE"],
    ),
    (
        "nothing of what was before",
        |watched| events(watched, 0)[2].prev_kv = None,
        &["V-PREVKV"],
    ),
    (
        "something before a creation",
        |watched| events(watched, 4)[0].prev_kv = Some(KeyValue::default()),
        &["V-PREVKV"],
    ),
];

#[test]
fn whatever_is_tampered_with_is_found() {
    for (what, tamper, expected) in TAMPERED {
        let mut history = sound();
        tamper(&mut history.watches[0]);
        assert_eq!(&found(&history), expected, "{what}");
    }
}
