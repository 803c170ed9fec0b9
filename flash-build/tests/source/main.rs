//! The source scan on real workspaces, with what cargo really says about them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../support/mod.rs"]
mod support;

mod calls;
mod linking;
mod modules;
mod speed;

use std::process::Command;

use cargo_metadata::{Message, Metadata};
use flash_build::source::{Finding, LinkedFunction, Platform, Request, Scan, scan};
use support::Workspace;

/// Checks a workspace's binary with real cargo and scans its sources.
fn scan_of(workspace: &Workspace, package: &str, arguments: &[&str]) -> Scan {
    scan_target(workspace, package, "--bin", package, arguments)
}

fn scan_target(workspace: &Workspace, package: &str, kind: &str, name: &str, arguments: &[&str]) -> Scan {
    let metadata = workspace.cargo_ok(&["metadata", "--format-version", "1", "--all-features"]);
    let metadata: Metadata = serde_json::from_str(&metadata).unwrap();
    let mut check = vec!["check", "--message-format", "json", kind, name, "-p", package];
    check.extend(arguments);
    let messages = workspace.cargo_ok(&check);
    let messages: Vec<Message> = Message::parse_stream(messages.as_bytes()).map(Result::unwrap).collect();
    let printed = Command::new("rustc").args(["--print", "cfg"]).output().unwrap().stdout;
    let platform = Platform::parse(std::str::from_utf8(&printed).unwrap());
    let id = &metadata.packages.iter().find(|found| *found.name == package).unwrap().id;
    scan(&Request {
        metadata: &metadata,
        package: id,
        binary: name,
        messages: &messages,
        platform: &platform,
    })
}

/// `name @ module` of each function, with the condition that keeps it out.
fn seen(scan: &Scan) -> Vec<String> {
    let shown = scan.functions.iter().map(|function| match &function.compiled_out {
        Some(condition) => format!("{} @ {} - {condition}", function.name, function.module),
        None => format!("{} @ {}", function.name, function.module),
    });
    let mut shown: Vec<String> = shown.collect();
    shown.sort();
    shown
}

/// Records as the binary would hold them for what a scan saw.
fn linked(scan: &Scan) -> Vec<LinkedFunction> {
    let there = scan.functions.iter().filter(|function| function.compiled_out.is_none());
    there
        .map(|function| LinkedFunction {
            name: function.name.clone(),
            module: function.module.clone(),
            package: function.package.clone(),
            file: function.place.file.clone(),
            line: function.place.line,
        })
        .collect()
}

fn shown(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(ToString::to_string).collect()
}
