//! Accounts, sessions and their audit, on every store alike.

use std::time::Duration;

use domain::identity::{EmailAddress, PersonName, Role, Status};
use domain::ids::PrincipalId;
use domain::time::Timestamp;
use persistence::any::Any;
use persistence::identity::{
    Account, AccountFilter, Accounts, Audited, Changed, Created, Description, NewAccount, NewSession, Page,
    Rotated, Rotation,
};
use persistence::journal::{Fingerprint, RequestId, RequestKey};

use crate::bed::{Bed, on_every_store};

on_every_store! {
    an_address_belongs_to_one_account,
    a_repeated_request_makes_one_account,
    a_list_shows_who_was_sought_page_by_page,
    a_change_of_role_or_status_voids_tokens_and_is_audited,
    the_last_administrator_stays,
    two_administrators_do_not_remove_each_other,
    the_first_administrator_is_made_once,
    an_account_that_was_closed_says_nothing_and_frees_its_address,
    a_refresh_token_is_good_once,
    a_stolen_refresh_token_ends_its_session,
    whoever_asks_at_once_gets_one_successor,
    sessions_are_listed_and_ended,
    what_became_void_is_told_to_everybody,
    a_new_password_ends_other_sessions,
    what_is_long_over_is_forgotten,
}

fn at(secs: u64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000).unwrap() + Duration::from_secs(secs)
}

fn id(name: &str) -> PrincipalId {
    name.parse().unwrap()
}

/// Who does what, at a second.
struct Clerk(PrincipalId);

impl Clerk {
    fn new() -> Self {
        Self(id("clerk"))
    }

    fn at(&self, secs: u64) -> Audited<'_> {
        Audited { actor: &self.0, at: at(secs), request: "a-request" }
    }
}

fn email(name: &str) -> EmailAddress {
    format!("{name}@example.com").parse().unwrap()
}

async fn wish(
    people: &Accounts,
    name: &str,
    role: Role,
    request: Option<RequestKey>,
    is_first_admin: bool,
) -> Created {
    wish_at(people, (name, 0), role, request, is_first_admin).await
}

async fn wish_at(
    people: &Accounts,
    (name, secs): (&str, u64),
    role: Role,
    request: Option<RequestKey>,
    is_first_admin: bool,
) -> Created {
    let names: [PersonName; 2] = [name.parse().unwrap(), "Müller_100%".parse().unwrap()];
    let (id, email) = (id(&format!("usr_{name}")), email(name));
    let description = Description { email: &email, first_name: &names[0], last_name: &names[1] };
    let new = NewAccount { id: &id, description, password: "$phc$", role, is_first_admin, request };
    people.create(&new, &Clerk::new().at(secs)).await.unwrap()
}

async fn made(people: &Accounts, name: &str, role: Role) -> Account {
    match wish(people, name, role, None, false).await {
        Created::Made(account) => account,
        other => panic!("{other:?}"),
    }
}

fn done(changed: Changed) -> Account {
    match changed {
        Changed::Done(account) => account,
        other => panic!("{other:?}"),
    }
}

fn people<B: Bed<Reader = Any>>(bed: &B) -> Accounts {
    bed.reader().people()
}

async fn an_address_belongs_to_one_account<B: Bed<Reader = Any>>(bed: B) {
    let people = people(&bed);
    let ann = made(&people, "ann", Role::Customer).await;
    assert_eq!((ann.ver, ann.status, ann.created), (1, Status::Active, at(0)));
    assert_eq!(people.account(&ann.id).await.unwrap(), Some(ann.clone()));
    let found = people.credentials(&email("ann")).await.unwrap().unwrap();
    assert_eq!((found.account, found.password.as_str()), (ann.clone(), "$phc$"));
    assert_eq!(wish(&people, "ann", Role::Customer, None, false).await, Created::EmailTaken);
    assert!(people.credentials(&email("bob")).await.unwrap().is_none());
    let bob = made(&people, "bob", Role::TravelAgent).await;
    let (first, last): (PersonName, PersonName) = ("Bobby".parse().unwrap(), "Tables".parse().unwrap());
    let clerk = Clerk::new();
    let taken = Description { email: &email("ann"), first_name: &first, last_name: &last };
    assert_eq!(people.describe(&bob.id, &taken, &clerk.at(1)).await.unwrap(), Changed::EmailTaken);
    let free = Description { email: &email("bobby"), ..taken };
    let bobby = done(people.describe(&bob.id, &free, &clerk.at(2)).await.unwrap());
    assert_eq!((bobby.email.as_str(), bobby.last_name.as_str()), ("bobby@example.com", "Tables"));
    assert!(people.customer_of(&email("bobby")).await.unwrap().is_none(), "agents are no customers");
    assert_eq!(people.customer_of(&email("ann")).await.unwrap(), Some(ann));
    let audit = people.audit_of(&bob.id, 10).await.unwrap();
    assert_eq!(audit[1].detail, "email firstName lastName", "which fields, and never what they say");
}

async fn a_repeated_request_makes_one_account<B: Bed<Reader = Any>>(bed: B) {
    let people = people(&bed);
    let key = |fingerprint| {
        Some(RequestKey { id: RequestId::new([7; 16]), fingerprint: Fingerprint::new([fingerprint; 16]) })
    };
    let Created::Made(ann) = wish(&people, "ann", Role::Customer, key(1), false).await else { panic!() };
    assert_eq!(wish(&people, "ann", Role::Customer, key(1), false).await, Created::Replayed(ann));
    assert_eq!(wish(&people, "bob", Role::Customer, key(2), false).await, Created::KeyReused);
    let all = people.accounts(&AccountFilter::default(), Page { number: 1, limit: 10 }).await.unwrap();
    assert_eq!(all.1, 1);
}

async fn a_list_shows_who_was_sought_page_by_page<B: Bed<Reader = Any>>(bed: B) {
    let people = people(&bed);
    for (secs, name) in ["ann", "bob", "cleo", "dan", "eve"].iter().enumerate() {
        let role = if secs % 2 == 0 { Role::Customer } else { Role::TravelAgent };
        let made = wish_at(&people, (name, secs as u64), role, None, false).await;
        assert!(matches!(made, Created::Made(_)), "{made:?}");
    }
    let clerk = Clerk::new();
    done(people.set_status(&id("usr_cleo"), Status::Suspended, &clerk.at(9)).await.unwrap());
    let names = async |search: &str, role, status, number| {
        let search = Some(search.to_owned()).filter(|search| !search.is_empty());
        let filter = AccountFilter { search, role, status };
        let (found, all) = people.accounts(&filter, Page { number, limit: 2 }).await.unwrap();
        (found.into_iter().map(|account| account.first_name).collect::<Vec<_>>().join(" "), all)
    };
    for (search, role, status, page, expected) in [
        ("", None, None, 1, ("eve dan", 5)),
        ("", None, None, 3, ("ann", 5)),
        ("", None, None, 4, ("", 5)),
        ("ANN", None, None, 1, ("ann", 1)),
        ("@example", Some(Role::TravelAgent), None, 1, ("dan bob", 2)),
        ("", None, Some(Status::Suspended), 1, ("cleo", 1)),
        ("müller_100%", None, None, 2, ("cleo bob", 5)),
        ("MÜLLER", None, None, 2, ("cleo bob", 5)),
        ("müller_1000", None, None, 1, ("", 0)),
        ("m%r", None, None, 1, ("", 0)),
        ("\\", None, None, 1, ("", 0)),
        ("' or 1=1 --", None, None, 1, ("", 0)),
    ] {
        let (found, all) = names(search, role, status, page).await;
        assert_eq!((found.as_str(), all), expected, "{search} {role:?} {status:?} {page}");
    }
    let kinds = people.account_kinds(at(3)).await.unwrap();
    let kinds: Vec<_> = kinds.iter().map(|kind| (kind.role, kind.status, kind.count, kind.recent)).collect();
    assert_eq!(
        kinds,
        [
            (Role::Customer, Status::Active, 2, 1),
            (Role::Customer, Status::Suspended, 1, 0),
            (Role::TravelAgent, Status::Active, 2, 1),
        ]
    );
}

async fn a_change_of_role_or_status_voids_tokens_and_is_audited<B: Bed<Reader = Any>>(bed: B) {
    let (people, clerk) = (people(&bed), Clerk::new());
    let ann = made(&people, "ann", Role::Customer).await;
    let agent = done(people.set_role(&ann.id, Role::TravelAgent, false, &clerk.at(5)).await.unwrap());
    assert_eq!((agent.role, agent.ver, agent.changed), (Role::TravelAgent, 2, at(5)));
    let again = people.set_role(&ann.id, Role::TravelAgent, false, &clerk.at(6)).await.unwrap();
    assert_eq!(again, Changed::AlreadySo(agent));
    let suspended = done(people.set_status(&ann.id, Status::Suspended, &clerk.at(7)).await.unwrap());
    assert_eq!((suspended.status, suspended.ver), (Status::Suspended, 3));
    let nobody = id("usr_nobody");
    assert_eq!(people.set_role(&nobody, Role::Admin, false, &clerk.at(8)).await.unwrap(), Changed::Unknown);
    assert_eq!(people.set_status(&nobody, Status::Closed, &clerk.at(8)).await.unwrap(), Changed::Unknown);
    let audit = people.audit_of(&ann.id, 10).await.unwrap();
    let told: Vec<_> = audit.iter().map(|line| (line.action.as_str(), line.detail.as_str())).collect();
    assert_eq!(
        told,
        [
            ("account-made", "CUSTOMER"),
            ("role-set", "CUSTOMER to TRAVEL_AGENT"),
            ("status-set", "ACTIVE to SUSPENDED"),
        ]
    );
    assert!(audit.iter().all(|line| line.actor == clerk.0 && line.request == "a-request"));
    assert_eq!(audit[1].at, at(5));
}

async fn the_last_administrator_stays<B: Bed<Reader = Any>>(bed: B) {
    let (people, clerk) = (people(&bed), Clerk::new());
    let root = made(&people, "root", Role::Admin).await;
    let by = clerk.at(1);
    assert_eq!(people.set_role(&root.id, Role::Customer, false, &by).await.unwrap(), Changed::LastAdmin);
    assert_eq!(people.set_status(&root.id, Status::Suspended, &by).await.unwrap(), Changed::LastAdmin);
    assert_eq!(people.close(&root.id, &by).await.unwrap(), Changed::LastAdmin);
    let other = made(&people, "other", Role::Admin).await;
    done(people.set_status(&other.id, Status::Suspended, &by).await.unwrap());
    assert_eq!(people.close(&root.id, &by).await.unwrap(), Changed::LastAdmin, "the other one is suspended");
    done(people.set_status(&other.id, Status::Active, &by).await.unwrap());
    done(people.close(&root.id, &by).await.unwrap());
}

async fn two_administrators_do_not_remove_each_other<B: Bed<Reader = Any>>(bed: B) {
    let (people, clerk) = (people(&bed), Clerk::new());
    let by = clerk.at(1);
    let mut left = made(&people, "root", Role::Admin).await;
    for round in 0..10 {
        let other = made(&people, &format!("other{round}"), Role::Admin).await;
        let (first, second) = tokio::join!(
            people.set_role(&left.id, Role::Customer, false, &by),
            people.set_role(&other.id, Role::Customer, false, &by),
        );
        let is_last = [first, second].map(|outcome| outcome.unwrap() == Changed::LastAdmin);
        assert_ne!(is_last[0], is_last[1], "one of them stays");
        left = if is_last[0] { left } else { other };
    }
}

async fn the_first_administrator_is_made_once<B: Bed<Reader = Any>>(bed: B) {
    let (people, clerk) = (people(&bed), Clerk::new());
    let ann = made(&people, "ann", Role::Customer).await;
    let wishes = (0..6).map(|number| {
        let people = people.clone();
        tokio::spawn(async move { wish(&people, &format!("root{number}"), Role::Admin, None, true).await })
    });
    let mut made = 0;
    for wish in wishes.collect::<Vec<_>>() {
        match wish.await.unwrap() {
            Created::Made(_) => made += 1,
            Created::AdminExists => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(made, 1);
    let promoted = people.set_role(&ann.id, Role::Admin, true, &clerk.at(1)).await.unwrap();
    assert_eq!(promoted, Changed::AdminExists);
    done(people.set_role(&ann.id, Role::Admin, false, &clerk.at(1)).await.unwrap());
}

async fn an_account_that_was_closed_says_nothing_and_frees_its_address<B: Bed<Reader = Any>>(bed: B) {
    let (people, clerk) = (people(&bed), Clerk::new());
    let ann = made(&people, "ann", Role::Customer).await;
    signed_in(&people, &ann, "s1", 1).await;
    let closed = done(people.close(&ann.id, &clerk.at(2)).await.unwrap());
    assert!(closed.is_erased() && closed.first_name.is_empty() && closed.ver == 2);
    assert!(people.credentials(&email("ann")).await.unwrap().is_none());
    assert!(people.sessions_of(&ann.id, at(2)).await.unwrap().is_empty());
    for outcome in [
        people.close(&ann.id, &clerk.at(3)).await.unwrap(),
        people.set_status(&ann.id, Status::Active, &clerk.at(3)).await.unwrap(),
        people.set_role(&ann.id, Role::Admin, false, &clerk.at(3)).await.unwrap(),
    ] {
        assert_eq!(outcome, Changed::Unknown);
    }
    let all = AccountFilter::default();
    assert_eq!(people.accounts(&all, Page { number: 1, limit: 10 }).await.unwrap().1, 0);
    let names: [PersonName; 2] = ["Ann".parse().unwrap(), "Other".parse().unwrap()];
    let description = Description { email: &email("ann"), first_name: &names[0], last_name: &names[1] };
    let other = id("usr_other");
    let new = NewAccount {
        id: &other,
        description,
        password: "$",
        role: Role::Customer,
        is_first_admin: false,
        request: None,
    };
    assert!(matches!(people.create(&new, &clerk.at(4)).await.unwrap(), Created::Made(_)));
}

fn digest(number: u8) -> [u8; 32] {
    [number; 32]
}

/// Opens a session whose first refresh token is number 1.
async fn signed_in(people: &Accounts, account: &Account, sid: &str, token: u8) {
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
    assert_eq!(people.revoked_since(at(0)).await.unwrap(), persistence::identity::Revoked::default());
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
    assert_eq!(people.sweep_sessions(at(month + 1_001), 100).await.unwrap(), 2, "a session and its token");
    assert!(people.standing(&ann.id, "s1", at(0)).await.unwrap().is_none());
    assert!(people.standing(&ann.id, "s2", at(0)).await.unwrap().is_some());
}
