//! What the checks need to know of a `Cargo.toml`, with the line of everything that can be wrong.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// One parsed `Cargo.toml`.
#[derive(Debug, Default)]
pub struct Manifest {
    /// Whether it describes a package, not only a workspace.
    pub has_package: bool,
    /// The workspace's members, as written.
    pub members: Vec<String>,
    /// Every dependency of the package, in every section, of every target.
    pub dependencies: Vec<Dependency>,
    /// The entries of `[workspace.dependencies]`.
    pub shared: Vec<Dependency>,
    /// The lines of profiles that abort instead of unwinding.
    pub aborting_profiles: Vec<usize>,
    /// The names of the `[[bench]]` targets.
    pub benches: Vec<String>,
}

/// One entry of a dependency section.
#[derive(Debug)]
pub struct Dependency {
    /// The name that the code uses.
    pub key: String,
    /// The package's own name, when the entry renames it.
    pub package: Option<String>,
    /// When it is built.
    pub section: Section,
    /// Whether the version comes from the workspace.
    pub from_workspace: bool,
    /// Whether it is a folder of this repository.
    pub from_path: bool,
    /// From 1.
    pub line: usize,
}

/// The three kinds of dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Part of the crate.
    Normal,
    /// Only for its tests, benchmarks and examples.
    Dev,
    /// Only for its build script.
    Build,
}

const SECTIONS: [(&str, Section); 3] = [
    ("dependencies", Section::Normal),
    ("dev-dependencies", Section::Dev),
    ("build-dependencies", Section::Build),
];

impl Manifest {
    /// Reads a manifest; the error is the line and the message of the TOML parser.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let parsed = DeTable::parse(text).map_err(|error| {
            (error.span().map_or(1, |span| line_of(text, &span)), error.message().to_owned())
        })?;
        let root = parsed.get_ref();
        let mut manifest = Self { has_package: root.contains_key("package"), ..Self::default() };
        manifest.read_packages(text, root);
        if let Some(targets) = table_in(root, "target") {
            for target in targets.values().filter_map(|target| target.get_ref().as_table()) {
                manifest.read_packages(text, target);
            }
        }
        if let Some(workspace) = table_in(root, "workspace") {
            manifest.members = strings(workspace.get("members").map(toml::Spanned::get_ref));
            manifest.shared = dependencies(text, workspace, "dependencies", Section::Normal);
        }
        manifest.aborting_profiles = aborting_profiles(text, root);
        manifest.benches = bench_names(root);
        Ok(manifest)
    }

    fn read_packages(&mut self, text: &str, table: &DeTable) {
        for (name, section) in SECTIONS {
            self.dependencies.extend(dependencies(text, table, name, section));
        }
    }

    /// The package that `dependency` of a member stands for, looked up in this workspace manifest.
    pub fn package_of<'a>(&'a self, dependency: &'a Dependency) -> &'a str {
        if let Some(package) = &dependency.package {
            return package;
        }
        let shared =
            self.shared.iter().find(|shared| dependency.from_workspace && shared.key == dependency.key);
        shared.and_then(|shared| shared.package.as_deref()).unwrap_or(&dependency.key)
    }
}

fn dependencies(text: &str, parent: &DeTable, name: &str, section: Section) -> Vec<Dependency> {
    let Some(table) = table_in(parent, name) else { return Vec::new() };
    let read = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue>)| {
        let fields = value.get_ref().as_table();
        let field = |name: &str| fields.and_then(|fields| fields.get(name)).map(toml::Spanned::get_ref);
        let key_text: &std::borrow::Cow<'_, str> = key.get_ref();
        Dependency {
            key: key_text.to_string(),
            package: field("package").and_then(DeValue::as_str).map(str::to_owned),
            section,
            from_workspace: field("workspace").and_then(DeValue::as_bool) == Some(true),
            from_path: field("path").is_some(),
            line: line_of(text, &key.span()),
        }
    };
    table.iter().map(read).collect()
}

fn aborting_profiles(text: &str, root: &DeTable) -> Vec<usize> {
    let Some(profiles) = table_in(root, "profile") else { return Vec::new() };
    let panics = profiles.values().filter_map(|profile| profile.get_ref().as_table()?.get("panic"));
    panics
        .filter(|panic| panic.get_ref().as_str() == Some("abort"))
        .map(|panic| line_of(text, &panic.span()))
        .collect()
}

fn bench_names(root: &DeTable) -> Vec<String> {
    let Some(benches) = root.get("bench").and_then(|benches| benches.get_ref().as_array()) else {
        return Vec::new();
    };
    let name = |bench: &toml::Spanned<DeValue>| {
        Some(bench.get_ref().as_table()?.get("name")?.get_ref().as_str()?.to_owned())
    };
    benches.iter().filter_map(name).collect()
}

fn table_in<'a, 'i>(parent: &'a DeTable<'i>, name: &str) -> Option<&'a DeTable<'i>> {
    parent.get(name)?.get_ref().as_table()
}

fn strings(value: Option<&DeValue>) -> Vec<String> {
    let items = value.and_then(DeValue::as_array).into_iter().flatten();
    items.filter_map(|item| item.get_ref().as_str()).map(str::to_owned).collect()
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    text[..span.start].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKSPACE: &str = r#"
[workspace]
members = ["domain", "api"]
[workspace.dependencies]
domain = { path = "domain", package = "aisle-domain" }
serde = "1"
[profile.release]
panic = "abort"
"#;

    #[test]
    fn a_workspace_names_its_members_and_renames() {
        let manifest = Manifest::parse(WORKSPACE).unwrap();
        assert!(!manifest.has_package);
        assert_eq!(manifest.members, ["domain", "api"]);
        assert_eq!(manifest.aborting_profiles, [8]);
        let member =
            Manifest::parse("[dependencies]\ndomain.workspace = true\nserde = { workspace = true }").unwrap();
        let packages: Vec<_> = member.dependencies.iter().map(|found| manifest.package_of(found)).collect();
        assert_eq!(packages, ["aisle-domain", "serde"]);
    }

    #[test]
    fn every_section_is_read_with_its_line() {
        let text = "[package]\nname = \"a\"\n[dependencies]\nx = \"1\"\n[dev-dependencies]\ny.path = \"../y\"\n\
                    [target.'cfg(unix)'.build-dependencies]\nz = { workspace = true }\n[[bench]]\nname = \"b\"\n";
        let manifest = Manifest::parse(text).unwrap();
        let found: Vec<_> = manifest
            .dependencies
            .iter()
            .map(|d| (d.key.as_str(), d.section, d.line, d.from_workspace, d.from_path))
            .collect();
        assert_eq!(
            found,
            [
                ("x", Section::Normal, 4, false, false),
                ("y", Section::Dev, 6, false, true),
                ("z", Section::Build, 8, true, false),
            ]
        );
        assert_eq!(manifest.benches, ["b"]);
        assert!(manifest.has_package);
    }

    #[test]
    fn a_broken_manifest_names_its_line() {
        assert_eq!(Manifest::parse("a = 1\nb = = 2\n").unwrap_err().0, 2);
    }
}
