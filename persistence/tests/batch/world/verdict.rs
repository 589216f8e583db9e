//! What must hold, whatever happened.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::ids::Version;
use persistence::journal::{Activation, NotDurable, StoredRow, StreamId, Tables};

use super::{Handed, Kind, STREAMS, World};
use crate::language::key;

impl World {
    /// What it rests on is stored, and nobody else had written after that when it was acknowledged.
    pub(super) fn check_acknowledged(&self, ack: usize) {
        let Handed { stream: which, activation, kind, rests_on, .. } = &self.handed[ack];
        let id = &self.ids[*which];
        let rows = self.tables.rows(id);
        assert!(rows.len() >= *rests_on, "entry {ack} rests on rows that are not there");
        let mine = |row: &StoredRow| {
            // The body of a row is the number of its entry; a rival's has none.
            let serial = row.body.trim_matches(['[', ']']).parse::<usize>().ok();
            serial.is_some_and(|serial| self.handed[serial].activation == *activation)
        };
        assert!(rows[*rests_on..].iter().all(mine), "entry {ack} rests on what was no longer so");
        match kind {
            Kind::Row(version, body) => assert_eq!(&*stored(&self.tables, id, *version), body.as_str()),
            Kind::Answer(request) => {
                let request = key(*request).id;
                assert!(self.tables.answer(id, request).is_some(), "entry {ack} is not stored");
            }
            Kind::Mark | Kind::Barrier => {}
        }
    }

    pub(super) fn check(&self) {
        self.check_fates();
        self.check_order();
        for which in 0..STREAMS.len() {
            self.check_stream(which);
        }
    }

    /// Everybody was told, and only who was told that nobody knows may find a row that was not acknowledged.
    fn check_fates(&self) {
        for (ack, handed) in self.handed.iter().enumerate() {
            let told = handed.told.unwrap_or_else(|| panic!("entry {ack} is lost: {handed:?}"));
            if let Kind::Row(version, body) = &handed.kind {
                let there = &*stored(&self.tables, &self.ids[handed.stream], *version) == body.as_str();
                match told {
                    Ok(()) => assert!(there, "entry {ack} is acknowledged and not there"),
                    Err(NotDurable::Unknown) => {}
                    Err(other) => assert!(!there, "entry {ack} is there and was told {other:?}"),
                }
            }
        }
    }

    /// Within one life the acknowledged come first: after the first that was lost, nothing counts.
    fn check_order(&self) {
        let mut lost: BTreeMap<(usize, Activation), usize> = BTreeMap::new();
        for (ack, handed) in self.handed.iter().enumerate() {
            let life = (handed.stream, handed.activation);
            match handed.told {
                Some(Err(_)) => {
                    lost.entry(life).or_insert(ack);
                }
                _ => assert_eq!(lost.get(&life), None, "entry {ack} counts and one before it does not"),
            }
        }
    }

    fn check_stream(&self, which: usize) {
        let rows = self.tables.rows(&self.ids[which]);
        let dense = rows.iter().zip(1..).all(|(row, version)| row.version == Version::new(version));
        assert!(dense, "the versions of {} have gaps", STREAMS[which]);
        let bodies: Vec<&str> = rows.iter().map(|row| row.body.as_ref()).collect();
        assert_eq!(self.owners[which].believed, bodies, "the owner of {} believes otherwise", STREAMS[which]);
    }
}

fn stored(tables: &Tables, stream: &StreamId, version: Version) -> Arc<str> {
    tables.row(stream, version).map_or_else(|| "".into(), |row| row.body.clone())
}
