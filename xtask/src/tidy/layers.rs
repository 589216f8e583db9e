//! The dependency table: the one place that says which crate may know of which, and why.
//!
//! `docs/architecture.md` prints the same table for people; [`table`] writes it and the check in
//! [`super::documents`] compares the two.

/// One crate of the workspace, and what it must not know of.
pub struct Layer {
    /// The crate's folder; empty for the root package.
    pub folder: &'static str,
    /// Which of our crates it may depend on.
    pub may_depend_on: Reach,
    /// Third-party packages that have their home elsewhere.
    pub never_imports: &'static [Ban],
    /// Words that must not appear in its code at all.
    pub never_says: &'static [Ban],
}

/// How far a crate may reach into the others.
pub enum Reach {
    /// Not product code: it takes what it needs.
    Everything,
    /// These folders and no others.
    Only(&'static [&'static str]),
}

/// A word that a crate must not use, and the reason that is printed with the violation.
pub struct Ban {
    /// A package for `never_imports`, an identifier or a keyword for `never_says`.
    pub word: &'static str,
    /// Completes "because …".
    pub why: &'static str,
}

const fn ban(word: &'static str, why: &'static str) -> Ban {
    Ban { word, why }
}

const SQL: Ban = ban("sqlx", "SQL has one home, `persistence`");
const ACTORS: Ban = ban("kameo", "actors have one home, `actors`; elsewhere ask through a trait");
const SHARED_CACHE: Ban = ban("redis", "Redis has one home, `cluster`");
const HTTP_SERVER: Ban = ban("axum", "HTTP is served in one place, `api`");
const NO_FLOAT: &str = "floats round, and two machines may round differently; count in whole minor units";
const NO_CLOCK: &str = "time comes in as an argument, or a life cannot be replayed";
const NO_HASH_ORDER: &str = "its order is not ours; use a `BTreeMap` or a sorted `Vec`";

/// Every crate, those that are still to come included, in the order of a request.
pub const LAYERS: &[Layer] = &[
    Layer {
        folder: "domain",
        may_depend_on: Reach::Only(&[]),
        never_imports: &[
            ban("tokio", "the rules never wait"),
            ACTORS,
            SQL,
            SHARED_CACHE,
            HTTP_SERVER,
            ban("rand", "chance comes in as an argument, or a life cannot be replayed"),
            ban("tracing", "the rules return facts; who calls them logs"),
        ],
        never_says: &[
            ban("async", "the rules never wait"),
            ban("f32", NO_FLOAT),
            ban("f64", NO_FLOAT),
            ban("HashMap", NO_HASH_ORDER),
            ban("HashSet", NO_HASH_ORDER),
            ban("SystemTime", NO_CLOCK),
            ban("Instant", NO_CLOCK),
        ],
    },
    // Facts about airports, airlines and a real week; and how to lay that week onto the days to come.
    Layer {
        folder: "schedule",
        may_depend_on: Reach::Only(&["domain"]),
        never_imports: &[ACTORS, SQL, SHARED_CACHE, HTTP_SERVER],
        never_says: &[],
    },
    // Ways to travel over what is on sale: a function of the timetable that it is given.
    Layer {
        folder: "search",
        may_depend_on: Reach::Only(&["domain", "schedule"]),
        never_imports: &[ban("tokio", "a search never waits"), ACTORS, SQL, SHARED_CACHE, HTTP_SERVER],
        never_says: &[
            ban("async", "a search never waits"),
            ban("SystemTime", NO_CLOCK),
            ban("Instant", NO_CLOCK),
        ],
    },
    Layer {
        folder: "persistence",
        may_depend_on: Reach::Only(&["domain"]),
        never_imports: &[ACTORS, SHARED_CACHE, HTTP_SERVER],
        never_says: &[],
    },
    Layer {
        folder: "gateways",
        may_depend_on: Reach::Only(&["domain", "search"]),
        never_imports: &[SQL, ACTORS, SHARED_CACHE],
        never_says: &[],
    },
    Layer {
        folder: "actors",
        may_depend_on: Reach::Only(&["domain", "persistence", "gateways"]),
        never_imports: &[
            SQL,
            SHARED_CACHE,
            HTTP_SERVER,
            ban("reqwest", "other companies are called in one place, `gateways`"),
        ],
        never_says: &[],
    },
    Layer {
        folder: "cluster",
        may_depend_on: Reach::Only(&["domain", "persistence", "actors"]),
        never_imports: &[SQL, HTTP_SERVER],
        never_says: &[],
    },
    Layer {
        folder: "api",
        may_depend_on: Reach::Only(&["domain", "schedule", "search", "persistence", "gateways", "cluster"]),
        never_imports: &[SQL, SHARED_CACHE, ACTORS],
        never_says: &[],
    },
    Layer {
        folder: "",
        may_depend_on: Reach::Only(&[
            "domain",
            "schedule",
            "search",
            "persistence",
            "gateways",
            "actors",
            "cluster",
            "api",
        ]),
        never_imports: &[],
        never_says: &[],
    },
    // It judges histories of any system, ours and others', so it knows none.
    Layer { folder: "linear", may_depend_on: Reach::Only(&[]), never_imports: &[], never_says: &[] },
    Layer { folder: "sim", may_depend_on: Reach::Everything, never_imports: &[], never_says: &[] },
    // It is a dev-dependency of the others, so it must not pull them in a second time.
    Layer { folder: "testbed", may_depend_on: Reach::Only(&[]), never_imports: &[], never_says: &[] },
    Layer { folder: "durability", may_depend_on: Reach::Everything, never_imports: &[], never_says: &[] },
    // It must build in seconds, also when the product does not build.
    Layer { folder: "xtask", may_depend_on: Reach::Only(&[]), never_imports: &[], never_says: &[] },
];

/// The heading by which the table is found in `docs/architecture.md`.
pub const TABLE_HEADING: &str = "| crate | may depend on | never imports |";

impl Layer {
    /// The layer whose crate lives in `folder`.
    pub fn of(folder: &str) -> Option<&'static Self> {
        LAYERS.iter().find(|layer| layer.folder == folder)
    }

    /// What people call the crate.
    pub fn name(&self) -> &'static str {
        if self.folder.is_empty() { "aisle" } else { self.folder }
    }

    /// Whether the crate may depend on the one in `folder`.
    pub fn may_depend_on(&self, folder: &str) -> bool {
        match self.may_depend_on {
            Reach::Everything => true,
            Reach::Only(folders) => folders.contains(&folder),
        }
    }
}

/// The folder of our crate `package` (`aisle-domain` or, where it is renamed, `domain`); `None` for a
/// third-party package.
pub fn folder_of(package: &str) -> Option<&'static str> {
    let short = package.strip_prefix("aisle-").unwrap_or(package);
    LAYERS.iter().find(|layer| layer.name() == short).map(|layer| layer.folder)
}

/// The table as `docs/architecture.md` must print it, line by line.
pub fn table() -> Vec<String> {
    let mut lines = vec![TABLE_HEADING.to_owned(), "|---|---|---|".to_owned()];
    for layer in LAYERS {
        let root = if layer.folder.is_empty() { " (root `src/`)" } else { "" };
        let reach = match layer.may_depend_on {
            Reach::Everything => "what it needs".to_owned(),
            Reach::Only([]) => "nothing".to_owned(),
            Reach::Only(folders) => quoted(folders.iter().copied()),
        };
        lines.push(format!("| `{}`{root} | {reach} | {} |", layer.name(), never(layer)));
    }
    lines
}

fn never(layer: &Layer) -> String {
    let imports = quoted(layer.never_imports.iter().map(|ban| ban.word));
    let words = quoted(layer.never_says.iter().map(|ban| ban.word));
    match (imports.is_empty(), words.is_empty()) {
        (true, true) => "–".to_owned(),
        (false, true) => imports,
        (true, false) => format!("the words {words}"),
        (false, false) => format!("{imports}; the words {words}"),
    }
}

fn quoted<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_is_known_by_its_package_and_by_its_short_name() {
        assert_eq!(folder_of("aisle-domain"), Some("domain"));
        assert_eq!(folder_of("domain"), Some("domain"));
        assert_eq!(folder_of("aisle"), Some(""));
        assert_eq!(folder_of("serde"), None);
    }

    #[test]
    fn no_crate_reaches_back_up_the_order_of_a_request() {
        // An effect goes out to a gateway on the way of a request, so every arrow points at an earlier row.
        for (row, layer) in LAYERS.iter().enumerate() {
            let Reach::Only(folders) = layer.may_depend_on else { continue };
            for folder in folders {
                let target = LAYERS.iter().position(|other| other.folder == *folder);
                assert!(target.is_some_and(|target| target < row), "{} reaches {folder}", layer.name());
            }
        }
    }

    #[test]
    fn the_table_has_a_row_for_every_crate() {
        let lines = table();
        assert_eq!(lines.len(), LAYERS.len() + 2);
        assert_eq!(lines[5], "| `persistence` | `domain` | `kameo`, `redis`, `axum` |");
        assert!(lines[10].starts_with("| `aisle` (root `src/`) |"), "{}", lines[10]);
    }
}
