//! The start command, run by the shell of this machine on a real archive.

use std::path::Path;
use std::process::{Command, Output};

use flash::provider::{Deployment, Provider, Sha256, quiet};
use tempfile::TempDir;

use super::world::{World, deployment, no_fault, provider, start};

/// A directory that stands for the container's file system.
struct Container {
    directory: TempDir,
    sha256: Sha256,
}

impl Container {
    /// With a mounted archive whose program says who it is and where.
    fn with_archive(handler: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let content = directory.path().join("content");
        std::fs::create_dir(&content).unwrap();
        let program = "#!/bin/sh\necho \"$0 in ${PWD##*/} with [$*] url=${FLASH_ARTIFACT_URL-none}\"\n";
        std::fs::write(content.join("program"), program).unwrap();
        std::fs::write(content.join("flash_manifest.json"), "{}").unwrap();
        run(Command::new("chmod").arg("755").arg(content.join("program")));
        std::os::unix::fs::symlink("program", content.join(handler)).unwrap();
        let archive = directory.path().join("artifact.tar.gz");
        run(Command::new("tar").arg("-czf").arg(&archive).arg("-C").arg(&content).arg("."));
        let sha256 = Sha256::of(&std::fs::read(&archive).unwrap());
        Self { directory, sha256 }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.directory.path().join(name)
    }

    /// What the platform does with `dockerArgs`: words by the shell's rules, no variable but the container's own.
    fn start(&self, command: &str, more: &[(&str, &str)]) -> Output {
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!("exec {command}")).current_dir(self.directory.path()).env_clear();
        shell.env("PATH", std::env::var_os("PATH").unwrap());
        shell.env("FLASH_UNPACK_DIR", self.path("opt"));
        shell.env("FLASH_BUILD_ARTIFACT_PATH", self.path("artifact.tar.gz"));
        shell.env("FLASH_ARTIFACT_WAIT_S", "0").envs(more.iter().copied());
        shell.output().unwrap()
    }
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn said(output: &Output) -> (bool, String) {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    (output.status.success(), String::from_utf8_lossy(&text).trim().to_owned())
}

/// The command as it is sent.
async fn command(deployment: &Deployment) -> String {
    let (stub, _) = start(World { local: true, ..World::default() }, no_fault).await;
    provider(&stub).deploy(deployment, &quiet).await.unwrap();
    let input = stub.only("saveEndpoint").variables();
    input["input"]["template"]["dockerArgs"].as_str().unwrap().to_owned()
}

async fn command_for(sha256: &Sha256) -> String {
    let mut deployment = deployment("endpoint_1", 7);
    deployment.archive.sha256 = sha256.clone();
    command(&deployment).await
}

#[tokio::test]
async fn the_mounted_archive_is_unpacked_and_its_handler_started() {
    let container = Container::with_archive("handler_endpoint_1");
    let command = command_for(&container.sha256).await;
    let expected = format!("./handler_endpoint_1 in {} with [] url=none", container.sha256);
    assert_eq!(said(&container.start(&command, &[])), (true, expected.clone()));
    // A container that starts again has it all, even when the mount has changed since.
    std::fs::write(container.path("artifact.tar.gz"), "another build").unwrap();
    assert_eq!(said(&container.start(&command, &[])), (true, expected));
    assert_eq!(std::fs::read_dir(container.path("opt")).unwrap().count(), 1, "nothing is left lying about");
}

#[tokio::test]
async fn another_archive_is_not_started() {
    let container = Container::with_archive("handler_endpoint_1");
    let command = command_for(&Sha256::of(b"another")).await;
    let (success, text) = said(&container.start(&command, &[]));
    assert!(!success && text.contains("is not the archive"), "{text}");
    assert!(!container.path("opt").exists());
    std::fs::remove_file(container.path("artifact.tar.gz")).unwrap();
    let (success, text) = said(&container.start(&command, &[]));
    assert!(!success && text.contains("is missing"), "{text}");
}

#[tokio::test]
async fn an_archive_that_comes_late_is_waited_for() {
    let container = Container::with_archive("handler_endpoint_1");
    let command = command_for(&container.sha256).await;
    let (late, mounted) = (container.path("late"), container.path("artifact.tar.gz"));
    std::fs::rename(&mounted, &late).unwrap();
    std::fs::write(&mounted, "the build before").unwrap();
    // The archive takes its place while the command waits between two looks.
    let replacing = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(300));
        std::fs::rename(late, mounted).unwrap();
    });
    let (success, text) = said(&container.start(&command, &[("FLASH_ARTIFACT_WAIT_S", "20")]));
    replacing.join().unwrap();
    assert!(success, "{text}");
}

#[tokio::test]
async fn what_can_not_be_started_is_named() {
    let container = Container::with_archive("handler_other");
    let command = command_for(&container.sha256).await;
    let (success, text) = said(&container.start(&command, &[]));
    assert!(!success && text.contains("has no handler_endpoint_1"), "{text}");
    let broken = Container::with_archive("handler_endpoint_1");
    let bytes = std::fs::read(broken.path("artifact.tar.gz")).unwrap();
    std::fs::write(broken.path("artifact.tar.gz"), &bytes[..bytes.len() / 2]).unwrap();
    let half = Sha256::of(&bytes[..bytes.len() / 2]);
    let (success, text) = said(&broken.start(&command_for(&half).await, &[]));
    assert!(!success && text.contains("cannot be unpacked"), "{text}");
}

#[tokio::test]
async fn where_none_is_mounted_it_is_fetched() {
    let container = Container::with_archive("handler_endpoint_1");
    let command = command_for(&container.sha256).await;
    let fetched = container.path("elsewhere");
    std::fs::rename(container.path("artifact.tar.gz"), &fetched).unwrap();
    let bytes = std::fs::read(&fetched).unwrap();
    let stub = super::stub::Stub::start(move |_| super::stub::Reply::Status(200, bytes.clone().into())).await;
    let url = format!("{}/object?signature=x&more=y", stub.url());
    let (container, command, url) = tokio::task::spawn_blocking(move || {
        let output = container.start(&command, &[("FLASH_ARTIFACT_URL", &url)]);
        let (success, text) = said(&output);
        assert!(success && text.ends_with("url=none"), "the handler doesn't get the URL: {text}");
        (container, command, url)
    })
    .await
    .unwrap();
    assert_eq!(stub.seen().len(), 1);
    assert_eq!(stub.seen()[0].path, "/object?signature=x&more=y");
    // An archive that isn't the one asked for is not unpacked.
    let wrong = command.replace(container.sha256.as_str(), Sha256::of(b"x").as_str());
    tokio::task::spawn_blocking(move || {
        let (success, text) = said(&container.start(&wrong, &[("FLASH_ARTIFACT_URL", &url)]));
        assert!(!success && text.contains("is not the archive"), "{text}");
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn nothing_in_the_command_is_for_a_shell() {
    let command = command_for(&Sha256::of(b"x")).await;
    let (before, rest) = command.split_once("sh -c '").unwrap();
    let (script, words) = rest.split_once('\'').unwrap();
    assert_eq!((before, words.contains('\'')), ("", false));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | '-');
    assert!(words.chars().all(plain), "{words}");
    let words: Vec<&str> = words.split_whitespace().collect();
    assert_eq!((words.len(), words[0], words[1], words[3]), (5, "flash", "endpoint_1", "7"));
    // The script reads the same in the shells that stock images have.
    for shell in ["sh", "dash", "bash"] {
        let known = Path::new("/bin").join(shell).exists() || Path::new("/usr/bin").join(shell).exists();
        if known {
            run(Command::new(shell).args(["-n", "-c", script]));
        }
    }
}
