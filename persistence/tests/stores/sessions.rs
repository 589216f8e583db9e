//! Sign-ins and their refresh tokens, on every store alike.

use domain::identity::{Role, Status};
use persistence::any::Any;
use persistence::identity::{Account, Accounts, Audited, NewSession, Revoked, Rotated, Rotation};
use persistence::journal::Outcome;
use persistence::store::Store as _;

use crate::bed::{Bed, NODE, on_every_store};
use crate::identity::{Clerk, at, done, made, people};
use crate::samples::Owned;

on_every_store! {
    a_refresh_token_is_good_once,
    a_stolen_refresh_token_ends_its_session,
    whoever_asks_at_once_gets_one_successor,
    sessions_are_listed_and_ended,
    what_became_void_is_told_to_everybody,
    a_new_password_ends_other_sessions,
    what_is_long_over_is_forgotten,
    accounts_and_the_journal_write_side_by_side,
}

fn digest(number: u8) -> [u8; 32] {
    [number; 32]
}

/// Opens a session whose first refresh token is number 1.
pub async fn signed_in(people: &Accounts, account: &Account, sid: &str, token: u8) {
    let new = NewSession {
        sid,
        account: &account.id,
        client: "a test",
        expires: at(1_000),
        digest: &digest(token),
    };
    let by = Audited { actor: &account.id, at: at(0), request: "sign-in" };
    assert!(people.open_session(&new, &by).await.unwrap().is_empty());
}

/// Uses token `old` at a second, as `client`; `new` takes its place.
async fn used(people: &Accounts, (old, new): (u8, u8), client: u8, secs: u64) -> Rotated {
    let rotation = Rotation {
        digest: &digest(old),
        successor: &digest(new),
        salt: &digest(new),
        client: &digest(client),
        at: at(secs),
        expires: at(secs + 1_000),
        request: "refresh",
    };
    people.rotate(&rotation).await.unwrap()
}

async fn a_refresh_token_is_good_once<B: Bed<Reader = Any>>(bed: B) {
    let people = people(&bed);
    let ann = made(&people, "ann", Role::Customer).await;
    signed_in(&people, &ann, "s1", 1).await;
    let Rotated::Done(standing) = used(&people, (1, 2), 9, 100).await else { panic!() };
    assert_eq!((standing.sid.as_str(), standing.role, standing.ver), ("s1", Role::Customer, 1));
    let again = used(&people, (1, 3), 9, 110).await;
    assert!(matches!(&again, Rotated::Again(_, salt) if *salt == digest(2)), "a lost answer: {again:?}");
    assert!(matches!(used(&people, (2, 4), 9, 900).await, Rotated::Done(_)));
    assert!(matches!(used(&people, (4, 5), 9, 1_800).await, Rotated::Done(_)), "each use moves its end");
    assert_eq!(used(&people, (77, 6), 9, 101).await, Rotated::Unknown);
    assert_eq!(used(&people, (5, 7), 9, 3_000).await, Rotated::Over, "nobody used it for too long");
}

async fn a_stolen_refresh_token_ends_its_session<B: Bed<Reader = Any>>(bed: B) {
    let people = people(&bed);
    let ann = made(&people, "ann", Role::Customer).await;
    for (case, (client, secs)) in [(1_u8, (8, 101)), (11, (9, 111)), (21, (8, 500))] {
        let sid = format!("s{case}");
        signed_in(&people, &ann, &sid, case).await;
        assert!(matches!(used(&people, (case, case + 1), 9, 100).await, Rotated::Done(_)));
        let reused = used(&people, (case, case + 2), client, secs).await;
        assert!(matches!(&reused, Rotated::Reused(standing) if standing.sid == sid), "{case}: {reused:?}");
        assert_eq!(used(&people, (case + 1, case + 3), 9, secs).await, Rotated::Over, "both ends are dead");
        let standing = people.standing(&ann.id, &sid, at(secs)).await.unwrap().unwrap();
        assert!(!standing.is_open);
    }
    let audit = people.audit_of(&ann.id, 20).await.unwrap();
    assert_eq!(audit.iter().filter(|line| line.action == "refresh-reused").count(), 3);
}

async fn whoever_asks_at_once_gets_one_successor<B: Bed<Reader = Any>>(bed: B) {
    let people = people(&bed);
    let ann = made(&people, "ann", Role::Customer).await;
    signed_in(&people, &ann, "s1", 1).await;
    let asked = (0..8_u8).map(|number| {
        let people = people.clone();
        tokio::spawn(async move { (number, used(&people, (1, 100 + number), 9, 100).await) })
    });
    let (mut successors, mut agains) = (Vec::new(), Vec::new());
    for asked in asked.collect::<Vec<_>>() {
        match asked.await.unwrap() {
            (number, Rotated::Done(_)) => successors.push(digest(100 + number)),
            (_, Rotated::Again(_, salt)) => agains.push(salt),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((successors.len(), agains.len()), (1, 7));
    assert!(agains.iter().all(|salt| *salt == successors[0]));
}

async fn sessions_are_listed_and_ended<B: Bed<Reader = Any>>(bed: B) {
    let people = people(&bed);
    let (ann, bob) = (made(&people, "ann", Role::Customer).await, made(&people, "bob", Role::Customer).await);
    for (sid, token) in [("s1", 1), ("s2", 2), ("s3", 3)] {
        signed_in(&people, &ann, sid, token).await;
    }
    assert!(matches!(used(&people, (2, 20), 9, 50).await, Rotated::Done(_)));
    let sids = async || {
        let sessions = people.sessions_of(&ann.id, at(60)).await.unwrap();
        sessions.into_iter().map(|session| session.sid).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(sids().await, "s2 s1 s3");
    let by = Audited { actor: &bob.id, at: at(61), request: "r" };
    assert!(!people.end_session(&bob.id, "s1", &by).await.unwrap(), "it is somebody else's");
    let by = Audited { actor: &ann.id, ..by };
    assert!(people.end_session(&ann.id, "s1", &by).await.unwrap());
    assert!(!people.end_session(&ann.id, "s1", &by).await.unwrap());
    assert_eq!(sids().await, "s2 s3");
    let after = people.end_all_sessions(&ann.id, &by).await.unwrap().unwrap();
    assert_eq!((after.ver, sids().await.as_str()), (2, ""));
    assert_eq!(used(&people, (20, 21), 9, 62).await, Rotated::Over);
    assert!(people.standing(&bob.id, "s2", at(60)).await.unwrap().is_none(), "it is somebody else's");
    for number in 0..51_u8 {
        let sid = format!("many{number}");
        let (client, digest) = ("a test", [number, 200].repeat(16));
        let digest: &[u8; 32] = digest.as_slice().try_into().unwrap();
        let new = NewSession { sid: &sid, account: &ann.id, client, expires: at(1_000), digest };
        let by = Audited { at: at(100 + u64::from(number)), ..by };
        let ended = people.open_session(&new, &by).await.unwrap();
        assert_eq!(ended, if number == 50 { vec!["many0".to_owned()] } else { vec![] });
    }
}

async fn what_became_void_is_told_to_everybody<B: Bed<Reader = Any>>(bed: B) {
    let (people, clerk) = (people(&bed), Clerk::new());
    let (ann, bob) = (made(&people, "ann", Role::Customer).await, made(&people, "bob", Role::Customer).await);
    signed_in(&people, &ann, "s1", 1).await;
    signed_in(&people, &bob, "s2", 2).await;
    assert_eq!(people.revoked_since(at(0)).await.unwrap(), Revoked::default());
    people.end_session(&ann.id, "s1", &clerk.at(10)).await.unwrap();
    done(people.set_status(&bob.id, Status::Suspended, &clerk.at(20)).await.unwrap());
    let since = async |secs| {
        let revoked = people.revoked_since(at(secs)).await.unwrap();
        let sessions = revoked.sessions.iter().map(|(account, sid)| format!("{sid} of {account}"));
        (sessions.collect::<Vec<_>>().join(", "), revoked.accounts)
    };
    assert_eq!(since(0).await, ("s1 of usr_ann, s2 of usr_bob".to_owned(), vec![(bob.id.clone(), 2)]));
    assert_eq!(since(11).await, ("s2 of usr_bob".to_owned(), vec![(bob.id.clone(), 2)]));
    assert_eq!(since(21).await, (String::new(), vec![]));
    // More than one page of them, all at the same instant.
    for number in 0..1_100_u16 {
        let [high, low] = number.to_be_bytes();
        let (sid, digest) = (format!("page{number}"), [high, low, 0, 9].repeat(8));
        let digest: &[u8; 32] = digest.as_slice().try_into().unwrap();
        let new = NewSession { sid: &sid, account: &ann.id, client: "a test", expires: at(1_000), digest };
        people.open_session(&new, &clerk.at(25)).await.unwrap();
    }
    people.end_all_sessions(&ann.id, &clerk.at(25)).await.unwrap();
    assert_eq!(people.revoked_since(at(25)).await.unwrap().sessions.len(), 1_100);
    assert_eq!(used(&people, (2, 3), 9, 30).await, Rotated::Over);
}

async fn a_new_password_ends_other_sessions<B: Bed<Reader = Any>>(bed: B) {
    let people = people(&bed);
    let ann = made(&people, "ann", Role::Customer).await;
    signed_in(&people, &ann, "here", 1).await;
    signed_in(&people, &ann, "there", 2).await;
    let by = Audited { actor: &ann.id, at: at(5), request: "r" };
    let stale = people.set_password(&ann.id, ("$older$", "$new$"), "here", &by).await.unwrap();
    assert!(stale.is_none(), "somebody else has changed it meanwhile");
    let changed = people.set_password(&ann.id, ("$phc$", "$new$"), "here", &by).await.unwrap().unwrap();
    assert_eq!(changed.ver, 2);
    let sessions = people.sessions_of(&ann.id, at(5)).await.unwrap();
    assert_eq!(sessions.iter().map(|session| session.sid.as_str()).collect::<Vec<_>>(), ["here"]);
    people.rehash(&ann.id, "$phc$", "$stale$", &by).await.unwrap();
    assert_eq!(people.password(&ann.id).await.unwrap().as_deref(), Some("$new$"));
    people.rehash(&ann.id, "$new$", "$stronger$", &by).await.unwrap();
    assert_eq!(people.password(&ann.id).await.unwrap().as_deref(), Some("$stronger$"));
    assert_eq!(people.account(&ann.id).await.unwrap().unwrap().ver, 2, "it is the same password");
}

async fn what_is_long_over_is_forgotten<B: Bed<Reader = Any>>(bed: B) {
    let people = people(&bed);
    let ann = made(&people, "ann", Role::Customer).await;
    signed_in(&people, &ann, "s1", 1).await;
    signed_in(&people, &ann, "s2", 2).await;
    let month = 30 * 24 * 3_600;
    assert!(matches!(used(&people, (2, 3), 9, 900).await, Rotated::Done(_)));
    assert_eq!(people.sweep_sessions(at(month), 100).await.unwrap(), 0);
    let swept = people.sweep_sessions(at(month + 1_001), 100).await.unwrap();
    assert_eq!(swept, 3, "a session, its token, and a used one of the other");
    assert!(people.standing(&ann.id, "s1", at(0)).await.unwrap().is_none());
    assert!(people.standing(&ann.id, "s2", at(0)).await.unwrap().is_some());
}

async fn accounts_and_the_journal_write_side_by_side<B: Bed<Reader = Any>>(bed: B) {
    let people = people(&bed);
    let ann = made(&people, "ann", Role::Customer).await;
    let floods = (0..4_u8).map(|flood| {
        let (people, ann) = (people.clone(), ann.clone());
        tokio::spawn(async move {
            for number in 0..25_u8 {
                let (sid, digest) = (format!("flood{flood}-{number}"), [flood, number, 7, 7].repeat(8));
                let digest: &[u8; 32] = digest.as_slice().try_into().unwrap();
                let new =
                    NewSession { sid: &sid, account: &ann.id, client: "a flood", expires: at(1_000), digest };
                let by = Audited { actor: &ann.id, at: at(1), request: "flood" };
                people.open_session(&new, &by).await.unwrap();
            }
        })
    });
    let floods: Vec<_> = floods.collect();
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    for version in 1..=100 {
        let outcome = lane.commit(&owned.rows(&[(0, version)])).await.unwrap();
        assert_eq!(outcome, Outcome::Committed, "{version}");
    }
    for flood in floods {
        flood.await.unwrap();
    }
    let opened = people.audit_of(&ann.id, 200).await.unwrap();
    assert_eq!(opened.iter().filter(|line| line.action == "signed-in").count(), 100);
}
