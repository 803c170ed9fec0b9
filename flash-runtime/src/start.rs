//! How a program becomes what its environment says it is.

use std::process::exit;

use tokio::runtime::{Builder, Runtime};

use crate::endpoint::Server;
use crate::resource::ResourceName;
use crate::settings::{MOTHERSHIP, Role, Serving, Settings};
use crate::{Error, Outcome, environment, log, route};

/// Serves, and never returns, when the environment or the program's name says so. Called first thing in
/// `main`, before any thread runs.
pub fn serve_if_asked() {
    let settings = match Settings::get() {
        Ok(settings) => settings,
        Err(error) => fail(error),
    };
    if settings.role.serves() {
        match serve(&settings.role, settings) {
            Ok(()) => exit(0),
            Err(error) => fail(&error),
        }
    }
}

/// Runs an `async fn main` on a runtime of its own.
pub fn block_on_main<F: Future>(future: F) -> F::Output {
    match runtime() {
        Ok(runtime) => runtime.block_on(future),
        Err(error) => fail(&error),
    }
}

/// Serves one resource, whatever the environment says of the role, until the process is told to stop.
///
/// Call it first thing in `main`: it takes the keys out of the environment, which it can't once threads run.
///
/// # Errors
/// The environment or the manifest can't be used, or the address can't be listened on.
pub fn serve_resource(resource: ResourceName) -> crate::Result<()> {
    let settings = Settings::get().map_err(Clone::clone)?;
    let role = match resource.name() {
        MOTHERSHIP => Role::Mothership,
        name => Role::Endpoint(name.to_owned()),
    };
    serve(&role, settings)
}

fn serve(role: &Role, settings: &Settings) -> crate::Result<()> {
    let serving = Serving::read()?;
    if !environment::forget_keys() {
        log::line(format_args!(
            "warning: FLASH_API_KEY and RUNPOD_API_KEY stay in the environment, a thread runs already"
        ));
    }
    let (manifest, _) = route::load_manifest(settings)?;
    route::install(role, &manifest);
    let runtime = runtime()?;
    let served = runtime.block_on(async {
        let server = Server::open(role, settings, &serving, &manifest).await?;
        server.run().await
    });
    // Plain functions that outlived their callers are not waited for.
    runtime.shutdown_background();
    served
}

fn runtime() -> Result<Runtime, Error> {
    Builder::new_multi_thread()
        .enable_all()
        .thread_name("flash-worker")
        .build()
        .map_err(|why| Error::of(Outcome::Internal, format!("can't start the runtime: {why}")))
}

fn fail(error: &Error) -> ! {
    log::error(error.message());
    exit(1)
}
