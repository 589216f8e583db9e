//! What is special about a seat.

use serde::{Deserialize, Serialize};

/// One thing worth knowing about a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Attribute {
    /// In the outermost column of its cabin.
    Window,
    /// With nobody between it and an aisle.
    Aisle,
    /// Neither at a window nor at an aisle.
    Middle,
    /// An exit seat in the sense of 14 CFR 121.585: who sits there must be able and willing to open the exit.
    ExitRow,
    /// In the first row of its cabin, behind a wall.
    Bulkhead,
    /// With more room in front of it than its neighbours; sold at a supplement.
    ExtraLegroom,
    /// Where a cot can be hung on the wall.
    Bassinet,
    /// Where nobody may hold an infant.
    NoInfant,
    /// With a view that something blocks. No rule of ours sets it.
    RestrictedView,
    /// Reached without steps, with a folding armrest. No rule of ours sets it.
    Accessible,
}

impl Attribute {
    /// Every attribute, in the order in which lists name them.
    pub const ALL: [Self; 10] = [
        Self::Window,
        Self::Aisle,
        Self::Middle,
        Self::ExitRow,
        Self::Bulkhead,
        Self::ExtraLegroom,
        Self::Bassinet,
        Self::NoInfant,
        Self::RestrictedView,
        Self::Accessible,
    ];

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// A set of [`Attribute`]s. Serialises as the list of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Attribute>", into = "Vec<Attribute>")]
pub struct Attributes(u16);

impl Attributes {
    /// The empty set.
    pub const NONE: Self = Self(0);

    /// Whether `attribute` is in the set.
    #[must_use]
    pub const fn has(self, attribute: Attribute) -> bool {
        self.0 & attribute.bit() != 0
    }

    /// The set with `attribute` in it.
    #[must_use]
    pub const fn with(self, attribute: Attribute) -> Self {
        Self(self.0 | attribute.bit())
    }

    /// The members, in the order of [`Attribute::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Attribute> {
        Attribute::ALL.into_iter().filter(move |attribute| self.has(*attribute))
    }
}

impl FromIterator<Attribute> for Attributes {
    fn from_iter<I: IntoIterator<Item = Attribute>>(members: I) -> Self {
        members.into_iter().fold(Self::NONE, Self::with)
    }
}

impl From<Vec<Attribute>> for Attributes {
    fn from(members: Vec<Attribute>) -> Self {
        members.into_iter().collect()
    }
}

impl From<Attributes> for Vec<Attribute> {
    fn from(set: Attributes) -> Self {
        set.iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in_and_lists_it_in_order() {
        let set = Attributes::NONE.with(Attribute::NoInfant).with(Attribute::Window).with(Attribute::ExitRow);
        let members: Vec<_> = set.iter().collect();
        assert_eq!(members, [Attribute::Window, Attribute::ExitRow, Attribute::NoInfant]);
        assert!(set.has(Attribute::ExitRow) && !set.has(Attribute::Aisle));
        assert_eq!(members.into_iter().collect::<Attributes>(), set);
    }

    #[test]
    fn every_attribute_has_a_place_of_its_own() {
        let all: Attributes = Attribute::ALL.into_iter().collect();
        assert_eq!(all.iter().count(), Attribute::ALL.len());
        for attribute in Attribute::ALL {
            assert_eq!(Attributes::NONE.with(attribute).iter().collect::<Vec<_>>(), [attribute]);
        }
    }

    #[test]
    fn a_set_is_stored_as_the_names_of_its_members() {
        let set = Attributes::NONE.with(Attribute::ExtraLegroom).with(Attribute::Aisle);
        let text = serde_json::to_string(&set).unwrap();
        assert_eq!(text, r#"["AISLE","EXTRA_LEGROOM"]"#);
        assert_eq!(serde_json::from_str::<Attributes>(&text).unwrap(), set);
    }
}
