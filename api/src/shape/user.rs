//! Accounts, as their owners and those who run the house see them.

use std::collections::BTreeMap;

use domain::identity::{Role, Status};
use persistence::identity::{Account, AccountKind};
use serde::Serialize;
use utoipa::ToSchema;

/// An account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Its name; the subject of its tokens.
    #[schema(example = "usr_v2cJ0oQ2Yy1Xl0kCw1m8Qz7R")]
    pub id: String,
    /// By which its owner signs in.
    #[schema(example = "test@example.com")]
    pub email: String,
    /// What they are called.
    #[schema(example = "John")]
    pub first_name: String,
    /// And their family.
    #[schema(example = "Doe")]
    pub last_name: String,
    /// `CUSTOMER`, `AIRLINE_AGENT`, `TRAVEL_AGENT`, `BUSINESS_OWNER` or `ADMIN`.
    #[schema(value_type = String, example = "CUSTOMER")]
    pub role: Role,
    /// `ACTIVE`, `SUSPENDED` or `CLOSED`.
    #[schema(value_type = String, example = "ACTIVE")]
    pub status: Status,
    /// When it was made; RFC 3339.
    #[schema(example = "2026-12-01T12:00:00.000Z")]
    pub created_at: String,
    /// When it was last changed; RFC 3339.
    #[schema(example = "2026-12-01T12:00:00.000Z")]
    pub updated_at: String,
}

/// A page of accounts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Users {
    /// The accounts, the latest first.
    pub data: Vec<User>,
    /// Which page it is.
    pub page: PageShown,
}

/// Which page of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageShown {
    /// Its number, from 1.
    #[schema(example = 1)]
    pub number: u32,
    /// Lines of one page.
    #[schema(example = 20)]
    pub limit: u32,
    /// Lines in all.
    #[schema(example = 1)]
    pub total: u64,
    /// Pages in all.
    #[schema(example = 1)]
    pub pages: u64,
}

/// A customer, as whoever books for others sees them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    /// For `customerId`.
    #[schema(example = "usr_v2cJ0oQ2Yy1Xl0kCw1m8Qz7R")]
    pub id: String,
    /// Their address, as it was asked for.
    #[schema(example = "test@example.com")]
    pub email: String,
    /// What they are called.
    #[schema(example = "John")]
    pub first_name: String,
    /// And their family.
    #[schema(example = "Doe")]
    pub last_name: String,
}

/// The customer of an address: one, or none.
#[derive(Debug, Serialize, ToSchema)]
pub struct Customers {
    /// The customer, if there is one.
    pub data: Vec<Customer>,
}

/// How many accounts there are.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserStats {
    /// In all.
    #[schema(example = 3)]
    pub total: u64,
    /// Made in the last thirty days.
    #[schema(example = 3)]
    pub new_last30_days: u64,
    /// Of each role.
    #[schema(example = json!({"ADMIN": 1, "CUSTOMER": 2}))]
    pub by_role: BTreeMap<&'static str, u64>,
    /// Of each status.
    #[schema(example = json!({"ACTIVE": 3}))]
    pub by_status: BTreeMap<&'static str, u64>,
}

impl User {
    /// The account as its owner sees it.
    #[must_use]
    pub fn of(account: &Account) -> Self {
        Self {
            id: account.id.to_string(),
            email: account.email.clone(),
            first_name: account.first_name.clone(),
            last_name: account.last_name.clone(),
            role: account.role,
            status: account.status,
            created_at: account.created.to_string(),
            updated_at: account.changed.to_string(),
        }
    }
}

impl Customer {
    /// What whoever books for them needs to know.
    #[must_use]
    pub fn of(account: Account) -> Self {
        Self {
            id: account.id.to_string(),
            email: account.email,
            first_name: account.first_name,
            last_name: account.last_name,
        }
    }
}

impl UserStats {
    /// The sums over all kinds.
    #[must_use]
    pub fn of(kinds: &[AccountKind]) -> Self {
        let mut stats = Self {
            total: 0,
            new_last30_days: 0,
            by_role: Role::ALL.iter().map(|role| (role.as_str(), 0)).collect(),
            by_status: Status::ALL.iter().map(|status| (status.as_str(), 0)).collect(),
        };
        for kind in kinds {
            stats.total += kind.count;
            stats.new_last30_days += kind.recent;
            *stats.by_role.entry(kind.role.as_str()).or_default() += kind.count;
            *stats.by_status.entry(kind.status.as_str()).or_default() += kind.count;
        }
        stats
    }
}
