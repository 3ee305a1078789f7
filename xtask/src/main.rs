//! The task runner: `cargo xtask TASK`. One file per task; this one only
//! reads the command line and hands over.

mod bench;
mod build;
mod check;
mod dist;
mod fuzz;
mod paths;
mod serve;
mod setup;
mod shell;
mod size;
mod stamp;
mod test;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use build::Effort;

/// Tasks of the project.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Make this machine able to build: wasm compiler, npm packages.
    Setup {
        /// Also see to what the tests need: three browsers, wheels.
        #[arg(long)]
        browser: bool,
        /// Print how to call the wasm compiler by hand.
        #[arg(long)]
        show: bool,
    },
    /// Compile the wasm modules and their bindings.
    Build(Speed),
    /// Fill dist/, the folder that any static host can serve.
    Dist(Speed),
    /// Do all the set-up, then serve dist/ on this machine.
    Serve {
        /// The port to listen on.
        #[arg(long, default_value_t = 8000)]
        port: u16,
        /// Leave out the headers that isolate the page (COOP and COEP).
        #[arg(long)]
        no_isolation: bool,
        #[command(flatten)]
        speed: Speed,
    },
    /// Do all the set-up, then run every test, the browser's included.
    Test {
        /// Only browser tests whose file name contains one of these.
        files: Vec<String>,
    },
    /// Format, lints, types, borders between the crates.
    Check,
    /// Sizes of what a page loads, against the budget.
    Size,
    /// Try the laws of the text engine with random operations.
    Fuzz {
        /// How often each law is tried.
        #[arg(default_value_t = 100_000)]
        cases: u32,
    },
    /// Measure speed; arguments go to tests/bench.mjs.
    Bench {
        /// Passed on as they are.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

#[derive(Args)]
struct Speed {
    /// Leave the optimiser out: larger modules, sooner. For development only.
    #[arg(long)]
    fast: bool,
}

impl Speed {
    fn effort(&self) -> Effort {
        if self.fast {
            Effort::Fast
        } else {
            Effort::Full
        }
    }
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Setup { browser, show } => {
            let toolchain = setup::run()?;
            if browser {
                setup::browser::run()?;
                setup::engines::run()?;
                setup::wheels::for_tests()?;
            }
            if show {
                print!("{}", toolchain.by_hand());
            }
            Ok(())
        }
        Task::Build(speed) => build::build(&setup::run()?, speed.effort()),
        Task::Dist(speed) => dist::run(&setup::run()?, speed.effort()),
        Task::Serve {
            port,
            no_isolation,
            speed,
        } => {
            dist::run(&setup::run()?, speed.effort())?;
            serve::run(port, !no_isolation)
        }
        Task::Test { files } => test::run(&files),
        Task::Check => check::run(),
        Task::Size => size::run(),
        Task::Fuzz { cases } => fuzz::run(cases),
        Task::Bench { arguments } => bench::run(&arguments),
    }
}
