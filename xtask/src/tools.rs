//! The programs that the tests start besides cargo, and how to get them.

use std::env;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::steps::{Screen, capture};

/// A program that a test starts.
struct Tool {
    program: &'static str,
    /// Debian's name for what holds it.
    package: &'static str,
    why: &'static str,
}

const TOOLS: [Tool; 6] = [
    Tool { program: "initdb", package: "postgresql-15", why: "tests start PostgreSQL servers of their own" },
    Tool { program: "setpriv", package: "util-linux", why: "PostgreSQL refuses to run as root" },
    Tool { program: "strace", package: "strace", why: "tests kill and fail at chosen system calls" },
    Tool { program: "python3", package: "python3-venv", why: "schemathesis tries the server's contract" },
    // Debian's `redis-server` would start one for the whole machine; this is the same program without that.
    Tool {
        program: "redis-check-rdb",
        package: "redis-tools",
        why: "tests and a peer start a Redis of their own",
    },
    Tool { program: "chromium", package: "chromium", why: "people's journeys are tried in a real browser" },
];

/// What only measurements start.
const FOR_BENCHES: [Tool; 2] = [
    Tool { program: "node", package: "nodejs", why: "fan-out is measured beside socket.io" },
    Tool { program: "npm", package: "npm", why: "it brings socket.io" },
];

/// Debian keeps the server's programs here, a folder a version, outside the search path.
const POSTGRES_VERSIONS: &str = "/usr/lib/postgresql";
/// Installing the server would also start one for the whole machine, unless this file says no.
const CREATE_CLUSTER: &str = "/etc/postgresql-common/createcluster.conf";

/// Looks for every tool and installs what is missing where that is ours to do: as root, on Debian.
pub fn provide(_root: &Path, screen: &Screen) -> Result<String> {
    provide_all(&TOOLS.iter().collect::<Vec<_>>(), screen)
}

/// The same with what measurements need besides.
pub fn provide_for_benches() -> Result<()> {
    let screen = Screen::new(1);
    let said = provide_all(&TOOLS.iter().chain(&FOR_BENCHES).collect::<Vec<_>>(), &screen)?;
    screen.tell(&said);
    Ok(())
}

fn provide_all(tools: &[&Tool], screen: &Screen) -> Result<String> {
    let missing = missing(tools);
    if missing.is_empty() {
        let programs: Vec<_> = tools.iter().map(|tool| tool.program).collect();
        return Ok(format!("{} are here", programs.join(", ")));
    }
    for tool in &missing {
        screen.tell(&format!("{} is missing: {}", tool.program, tool.why));
    }
    let packages: Vec<_> = missing.iter().map(|tool| tool.package).collect();
    if !may_install() {
        bail!(
            "install what is missing with `apt-get install --no-install-recommends {}`",
            packages.join(" ")
        );
    }
    install(&packages, screen)?;
    let still: Vec<_> = self::missing(tools).iter().map(|tool| tool.program).collect();
    if !still.is_empty() {
        bail!("{} is still missing after the installation", still.join(", "));
    }
    Ok(format!("installed {}", packages.join(", ")))
}

fn missing<'a>(tools: &[&'a Tool]) -> Vec<&'a Tool> {
    let folders = search_folders();
    tools
        .iter()
        .copied()
        .filter(|tool| !folders.iter().any(|folder| folder.join(tool.program).is_file()))
        .collect()
}

fn search_folders() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let versions = fs::read_dir(POSTGRES_VERSIONS).into_iter().flatten().flatten();
    env::split_paths(&path).chain(versions.map(|version| version.path().join("bin"))).collect()
}

fn may_install() -> bool {
    let is_root = fs::metadata("/proc/self").is_ok_and(|myself| myself.uid() == 0);
    is_root && Path::new("/etc/debian_version").is_file()
}

fn install(packages: &[&str], screen: &Screen) -> Result<()> {
    apt_get(&["update"], screen)?;
    // `initdb` is missing, so no server is installed and nobody relies on a standing cluster.
    if packages.iter().any(|package| package.starts_with("postgresql-")) {
        apt_get(&["install", "-y", "--no-install-recommends", "postgresql-common"], screen)?;
        let settings = fs::read_to_string(CREATE_CLUSTER).unwrap_or_default();
        fs::write(CREATE_CLUSTER, without_cluster(&settings))
            .with_context(|| format!("cannot write {CREATE_CLUSTER}"))?;
    }
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(packages);
    apt_get(&arguments, screen)
}

fn without_cluster(settings: &str) -> String {
    let kept = settings.lines().filter(|line| !line.trim_start().starts_with("create_main_cluster"));
    kept.chain(["create_main_cluster = false"]).flat_map(|line| [line, "\n"]).collect()
}

fn apt_get(arguments: &[&str], screen: &Screen) -> Result<()> {
    let mut command = Command::new("apt-get");
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    let captured = capture(command, |line| screen.glimpse(line))?;
    if captured.status.success() {
        return Ok(());
    }
    for line in &captured.lines {
        screen.tell(line);
    }
    bail!("`apt-get {}` ended with {}", arguments.join(" "), captured.status);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_server_is_started_for_the_whole_machine() {
        let settings = "# Clusters.\n#create_main_cluster = true\ncreate_main_cluster = true\nssl = on\n";
        let expected = "# Clusters.\n#create_main_cluster = true\nssl = on\ncreate_main_cluster = false\n";
        assert_eq!(without_cluster(settings), expected);
        assert_eq!(without_cluster(""), "create_main_cluster = false\n");
    }

    #[test]
    fn every_tool_says_what_it_is_for() {
        assert!(
            TOOLS.iter().chain(&FOR_BENCHES).all(|tool| !tool.why.is_empty() && !tool.package.is_empty())
        );
    }
}
