//! `simulate`: parses the arguments, calls the library, turns the outcome into an exit code; nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    autoscale_simulator::cli::run(std::env::args_os())
}
