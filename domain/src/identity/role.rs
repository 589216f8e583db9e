//! Roles: what a principal may do, in one word.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a principal may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// Books for themselves.
    Customer,
    /// Runs the airline's flights, and books for others.
    AirlineAgent,
    /// Books for others.
    TravelAgent,
    /// Sees everything, changes nothing.
    BusinessOwner,
    /// May everything.
    Admin,
}

/// A text that names no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it must be CUSTOMER, AIRLINE_AGENT, TRAVEL_AGENT, BUSINESS_OWNER or ADMIN")]
pub struct UnknownRole;

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] =
        [Self::Customer, Self::AirlineAgent, Self::TravelAgent, Self::BusinessOwner, Self::Admin];

    /// As it is written everywhere.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "CUSTOMER",
            Self::AirlineAgent => "AIRLINE_AGENT",
            Self::TravelAgent => "TRAVEL_AGENT",
            Self::BusinessOwner => "BUSINESS_OWNER",
            Self::Admin => "ADMIN",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;
    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownRole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_prints_so_that_it_parses_back_and_is_stored_so() {
        for role in Role::ALL {
            assert_eq!(role.to_string().parse(), Ok(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
        for text in ["", "admin", "ADMIN ", "ROOT"] {
            assert_eq!(text.parse::<Role>(), Err(UnknownRole), "{text}");
        }
    }
}
