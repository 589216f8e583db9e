//! `cargo xtask tidy`: what can be told from the text alone, without compiling.
//!
//! Every check is a function over a path and its text; [`check`] hands each file to those that it
//! concerns. The rules and their reasons are in `docs/architecture.md`.
//!
//! Not here: what clippy already refuses, and wildcard arms over our own enums, which text cannot tell
//! from others.

mod documents;
mod imports;
pub mod layers;
mod lengths;
pub mod manifest;
mod names;
mod refused;
mod source;
mod tree;

use std::fmt;
use std::path::Path;

use anyhow::Result;

use layers::Layer;
use manifest::Manifest;
use source::{Separated, Source};
pub use tree::{File, read_tree};

/// One thing that is wrong, and where.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// From the repository's root, with `/`.
    pub path: String,
    /// From 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub message: String,
}

impl Violation {
    fn new(path: &str, line: usize, message: String) -> Self {
        Self { path: path.to_owned(), line, message }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// What a whole run found.
pub struct Verdict {
    /// In the order of paths and lines.
    pub violations: Vec<Violation>,
    /// How many files were read.
    pub files: usize,
}

/// Reads and checks the repository at `root`.
pub fn run(root: &Path) -> Result<Verdict> {
    let files = read_tree(root)?;
    Ok(Verdict { violations: check(&files), files: files.len() })
}

/// Checks a whole repository.
pub fn check(files: &[File]) -> Vec<Violation> {
    let mut found = Vec::new();
    let workspace = root_manifest(files);
    for file in files {
        found.extend(check_text(file));
        match file.extension() {
            "rs" => found.extend(check_rust(file, &workspace)),
            "toml" if file.name() == "Cargo.toml" => found.extend(check_manifest(file, &workspace)),
            _ => {}
        }
    }
    let architecture = files.iter().find(|file| file.path == documents::ARCHITECTURE);
    found.extend(documents::check_table(architecture.map(|file| file.text.as_str())));
    found.sort();
    found
}

/// A broken one is reported when its turn comes; until then it has no members.
fn root_manifest(files: &[File]) -> Manifest {
    let root = files.iter().find(|file| file.path == "Cargo.toml");
    root.and_then(|file| Manifest::parse(&file.text).ok()).unwrap_or_default()
}

fn check_text(file: &File) -> Vec<Violation> {
    let (path, text) = (file.path.as_str(), file.text.as_str());
    let mut found = documents::check_length(path, text);
    if path.starts_with("persistence/migrations/") && file.extension() == "sql" {
        found.extend(documents::check_migration(path, text));
    }
    if matches!(file.extension(), "rs" | "ts" | "tsx") {
        found.extend(lengths::check_file(path, text));
        found.extend(names::check_path(path));
    }
    // Rust has its comments separated first; prose may speak of the marks.
    if !matches!(file.extension(), "rs" | "md") {
        found.extend(refused::check_marks(path, text));
    }
    found
}

fn check_rust(file: &File, workspace: &Manifest) -> Vec<Violation> {
    let separated = Separated::of(&file.text);
    let source = Source::read(&file.path, &separated);
    let mut found = lengths::check_functions(&source);
    found.extend(names::check_declarations(&source));
    found.extend(refused::check_source(&source));
    if let Some((folder, inside)) = member_of(&file.path, workspace) {
        if inside == "src/lib.rs" {
            found.extend(documents::check_tour(&file.path, &file.text));
        }
        if let (Some(layer), true) = (Layer::of(folder), inside.starts_with("src/")) {
            found.extend(imports::check_source(layer, &source));
        }
    }
    found
}

fn check_manifest(file: &File, workspace: &Manifest) -> Vec<Violation> {
    let path = file.path.as_str();
    let manifest = match Manifest::parse(&file.text) {
        Ok(manifest) => manifest,
        Err((line, message)) => return vec![Violation::new(path, line, message)],
    };
    let mut found = refused::check_profiles(path, &manifest);
    let Some((folder, "Cargo.toml")) = member_of(path, workspace) else { return found };
    if manifest.has_package {
        match Layer::of(folder) {
            Some(layer) => found.extend(imports::check_manifest(layer, path, &manifest, workspace)),
            None => {
                let message =
                    format!("`{folder}` is not in the dependency table: add it in xtask/src/tidy/layers.rs");
                found.push(Violation::new(path, 1, message));
            }
        }
    }
    // The commands' own packages serve nobody else.
    if folder != "xtask" {
        found.extend(imports::check_versions(path, &manifest));
    }
    found
}

/// The member that `path` belongs to, and the rest of the path inside it. The root package owns what
/// lies directly in the root and in its `src`.
fn member_of<'a>(path: &'a str, workspace: &'a Manifest) -> Option<(&'a str, &'a str)> {
    let inside =
        |member: &'a String| Some((member.as_str(), path.strip_prefix(member.as_str())?.strip_prefix('/')?));
    let member = workspace.members.iter().find_map(inside);
    member.or_else(|| (path.starts_with("src/") || !path.contains('/')).then_some(("", path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small repository in which nothing is wrong.
    fn repository() -> Vec<File> {
        let tour = "//! a\n".repeat(10);
        let workspace =
            "[workspace]\nmembers = [\"domain\", \"xtask\"]\n[workspace.dependencies]\nserde = \"1\"\n";
        [
            ("Cargo.toml", workspace.to_owned()),
            ("README.md", "# Aisle\n".to_owned()),
            ("docs/architecture.md", layers::table().join("\n")),
            (
                "domain/Cargo.toml",
                "[package]\nname = \"aisle-domain\"\n[dependencies]\nserde.workspace = true\n".to_owned(),
            ),
            ("domain/src/lib.rs", format!("{tour}\n/// Adds.\npub fn add() {{}}\n")),
            ("domain/tests/it.rs", "async fn a_test_may_wait() {}\n".to_owned()),
            (
                "persistence/migrations/sqlite/0001_a.sql",
                "-- Why.\n-- And why now.\ncreate table a (b);\n".to_owned(),
            ),
            (
                "xtask/Cargo.toml",
                "[package]\nname = \"aisle-xtask\"\n[dependencies]\ntoml = \"1\"\n".to_owned(),
            ),
        ]
        .map(|(path, text)| File { path: path.to_owned(), text })
        .into()
    }

    /// Replaces or adds one file of the clean repository and expects exactly this place to be refused.
    fn check_with(path: &str, text: &str, expected: &[(&str, usize)]) {
        let mut files = repository();
        files.retain(|file| file.path != path);
        files.push(File { path: path.to_owned(), text: text.to_owned() });
        let found = check(&files);
        let places: Vec<_> =
            found.iter().map(|violation| (violation.path.as_str(), violation.line)).collect();
        assert_eq!(places, expected, "{found:?}");
    }

    #[test]
    fn a_clean_repository_passes() {
        assert_eq!(check(&repository()), []);
    }

    #[test]
    fn every_check_is_wired() {
        let at = |path: &'static str, line| vec![(path, line)];
        let package = "[package]\nname = \"a\"\n[dependencies]\n";
        check_with(
            "domain/Cargo.toml",
            &format!("{package}sqlx.workspace = true"),
            &at("domain/Cargo.toml", 4),
        );
        check_with("domain/Cargo.toml", &format!("{package}serde = \"1\""), &at("domain/Cargo.toml", 4));
        check_with("domain/Cargo.toml", "[package", &at("domain/Cargo.toml", 1));
        check_with("domain/src/a.rs", "async fn a() {}", &at("domain/src/a.rs", 1));
        check_with("domain/src/lib.rs", "//! Short.", &at("domain/src/lib.rs", 1));
        check_with("domain/src/util.rs", "", &at("domain/src/util.rs", 1));
        check_with("domain/src/a.rs", "\nfn process() {}", &at("domain/src/a.rs", 2));
        check_with("domain/src/a.rs", "// TODO", &at("domain/src/a.rs", 1));
        check_with("domain/src/a.rs", &format!("fn a() {{{}}}", "\n".repeat(70)), &at("domain/src/a.rs", 1));
        check_with("web/src/a.tsx", &"\n".repeat(501), &at("web/src/a.tsx", 501));
        check_with("deploy/a.yaml", "a: b # FIXME", &at("deploy/a.yaml", 1));
        check_with("persistence/migrations/a.sql", "create", &at("persistence/migrations/a.sql", 1));
        check_with("README.md", &"\n".repeat(121), &at("README.md", 121));
        check_with("docs/decisions/a.md", &"\n".repeat(61), &at("docs/decisions/a.md", 61));
        check_with("docs/architecture.md", "", &at("docs/architecture.md", 1));
        check_with("benches/Cargo.toml", "[profile.bench]\npanic = \"abort\"", &at("benches/Cargo.toml", 2));
    }

    #[test]
    fn a_member_outside_the_table_is_refused() {
        let workspace = "[workspace]\nmembers = [\"domain\", \"xtask\", \"extra\"]\n";
        let mut files = repository();
        files[0].text = workspace.to_owned();
        files.push(File {
            path: "extra/Cargo.toml".to_owned(),
            text: "[package]\nname = \"extra\"".to_owned(),
        });
        let found = check(&files);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].path, "extra/Cargo.toml");
    }

    #[test]
    fn a_violation_reads_like_a_compiler_message() {
        let violation = Violation::new("a/b.rs", 3, "is wrong: mend it".to_owned());
        assert_eq!(violation.to_string(), "a/b.rs:3: is wrong: mend it");
    }
}
