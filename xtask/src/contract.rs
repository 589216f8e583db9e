//! Whether the running server keeps its own document, whatever it is sent: schemathesis, once a role.
//!
//! It reads `/api/v1/openapi.json` and sends every operation its examples, the edges of every field, and garbage. No
//! answer may be a 5xx, and each must be one that the document names, of the type and the shape that it says.
//! Every role signs in with an account of its own; a run without a token comes first.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::python;
use crate::server::{self, Build, Server};
use crate::steps::{Screen, capture};

/// The tool, of one version, so that a run of today is one of tomorrow.
const TOOL: &str = "schemathesis==4.32.5";

/// What is asked of every answer.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_schema_conformance,response_headers_conformance,unsupported_method";

/// Requests to an operation for each role, beside its examples and its edges.
const TRIES: &str = "12";

/// The same requests in every run.
const SEED: &str = "20261127";

/// Operations that may end the sign-in of whoever asks, since the tool learns names from answers. They come last.
const ENDS_SIGN_INS: [&str; 5] = ["logout", "endSessions", "endSession", "setUserStatus", "closeUser"];

/// Builds the server, starts it, and lets the tool try it.
pub fn check(root: &Path, screen: &Screen) -> Result<String> {
    let tool = python::programs(root, TOOL, screen)?.join("schemathesis");
    server::build(root, Build::Debug)?;
    let server = Server::start(root, Build::Debug, 1)?;
    let mut tried = Vec::new();
    for (who, token) in server.everybody()? {
        screen.glimpse(&format!("as {who}"));
        let but = ENDS_SIGN_INS.iter().flat_map(|name| ["--exclude-operation-id", name]);
        let but = but.filter(|_| token.is_some()).collect::<Vec<_>>();
        tried.push(format!("{who} {}", run(&tool, &server, token.as_deref(), &but, screen)?));
        // Or everything after the end of the sign-in would have been asked by nobody.
        ensure!(
            token.as_ref().is_none_or(|token| server.knows(token)),
            "the sign-in of {who} ended on the way"
        );
        if who == "ADMIN" {
            let only = ENDS_SIGN_INS.iter().flat_map(|name| ["--include-operation-id", name]);
            let cases = run(&tool, &server, token.as_deref(), &only.collect::<Vec<_>>(), screen)?;
            tried.push(format!("and what ends sign-ins {cases}"));
        }
    }
    Ok(format!("no 5xx and no breach of the document: {}", tried.join(", ")))
}

/// Sends everything that the tool thinks of, and says how much that was.
fn run(tool: &Path, server: &Server, token: Option<&str>, which: &[&str], screen: &Screen) -> Result<String> {
    let mut command = Command::new(tool);
    command.arg("run").arg(format!("http://127.0.0.1:{}/api/v1/openapi.json", server.port));
    command.args(["--checks", CHECKS, "--max-examples", TRIES, "--seed", SEED, "--continue-on-failure"]);
    command.args(["--phases", "examples,coverage,fuzzing", "--no-shrink", "--warnings", "off"]);
    command.args(["--request-timeout", "20", "--suppress-health-check", "all", "--no-color"]);
    // It is no HTTP after its first answer.
    command.args(["--exclude-path", "/api/v1/ws"]).args(which);
    if let Some(token) = token {
        command.args(["--header", &format!("Authorization:Bearer {token}")]);
    }
    command.current_dir(server.directory.path());
    let captured = capture(command, |line| screen.glimpse(line))?;
    if !captured.status.success() {
        captured.lines.iter().for_each(|line| screen.tell(line));
        bail!("the server does not keep its document");
    }
    let cases = captured.lines.iter().rev().find_map(|line| {
        let (before, _) = line.split_once(" generated")?;
        before.split_whitespace().last()?.parse::<u32>().ok()
    });
    let cases = cases.context("the tool does not say how much it has tried")?;
    ensure!(cases > 0, "the tool has tried nothing");
    Ok(cases.to_string())
}
