//! Which PostgreSQL is installed, and as whom it must be run.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};

/// Where Debian puts one directory for each major version.
const VERSIONS: &str = "/usr/lib/postgresql";

/// The user that the package makes. The server refuses to run as root.
const USER: &str = "postgres";

/// The programs of one version.
#[derive(Debug, Clone)]
pub struct Installation {
    programs: PathBuf,
    /// Set when we are root, and somebody else must run the server.
    run_as: Option<&'static str>,
}

impl Installation {
    /// The newest version that is installed.
    pub fn find() -> anyhow::Result<Self> {
        let newest = fs::read_dir(VERSIONS).ok().and_then(|versions| {
            let versions = versions.filter_map(Result::ok);
            let numbers = versions.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
            numbers.filter(|number| programs_of(*number).join("initdb").exists()).max()
        });
        let Some(newest) = newest else {
            bail!(
                "PostgreSQL's server is not installed: there is no {VERSIONS}/*/bin/initdb.\n\
                 It is in Debian's package postgresql: apt-get install --no-install-recommends postgresql"
            );
        };
        let run_as = rustix::process::geteuid().is_root().then_some(USER);
        Ok(Self { programs: programs_of(newest), run_as })
    }

    /// The path of one of its programs.
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// The command that makes a new cluster.
    pub fn initdb(&self, cluster: &Path) -> Command {
        let mut command = self.as_server_user(self.program("initdb").as_os_str());
        command.arg("-D").arg(cluster);
        command.args(["-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
        command
    }

    /// The command that runs the server until it is told to stop.
    pub fn server(&self, cluster: &Path) -> Command {
        let mut command = self.as_server_user(self.program("postgres").as_os_str());
        command.arg("-D").arg(cluster);
        command
    }

    /// Runs `program` as who may run the server; it also dies with whoever starts it.
    fn as_server_user(&self, program: &OsStr) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "QUIT"]);
        if let Some(user) = self.run_as {
            command.arg(format!("--reuid={user}")).arg(format!("--regid={user}")).arg("--init-groups");
        }
        command.arg("--").arg(program);
        // The server complains about a directory that it cannot enter.
        command.current_dir("/");
        command
    }

    /// Gives a directory to the user that runs the server.
    pub fn give_to_server(&self, directory: &Path) -> anyhow::Result<()> {
        let Some(user) = self.run_as else { return Ok(()) };
        let mut command = Command::new("id");
        command.args(["-u", user]);
        let number = checked(command)?;
        let number = number.trim().parse().with_context(|| format!("{user} has no number"))?;
        chown(directory, Some(number), None)
            .with_context(|| format!("cannot give {} to {user}", directory.display()))?;
        ensure!(fs::metadata(directory)?.uid() == number, "{} stayed ours", directory.display());
        Ok(())
    }
}

fn programs_of(version: u32) -> PathBuf {
    Path::new(VERSIONS).join(version.to_string()).join("bin")
}

/// What a command prints, when it succeeds.
pub fn checked(mut command: Command) -> anyhow::Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = match command.output() {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => bail!(
            "{program} is not installed. setpriv is in Debian's package util-linux, the others are in \
             postgresql and coreutils: apt-get install --no-install-recommends util-linux postgresql"
        ),
        Err(error) => return Err(error).with_context(|| format!("cannot run {program}")),
    };
    let arguments: Vec<_> = command.get_args().map(OsStr::to_string_lossy).collect();
    ensure!(
        output.status.success(),
        "{program} {} failed:\n{}{}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
