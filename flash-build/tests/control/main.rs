//! The control plane on SQLite and on PostgreSQL: the same bodies on both.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

mod apps;
mod bad_input;
mod concurrency;
mod database;
mod durability;
mod endpoints;
mod fixture;
mod logins;
mod manifests;
mod opening;
mod scopes;
mod secrets;
mod templates;

/// Runs each body once on either database.
macro_rules! on_both {
    ($($module:ident :: $name:ident),+ $(,)?) => {
        mod on_sqlite {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                crate::$module::$name(crate::fixture::Fixture::new(crate::database::Database::sqlite()).await).await;
            }
        )+}
        mod on_postgres {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                crate::$module::$name(crate::fixture::Fixture::new(crate::database::Database::postgres()).await).await;
            }
        )+}
    };
}

on_both! {
    apps::life_of_an_app,
    apps::names_are_unique,
    bad_input::refused_without_a_server_error,
    bad_input::introspection_works,
    concurrency::manifest_updates_with_a_revision,
    concurrency::manifest_updates_without_one,
    concurrency::one_endpoint_of_many_identical_requests,
    endpoints::as_the_flash_client_sends_them,
    endpoints::as_the_plain_client_sends_them,
    endpoints::ranges_are_checked,
    endpoints::specs_of_workers,
    endpoints::version_and_generation,
    logins::a_login_hands_out_its_key_once,
    manifests::state_survives_a_new_build,
    manifests::upload_and_state_manager,
    scopes::a_worker_sees_its_environment_only,
    scopes::another_account_sees_nothing,
    secrets::values_go_in_and_never_out,
    templates::platform_variables_stay,
    templates::secret_values_never_come_back,
}
