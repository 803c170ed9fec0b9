//! Brings what `cargo flash build` made to the platform that the environment names, resource by resource.
//!
//! `cargo run -p flash-runtime --features mothership --example deploy -- DIRECTORY [APP] [ENVIRONMENT]`

#![allow(clippy::print_stdout, reason = "the URLs are what it is asked for")]

use std::error::Error;
use std::path::PathBuf;

use flash::manifest::Manifest;
use flash::provider::runpod::Runpod;
use flash::provider::{Deployment, Generation, Name, Progress, Provider};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let directory =
        PathBuf::from(arguments.next().ok_or("name the directory with the archive, such as .flash")?);
    let manifest = Manifest::parse(&std::fs::read(directory.join("flash_manifest.json"))?)?;
    let app = arguments.next().unwrap_or_else(|| manifest.project_name.clone());
    let environment = arguments.next().unwrap_or_else(|| "production".to_owned());

    let platform = Runpod::from_environment()?;
    let app = platform.ensure_app(&app).await?;
    let environment = platform.ensure_environment(&app.id, &environment).await?;
    let archive = platform.upload(&app.id, &directory.join("archive.tar.gz"), &manifest).await?;
    platform.activate(&environment.id, &archive.build).await?;
    // Builds are only ever added, so a later deployment has a higher number, whoever makes it.
    let generation = Generation(u64::try_from(platform.builds(&app.id).await?.len())?);
    for resource in manifest.resources.keys() {
        let name = Name::parse(resource)?;
        let deployment =
            Deployment::of(&manifest, &name, environment.id.clone(), archive.clone(), generation)?;
        let told = |progress: Progress| eprintln!("{resource}: {progress:?}");
        let deployed = platform.deploy(&deployment, &told).await?;
        println!("{resource} {}", deployed.url);
    }
    Ok(())
}
