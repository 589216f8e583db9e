//! People with accounts who have signed in.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use api::Role;
use domain::identity::{EmailAddress, PersonName, account_id};
use domain::ids::PrincipalId;
use persistence::identity::{Audited, Created, Description, NewAccount};
use serde_json::json;
use tokio::sync::OnceCell;

use crate::stage::{Answer, Stage};

/// Everybody's password here: the one that the interface's own examples paste.
pub const PASSWORD: &str = "Test123!";

/// Makes addresses differ.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Its hash, made once: a test makes many members.
static KEPT: OnceCell<String> = OnceCell::const_new();

/// Somebody who has signed in.
#[derive(Debug, Clone)]
pub struct Member {
    pub id: PrincipalId,
    pub email: String,
    pub access: String,
    pub refresh: String,
}

impl Member {
    pub fn path(&self) -> String {
        format!("/api/v1/users/{}", self.id)
    }
}

impl Stage {
    /// Somebody new with this role, signed in.
    pub async fn member(&self, role: Role) -> Member {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let email = format!("member{number}@example.com");
        let id = self.account(role, &email, &format!("Member{number}")).await;
        let answer = self.sign_in(&email, PASSWORD).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        Member { id, email, access: answer.text("accessToken"), refresh: answer.text("refreshToken") }
    }

    /// An account with this role, put into the store by nobody's leave.
    pub async fn account(&self, role: Role, email: &str, first: &str) -> PrincipalId {
        let hash = async || self.state.hasher.hash(PASSWORD).await.expect("a hash");
        let kept = KEPT.get_or_init(hash).await;
        self.account_with(role, (email, first), kept).await
    }

    /// The same, with a hash from somewhere else.
    pub async fn account_with(&self, role: Role, (email, first): (&str, &str), kept: &str) -> PrincipalId {
        let id = account_id(&format!("{:08x}", fastrand::u32(..))).expect("a name");
        let email: EmailAddress = email.parse().expect("an address");
        let (first, last): (PersonName, PersonName) =
            (first.parse().expect("a name"), "Example".parse().expect("a name"));
        let new = NewAccount {
            id: &id,
            description: Description { email: &email, first_name: &first, last_name: &last },
            password: kept,
            role,
            is_first_admin: false,
            request: None,
        };
        let at = actors::engine::clock::now() + Duration::ZERO;
        let by = Audited { actor: &id, at, request: "test" };
        let made = self.state.people.create(&new, &by).await.expect("a store");
        assert!(matches!(made, Created::Made(_)), "{made:?}");
        id
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Answer {
        let body = json!({ "email": email, "password": password });
        self.ask("POST", "/api/v1/auth/login").json(&body).send().await
    }

    /// Uses a refresh token.
    pub async fn renew(&self, token: &str) -> Answer {
        self.ask("POST", "/api/v1/auth/refresh").json(&json!({ "refreshToken": token })).send().await
    }

    /// Whether an access token opens a door.
    pub async fn opens(&self, token: &str) -> bool {
        let answer = self.ask("GET", "/api/v1/auth/profile").by(token).send().await;
        assert!(matches!(answer.status.as_u16(), 200 | 401), "{answer:?}");
        answer.status == 200
    }
}
