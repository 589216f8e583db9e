//! Accounts and their audit, on every store alike.

use std::time::Duration;

use domain::identity::{EmailAddress, PersonName, Role, Status};
use domain::ids::PrincipalId;
use domain::time::Timestamp;
use persistence::any::Any;
use persistence::identity::{
    Account, AccountFilter, Accounts, Audited, Changed, Created, Description, NewAccount, Page, Redescription,
};
use persistence::journal::{Fingerprint, RequestId, RequestKey};
use sqlx::ConnectOptions as _;

use crate::bed::{Bed, on_every_store};
use crate::sessions::signed_in;

on_every_store! {
    an_address_belongs_to_one_account,
    of_two_who_change_an_account_at_once_neither_undoes_the_other,
    a_repeated_request_makes_one_account,
    a_list_shows_who_was_sought_page_by_page,
    a_change_of_role_or_status_voids_tokens_and_is_audited,
    the_last_administrator_stays,
    two_administrators_do_not_remove_each_other,
    the_first_administrator_is_made_once,
    an_account_that_was_closed_says_nothing_and_frees_its_address,
}

pub fn at(secs: u64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000).unwrap() + Duration::from_secs(secs)
}

pub fn id(name: &str) -> PrincipalId {
    name.parse().unwrap()
}

/// Who does what, at a second.
pub struct Clerk(pub PrincipalId);

impl Clerk {
    pub fn new() -> Self {
        Self(id("clerk"))
    }

    pub fn at(&self, secs: u64) -> Audited<'_> {
        Audited { actor: &self.0, at: at(secs), request: "a-request" }
    }
}

pub fn email(name: &str) -> EmailAddress {
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

pub async fn made(people: &Accounts, name: &str, role: Role) -> Account {
    match wish(people, name, role, None, false).await {
        Created::Made(account) => account,
        other => panic!("{other:?}"),
    }
}

pub fn done(changed: Changed) -> Account {
    match changed {
        Changed::Done(account) => account,
        other => panic!("{other:?}"),
    }
}

pub fn people<B: Bed<Reader = Any>>(bed: &B) -> Accounts {
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
    let (anns, bobbys) = (email("ann"), email("bobby"));
    let taken = Redescription { email: Some(&anns), first_name: Some(&first), last_name: Some(&last) };
    assert_eq!(people.describe(&bob.id, &taken, &clerk.at(1)).await.unwrap(), Changed::EmailTaken);
    let free = Redescription { email: Some(&bobbys), ..taken };
    let bobby = done(people.describe(&bob.id, &free, &clerk.at(2)).await.unwrap());
    assert_eq!((bobby.email.as_str(), bobby.last_name.as_str()), ("bobby@example.com", "Tables"));
    assert!(people.customer_of(&email("bobby")).await.unwrap().is_none(), "agents are no customers");
    assert_eq!(people.customer_of(&email("ann")).await.unwrap(), Some(ann));
    let audit = people.audit_of(&bob.id, 10).await.unwrap();
    assert_eq!(audit[1].detail, "email firstName lastName", "which fields, and never what they say");
}

async fn of_two_who_change_an_account_at_once_neither_undoes_the_other<B: Bed<Reader = Any>>(bed: B) {
    let people = people(&bed);
    let ann = made(&people, "ann", Role::Customer).await;
    let clerk = Clerk::new();
    for round in 1..=25 {
        let name = |letter: char| format!("{letter}{}", "o".repeat(round)).parse::<PersonName>().unwrap();
        let (first, last) = (name('J'), name('D'));
        let first_only = Redescription { first_name: Some(&first), ..Redescription::default() };
        let last_only = Redescription { last_name: Some(&last), ..Redescription::default() };
        let by = clerk.at(1);
        let (one, other) = tokio::join!(
            people.describe(&ann.id, &first_only, &by),
            people.describe(&ann.id, &last_only, &by)
        );
        done(one.unwrap());
        done(other.unwrap());
        let found = people.account(&ann.id).await.unwrap().unwrap();
        let expected = (first.as_str(), last.as_str(), "ann@example.com");
        assert_eq!((found.first_name.as_str(), found.last_name.as_str(), found.email.as_str()), expected);
    }
    let sought = AccountFilter { search: Some(format!("J{}", "o".repeat(25))), ..AccountFilter::default() };
    let (found, _) = people.accounts(&sought, Page { number: 1, limit: 5 }).await.unwrap();
    assert_eq!(found.len(), 1, "whoever is renamed is found by the new name");
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

#[tokio::test]
async fn the_audit_only_grows_on_sqlite() {
    let directory = testbed::directory().unwrap();
    let store = persistence::sqlite::Sqlite::open(directory.path()).await.unwrap();
    made(&store.people(), "ann", Role::Customer).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(directory.path().join("aisle.db"));
    let mut connection = options.connect().await.unwrap();
    for text in ["update audit set actor = 'nobody'", "delete from audit"] {
        let refused = sqlx::query(text).execute(&mut connection).await.unwrap_err().to_string();
        assert!(refused.contains("only grows"), "{refused}");
    }
    assert_eq!(store.people().audit_of(&id("usr_ann"), 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_audit_only_grows_on_postgres() {
    let url = testbed::Postgres::shared().new_database().unwrap();
    let store = persistence::postgres::Postgres::open(&url).await.unwrap();
    made(&store.people(), "ann", Role::Customer).await;
    let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
    let mut connection = options.connect().await.unwrap();
    for text in ["update audit set actor = 'nobody'", "delete from audit", "truncate audit"] {
        let refused = sqlx::query(text).execute(&mut connection).await.unwrap_err().to_string();
        assert!(refused.contains("only grows"), "{refused}");
    }
    assert_eq!(store.people().audit_of(&id("usr_ann"), 10).await.unwrap().len(), 1);
}
