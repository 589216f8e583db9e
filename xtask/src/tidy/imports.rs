//! Checks manifests and sources against the dependency table.
//!
//! Of our own crates a source can only name those in the manifest, so the manifest alone decides. A
//! third-party package is looked for in the text as well: a test module inside `src` could reach one
//! through the dev-dependencies.

use super::Violation;
use super::layers::{self, Layer};
use super::manifest::{Manifest, Section};
use super::source::{Source, Token, opens_with};

/// Checks what the manifest at `path` depends on. `workspace` resolves the names it inherits.
pub fn check_manifest(
    layer: &Layer,
    path: &str,
    manifest: &Manifest,
    workspace: &Manifest,
) -> Vec<Violation> {
    let mut found = Vec::new();
    for dependency in &manifest.dependencies {
        // A test may look at anything.
        if dependency.section == Section::Dev {
            continue;
        }
        let package = workspace.package_of(dependency);
        if let Some(message) = objection(layer, package) {
            found.push(Violation::new(path, dependency.line, message));
        }
    }
    found
}

fn objection(layer: &Layer, package: &str) -> Option<String> {
    if let Some(folder) = layers::folder_of(package) {
        let allowed = layer.may_depend_on(folder);
        return (!allowed).then(|| {
            format!(
                "`{}` may not depend on `{package}` (table in docs/architecture.md): move the code",
                layer.name()
            )
        });
    }
    let ban = layer.never_imports.iter().find(|ban| is_of_family(package, ban.word))?;
    Some(format!("`{}` never imports `{package}`: {}", layer.name(), ban.why))
}

/// `tokio-util` belongs to `tokio`, `rand_core` to `rand`; `randomize` does not.
fn is_of_family(package: &str, family: &str) -> bool {
    package.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
}

/// Requires that a dependency's version is stated once, in the workspace.
pub fn check_versions(path: &str, manifest: &Manifest) -> Vec<Violation> {
    let stray = manifest.dependencies.iter().filter(|found| !found.from_workspace && !found.from_path);
    let message = |key: &str| {
        format!(
            "`{key}` states a version of its own: put it in [workspace.dependencies] and write `workspace = true`"
        )
    };
    stray.map(|found| Violation::new(path, found.line, message(&found.key))).collect()
}

/// Checks what a source file of the crate's `src` imports and says.
pub fn check_source(layer: &Layer, source: &Source) -> Vec<Violation> {
    let mut found = Vec::new();
    let tokens = &source.tokens;
    for (at, token) in tokens.iter().enumerate() {
        let imported =
            layer.never_imports.iter().find(|ban| ban.word == token.text && names_a_crate(tokens, at));
        let said = layer.never_says.iter().find(|ban| says(token, ban.word));
        let message = match (imported, said) {
            (Some(ban), _) => format!("`{}` never imports `{}`: {}", layer.name(), ban.word, ban.why),
            (None, Some(ban)) => format!("`{}` never says `{}`: {}", layer.name(), token.text, ban.why),
            (None, None) => continue,
        };
        found.push(Violation::new(source.path, token.line, message));
    }
    found
}

/// A literal like `1.5` says `f64` without the word.
fn says(token: &Token, word: &str) -> bool {
    token.text == word || (word == "f64" && token.is_float())
}

/// Whether the word at `at` is the root of a path or of an import, not a module or a field of ours.
fn names_a_crate(tokens: &[Token], at: usize) -> bool {
    let (before, after) = (&tokens[..at], &tokens[at + 1..]);
    if before.last().is_some_and(|last| last.text == "use" || last.text == "crate") {
        return true;
    }
    let inner = match before {
        [.., owner, first, second] => {
            first.text == ":" && second.text == ":" && (owner.is_word() || owner.text == ">")
        }
        _ => false,
    };
    // `use ::sqlx` has `use` for an owner, which is no path.
    let after_use = before.len() >= 3 && before[before.len() - 3].text == "use";
    opens_with(after, &[":", ":"]) && (!inner || after_use)
}

#[cfg(test)]
mod tests {
    use super::super::source::Separated;
    use super::*;

    fn lines(found: &[Violation]) -> Vec<usize> {
        found.iter().map(|violation| violation.line).collect()
    }

    fn check_text(folder: &str, text: &str, expected: &[usize]) {
        let separated = Separated::of(text);
        let source = Source::read("domain/src/a.rs", &separated);
        let found = check_source(Layer::of(folder).unwrap(), &source);
        assert_eq!(lines(&found), expected, "{text}: {found:?}");
    }

    fn check_toml(folder: &str, text: &str, expected: &[usize]) {
        let workspace = Manifest::parse(
            "[workspace.dependencies]\ndomain = { path = \"domain\", package = \"aisle-domain\" }\nhush = { package = \"tokio\", version = \"1\" }",
        )
        .unwrap();
        let found = check_manifest(
            Layer::of(folder).unwrap(),
            "x/Cargo.toml",
            &Manifest::parse(text).unwrap(),
            &workspace,
        );
        assert_eq!(lines(&found), expected, "{text}: {found:?}");
    }

    #[test]
    fn a_crate_may_depend_only_on_those_below_it() {
        check_toml("persistence", "[dependencies]\ndomain.workspace = true\nserde.workspace = true", &[]);
        check_toml("domain", "[dependencies]\npersistence = { path = \"../persistence\" }", &[2]);
        check_toml("domain", "[dependencies]\nother = { path = \"../p\", package = \"aisle-actors\" }", &[2]);
        check_toml("sim", "[dependencies]\ndomain.workspace = true\nactors.workspace = true", &[]);
        check_toml("xtask", "[build-dependencies]\ndomain.workspace = true", &[2]);
    }

    #[test]
    fn a_crate_never_depends_on_a_package_with_another_home() {
        check_toml("domain", "[dependencies]\nserde = \"1\"\ntokio = \"1\"", &[3]);
        check_toml("domain", "[dependencies]\nhush.workspace = true", &[2]);
        check_toml("domain", "[target.'cfg(unix)'.dependencies]\nrand_core = \"1\"", &[2]);
        check_toml("domain", "[dependencies]\nrandomize = \"1\"", &[]);
        check_toml("domain", "[dev-dependencies]\ntokio = \"1\"", &[]);
        check_toml("persistence", "[dependencies]\nsqlx = \"1\"", &[]);
    }

    #[test]
    fn a_source_never_imports_a_package_with_another_home() {
        check_text("actors", "use sqlx::Pool;", &[1]);
        check_text("actors", "\nfn f() { sqlx::query(\"\"); }", &[2]);
        check_text("actors", "use ::sqlx::Pool;", &[1]);
        check_text("actors", "use sqlx as store;", &[1]);
        check_text("actors", "extern crate sqlx;", &[1]);
        check_text("actors", "fn f(pool: Vec<sqlx::Pool>) {}", &[1]);
        check_text("domain", "#[tokio::test]\nfn f() {}", &[1]);
    }

    #[test]
    fn a_word_of_ours_a_comment_or_a_string_is_no_import() {
        check_text("actors", "// use sqlx::Pool;\n/// sqlx::query\nconst A: &str = \"sqlx::query\";", &[]);
        check_text("actors", "crate::sqlx::query(); self.sqlx; let redis = 1;", &[]);
        check_text("persistence", "use sqlx::Pool;", &[]);
    }

    #[test]
    fn the_rules_never_wait_round_or_read_a_clock() {
        for text in ["async fn f() {}", "let a: f64 = x;", "let a = 1.5;", "use std::collections::HashMap;"] {
            check_text("domain", text, &[1]);
        }
        check_text("domain", "let now = SystemTime::now();\nlet then = Instant::now();", &[1, 2]);
        check_text(
            "domain",
            "/* async */ let a = \"f64 HashMap 1.5\"; let pair = t.0.1; BTreeMap::new();",
            &[],
        );
        check_text("actors", "async fn f() -> f64 { 1.5 }", &[]);
    }

    #[test]
    fn a_version_is_stated_once_in_the_workspace() {
        let check = |text: &str| lines(&check_versions("a/Cargo.toml", &Manifest::parse(text).unwrap()));
        assert_eq!(check("[dependencies]\na.workspace = true\nb = { path = \"../b\" }"), []);
        assert_eq!(check("[dependencies]\na = \"1\"\n[dev-dependencies]\nb = { version = \"1\" }"), [2, 4]);
    }
}
