//! The endpoint server over real processes and sockets.
//!
//! Workers are this test program, started again with the variables of a worker: it has the functions of
//! `sites`, registered by hand as the attribute would register them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests say what is wrong by panicking")]
#![allow(clippy::print_stdout, reason = "a test runner prints")]
#![allow(unreachable_pub, reason = "modules of one test program")]

mod broken;
mod client;
mod drain;
mod execute;
mod front;
mod limits;
mod process;
mod routes;
mod runner;
mod sites;
mod start;

fn main() -> std::process::ExitCode {
    // What `#[flash::main]` calls first.
    flash::__private1::serve_if_asked();
    // What a generated `handler_main.rs` does.
    if std::env::var_os("TEST_SERVE").is_some() {
        return match flash::serve_resource(flash::ResourceName::new("main")) {
            Ok(()) => std::process::ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                std::process::ExitCode::from(3)
            }
        };
    }
    runner::run(runner::tests![
        execute::ping_needs_no_key,
        execute::arguments_by_name_in_order_and_from_the_query,
        execute::one_connection_serves_many_requests,
        execute::only_the_key_opens,
        execute::functions_that_are_not_here,
        execute::bad_bodies_and_arguments,
        execute::raw_bodies_in_and_out,
        execute::errors_of_functions,
        execute::the_context_comes_from_the_headers,
        execute::deadlines,
        execute::replies_have_a_limit,
        routes::arguments_from_path_query_and_body,
        routes::methods,
        routes::an_endpoint_has_its_own_routes_only,
        routes::public_opens_declared_routes_only,
        routes::all_resources_behind_one_port,
        limits::a_slow_head_is_given_up,
        limits::a_second_head_has_its_time_from_its_first_byte,
        limits::a_slow_body_is_given_up,
        limits::a_long_call_is_no_idle_connection,
        limits::a_resting_connection_is_closed,
        limits::a_reader_that_does_not_read_is_given_up,
        limits::too_many_connections_are_told,
        limits::large_bodies_are_refused_early_and_late,
        limits::one_that_waits_to_be_asked_is_asked,
        limits::too_many_calls_are_turned_away,
        limits::whoever_goes_cancels_the_call,
        drain::calls_under_way_end_first,
        drain::connections_that_queue_are_answered,
        drain::the_drain_has_its_time,
        drain::a_second_signal_ends_at_once,
        drain::a_worker_ends_with_its_parent,
        front::functions_and_routes_are_passed_on,
        front::bodies_stream_both_ways,
        front::a_slow_body_is_given_up_at_the_door,
        front::keys_are_checked_at_both_doors,
        front::deadlines_and_cancellation_reach_the_endpoint,
        front::endpoints_that_are_not_there,
        front::a_url_that_leads_back_is_told,
        front::a_worker_that_dies_may_have_run_the_call,
        front::plain_functions_wait_for_other_endpoints,
        front::workers_call_one_another,
        front::raw_arguments_arrive_whatever_their_type,
        start::what_does_not_fit_together_does_not_start,
        start::an_inherited_socket_is_used,
        start::a_program_without_a_role_runs_on,
        start::the_handlers_name_is_a_role,
        start::one_resource_by_name,
    ])
}
