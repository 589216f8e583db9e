//! The repository's text files, read from disk.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Folders that hold nothing of ours.
const SKIPPED: [&str; 3] = ["target", ".git", "node_modules"];
/// The kinds of text that some check reads.
const EXTENSIONS: [&str; 10] = ["rs", "ts", "tsx", "toml", "sql", "md", "sh", "yml", "yaml", "css"];

/// One text file.
#[derive(Debug)]
pub struct File {
    /// From the repository's root, with `/`.
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl File {
    /// The part after the last `/`.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The part after the last dot; empty when there is none.
    pub fn extension(&self) -> &str {
        self.name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }
}

/// Reads every text file below `root` that a check could concern.
pub fn read_tree(root: &Path) -> Result<Vec<File>> {
    let mut files = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let place = root.join(&folder);
        for entry in fs::read_dir(&place).with_context(|| format!("cannot list {}", place.display()))? {
            let entry = entry.with_context(|| format!("cannot list {}", place.display()))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            let kind = entry.file_type().with_context(|| format!("cannot look at {path}"))?;
            if kind.is_dir() && !SKIPPED.contains(&name.as_str()) {
                folders.push(path);
            } else if kind.is_file() {
                files.extend(read_file(root, path)?);
            }
        }
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

/// `None` for a kind of file that no check reads.
fn read_file(root: &Path, path: String) -> Result<Option<File>> {
    let mut file = File { path, text: String::new() };
    if !EXTENSIONS.contains(&file.extension()) {
        return Ok(None);
    }
    let bytes = fs::read(root.join(&file.path)).with_context(|| format!("cannot read {}", file.path))?;
    file.text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Some(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_knows_its_name_and_extension() {
        let file = |path: &str| File { path: path.to_owned(), text: String::new() };
        assert_eq!(file("a/b.test.tsx").name(), "b.test.tsx");
        assert_eq!(file("a/b.test.tsx").extension(), "tsx");
        assert_eq!(file("a.b/run").extension(), "");
    }

    #[test]
    fn the_tree_holds_this_file_and_nothing_that_was_built() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = read_tree(root).unwrap();
        assert!(files.iter().any(|file| file.path == "src/tidy/tree.rs"));
        assert!(files.iter().all(|file| !file.path.contains("target/")));
    }
}
