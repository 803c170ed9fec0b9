//! When to stop: signals, and the end of the parent process.

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::{Error, Outcome};

/// Longest drain after the parent went: nobody waits for it.
const ORPHAN_DRAIN: Duration = Duration::from_secs(2);

/// The order to stop.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    /// Time for the calls under way.
    pub(super) drain: Duration,
}

/// Watches for reasons to stop. The second signal ends the process at once.
///
/// # Errors
/// The system refuses a signal handler or a thread.
pub(super) fn watch_for(drain: Duration, parent_pipe: bool) -> Result<watch::Receiver<Option<Stop>>, Error> {
    let failed =
        |what: &str, why: std::io::Error| Error::of(Outcome::Internal, format!("can't watch {what}: {why}"));
    let (sender, receiver) = watch::channel(None);
    let sender = Arc::new(sender);
    signals(Arc::clone(&sender), drain).map_err(|why| failed("for signals", why))?;
    if parent_pipe {
        std::thread::Builder::new()
            .name("flash-parent".to_owned())
            .spawn(move || {
                let mut input = std::io::stdin().lock();
                let mut rest = [0; 256];
                loop {
                    match input.read(&mut rest) {
                        Ok(0) => break,
                        Err(error) if error.kind() != std::io::ErrorKind::Interrupted => break,
                        _ => {}
                    }
                }
                sender.send_replace(Some(Stop { drain: drain.min(ORPHAN_DRAIN) }));
            })
            .map_err(|why| failed("standard input", why))?;
    }
    Ok(receiver)
}

#[cfg(unix)]
fn signals(sender: Arc<watch::Sender<Option<Stop>>>, drain: Duration) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        let mut first = true;
        loop {
            let kind = tokio::select! {
                _ = terminate.recv() => SignalKind::terminate(),
                _ = interrupt.recv() => SignalKind::interrupt(),
            };
            if !first {
                std::process::exit(128 + kind.as_raw_value());
            }
            first = false;
            sender.send_replace(Some(Stop { drain }));
        }
    });
    Ok(())
}

#[cfg(not(unix))]
fn signals(sender: Arc<watch::Sender<Option<Stop>>>, drain: Duration) -> std::io::Result<()> {
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            if sender.send_replace(Some(Stop { drain })).is_some() {
                std::process::exit(130);
            }
        }
    });
    Ok(())
}
