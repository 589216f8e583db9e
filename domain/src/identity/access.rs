//! Who may do what to what.

use super::Role;
use crate::ids::PrincipalId;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Principal<'a> {
    /// The subject of the token.
    pub subject: &'a PrincipalId,
    /// The role of the token.
    pub role: Role,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// To look at it.
    Read,
    /// To make it.
    Create,
    /// To change what it says.
    Change,
    /// To take it away.
    Remove,
    /// To say which role somebody has from now on.
    Grant,
}

/// To what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource<'a> {
    /// A departure: its sale, its status, its blocks. Reading one is public and is not asked here.
    Departure,
    /// A hold of this principal. It is theirs alone: even administrators have no business with it.
    Hold(&'a PrincipalId),
    /// A booking of this customer, made by this principal.
    Booking {
        /// For whom.
        owner: &'a PrincipalId,
        /// By whom.
        made_by: &'a PrincipalId,
    },
    /// The account of this principal, as they see it themselves: profile, password, sign-ins.
    OwnAccount(&'a PrincipalId),
    /// The account of this principal, as those see it who run the house.
    Account(&'a PrincipalId),
    /// The list of accounts, and new ones.
    Accounts,
    /// The account that has an e-mail address, for whoever books for others.
    CustomerByEmail,
    /// Figures of the business.
    Figures,
    /// How the node is at this moment.
    Operations,
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// The role may not do this, to whichever it is.
    #[error("your role may not do this")]
    Forbidden,
    /// It is somebody else's. That it is there at all is nobody's business.
    #[error("there is nothing of that name for you")]
    Hidden,
    /// Nobody says what role they have themselves.
    #[error("nobody changes their own role; another administrator can")]
    OwnRole,
}

/// Whether `principal` may do `action` to `resource`. What no line here allows is denied.
///
/// # Errors
/// [`Denial::Hidden`] when it is somebody else's, [`Denial::Forbidden`] when the role may not.
pub fn authorize(principal: Principal<'_>, action: Action, resource: Resource<'_>) -> Result<(), Denial> {
    use Role::{Admin, AirlineAgent, BusinessOwner, Customer, TravelAgent};
    let Principal { subject, role } = principal;
    match resource {
        Resource::Departure => {
            allow(matches!(action, Action::Create | Action::Change) && matches!(role, AirlineAgent | Admin))
        }
        Resource::Hold(holder) => reveal(holder == subject && !matches!(action, Action::Grant)),
        Resource::Booking { owner, made_by } => {
            let sees = match role {
                Customer => owner == subject,
                AirlineAgent | TravelAgent => made_by == subject,
                BusinessOwner => matches!(action, Action::Read) || owner == subject,
                Admin => true,
            };
            reveal(sees && !matches!(action, Action::Grant))
        }
        Resource::OwnAccount(account) => reveal(account == subject && !matches!(action, Action::Grant)),
        Resource::Account(account) => match action {
            Action::Grant if account == subject => Err(Denial::OwnRole),
            Action::Read => allow(matches!(role, BusinessOwner | Admin)),
            Action::Grant | Action::Change | Action::Remove => allow(matches!(role, Admin)),
            Action::Create => Err(Denial::Forbidden),
        },
        Resource::Accounts => match action {
            Action::Read => allow(matches!(role, BusinessOwner | Admin)),
            Action::Create => allow(matches!(role, Admin)),
            Action::Change | Action::Remove | Action::Grant => Err(Denial::Forbidden),
        },
        Resource::CustomerByEmail => {
            allow(matches!(action, Action::Read) && matches!(role, AirlineAgent | TravelAgent | Admin))
        }
        Resource::Figures => allow(matches!(action, Action::Read) && matches!(role, BusinessOwner | Admin)),
        Resource::Operations => allow(matches!(action, Action::Read) && matches!(role, Admin)),
    }
}

const fn allow(may: bool) -> Result<(), Denial> {
    if may { Ok(()) } else { Err(Denial::Forbidden) }
}

const fn reveal(may: bool) -> Result<(), Denial> {
    if may { Ok(()) } else { Err(Denial::Hidden) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACTIONS: [Action; 5] =
        [Action::Read, Action::Create, Action::Change, Action::Remove, Action::Grant];

    /// How each role fares with an action: `y` may, `n` is forbidden, `-` learns nothing, `o` is their own role.
    /// In the order of [`Role::ALL`].
    fn fares(subject: &PrincipalId, action: Action, resource: Resource<'_>) -> String {
        let verdict = |role| match authorize(Principal { subject, role }, action, resource) {
            Ok(()) => 'y',
            Err(Denial::Forbidden) => 'n',
            Err(Denial::Hidden) => '-',
            Err(Denial::OwnRole) => 'o',
        };
        Role::ALL.into_iter().map(verdict).collect()
    }

    #[test]
    fn the_whole_table() {
        let (me, other): (PrincipalId, PrincipalId) = ("me".parse().unwrap(), "other".parse().unwrap());
        // For read, create, change, remove, grant; each for customer, airline's agent, travel agent, business
        // owner, administrator.
        let table = [
            (Resource::Departure, ["nnnnn", "nynny", "nynny", "nnnnn", "nnnnn"]),
            (Resource::Hold(&me), ["yyyyy", "yyyyy", "yyyyy", "yyyyy", "-----"]),
            (Resource::Hold(&other), ["-----", "-----", "-----", "-----", "-----"]),
            (
                Resource::Booking { owner: &me, made_by: &other },
                ["y--yy", "y--yy", "y--yy", "y--yy", "-----"],
            ),
            (
                Resource::Booking { owner: &other, made_by: &me },
                ["-yyyy", "-yy-y", "-yy-y", "-yy-y", "-----"],
            ),
            (
                Resource::Booking { owner: &other, made_by: &other },
                ["---yy", "----y", "----y", "----y", "-----"],
            ),
            (Resource::OwnAccount(&me), ["yyyyy", "yyyyy", "yyyyy", "yyyyy", "-----"]),
            (Resource::OwnAccount(&other), ["-----", "-----", "-----", "-----", "-----"]),
            (Resource::Account(&me), ["nnnyy", "nnnnn", "nnnny", "nnnny", "ooooo"]),
            (Resource::Account(&other), ["nnnyy", "nnnnn", "nnnny", "nnnny", "nnnny"]),
            (Resource::Accounts, ["nnnyy", "nnnny", "nnnnn", "nnnnn", "nnnnn"]),
            (Resource::CustomerByEmail, ["nyyny", "nnnnn", "nnnnn", "nnnnn", "nnnnn"]),
            (Resource::Figures, ["nnnyy", "nnnnn", "nnnnn", "nnnnn", "nnnnn"]),
            (Resource::Operations, ["nnnny", "nnnnn", "nnnnn", "nnnnn", "nnnnn"]),
        ];
        for (resource, row) in table {
            let found = ACTIONS.map(|action| fares(&me, action, resource));
            assert_eq!(found, row, "{resource:?}");
        }
    }
}
