//! Running cases against a platform.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Semaphore;

use crate::{Builds, Case, Fixture, Ground};

/// Which cases, how many at once.
#[derive(Debug, Clone)]
pub struct Options {
    /// Parts of names; all cases without any.
    pub wanted: Vec<String>,
    /// Cases at once.
    pub at_once: usize,
}

impl Options {
    /// From a test's command line: what doesn't begin with `-` is part of a name.
    #[must_use]
    pub fn from_arguments() -> Self {
        let wanted = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
        Self { wanted, at_once: 4 }
    }

    /// The cases that are wanted.
    #[must_use]
    pub fn cases(&self) -> Vec<Case> {
        let is_wanted =
            |case: &Case| self.wanted.is_empty() || self.wanted.iter().any(|part| case.name.contains(part));
        crate::all().into_iter().filter(is_wanted).collect()
    }
}

/// Runs the cases, each in an environment of its own, and tells of each; how many failed.
pub async fn run(ground: Arc<dyn Ground>, builds: Builds, options: &Options) -> usize {
    let cases = options.cases();
    println!("\nrunning {} cases", cases.len());
    let turns = Arc::new(Semaphore::new(options.at_once));
    let running: Vec<_> = cases
        .iter()
        .map(|case| {
            let (case, ground, builds, turns) =
                (*case, Arc::clone(&ground), builds.clone(), Arc::clone(&turns));
            let task = tokio::spawn(async move {
                let _turn = turns.acquire_owned().await.unwrap();
                let begun = Instant::now();
                let fixture = Fixture::prepare(ground, builds, case.name).await;
                let provider = fixture.ground.provider();
                (case.run)(&*provider, &fixture).await;
                for left in provider.endpoints(&fixture.environment).await.unwrap() {
                    provider.undeploy(&left.endpoint).await.unwrap();
                }
                begun.elapsed()
            });
            (case.name, task)
        })
        .collect();
    let mut failed = 0;
    for (name, task) in running {
        match task.await {
            Ok(time) => println!("case {name} ... ok ({:.1} s)", time.as_secs_f64()),
            Err(_) => {
                failed += 1;
                println!("case {name} ... FAILED");
            }
        }
    }
    println!("\n{} passed, {failed} failed", cases.len() - failed);
    failed
}
