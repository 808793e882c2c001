//! `landfall`: the command line, and with `landfall engine` the engine process itself.

mod arguments;
mod clock;
mod crash;
mod database;
mod engine;
mod error;
mod following;
mod interrupts;
mod output;
mod preview;
mod progress;
mod question;
mod report;
mod session;
mod settings;
mod watch;

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use landfall_wire::{Places, WireError};

use arguments::{Arguments, TopCommand};
use error::{Error, Exit, Outcome};
use interrupts::Interrupts;
use output::Output;
use session::Surroundings;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(usage) => return explain_usage(&usage),
    };
    let output = Output::of_this_process(arguments.global.json);
    let places = match Places::from_environment() {
        Ok(places) => places,
        Err(error) => return ExitCode::from(output.failure(&error.into(), "") as u8),
    };
    match &arguments.command {
        TopCommand::Engine { command: None } => return landfall_engine::run(&places),
        TopCommand::Completions { shell } => return print_completions(output, *shell),
        TopCommand::Man => return print_manual(output),
        _ => {}
    }
    crash::report_panics(&places);
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build() {
        Ok(runtime) => runtime,
        Err(source) => {
            let error = WireError::Start { program: "landfall".into(), source };
            return ExitCode::from(output.failure(&error.into(), "") as u8);
        }
    };
    let exit = runtime.block_on(async {
        let interrupts = Interrupts::listen();
        let around =
            Surroundings { places, global: arguments.global, output, interrupts: interrupts.clone() };
        let outcome = tokio::select! {
            outcome = carry_out(&around, arguments.command) => outcome,
            () = interrupts.untaken() => Err(Error::Interrupted { message: String::new(), run: None }),
        };
        outcome.unwrap_or_else(|error| tell(&around, &error))
    });
    // A thread that still waits for a line on the terminal must not keep the program.
    runtime.shutdown_background();
    ExitCode::from(exit as u8)
}

async fn carry_out(around: &Surroundings, command: TopCommand) -> Outcome {
    match command {
        TopCommand::Report(command) => report::carry_out(around, command).await,
        TopCommand::Watch(arguments) => watch::watch(around, &arguments).await,
        TopCommand::Db(command) => database::carry_out(around, command).await,
        TopCommand::Settings(command) => settings::carry_out(around, command).await,
        TopCommand::Engine { command: Some(command) } => engine::carry_out(around, command).await,
        TopCommand::Engine { command: None } | TopCommand::Completions { .. } | TopCommand::Man => {
            Ok(Exit::Done)
        }
    }
}

/// Tells a failure, and with `--details` what to copy.
fn tell(around: &Surroundings, error: &Error) -> Exit {
    let logs = around.places.logs.display();
    let where_details = match error {
        _ if around.global.details => String::new(),
        Error::Run { run, .. } => {
            format!("Details to copy: landfall report show {} --details · logs: {logs}", run.number)
        }
        _ => format!("Details to copy: the same command with --details · logs: {logs}"),
    };
    let exit = around.output.failure(error, &where_details);
    if around.global.details && !matches!(error, Error::Interrupted { .. } | Error::OutputClosed) {
        around.output.note(&landfall_door::details::text(Some(&error.to_api_error()), &around.places, &[]));
    }
    exit
}

/// clap's own words; its exit code for errors is ours for usage. With `--json` they come as an error like any other.
fn explain_usage(usage: &clap::Error) -> ExitCode {
    let wants_json = std::env::args_os().any(|argument| argument == "--json");
    if wants_json && usage.use_stderr() {
        let text = usage.render().to_string();
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let message = lines.next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        let error = Error::usage(message, lines.collect::<Vec<_>>().join("\n"));
        return ExitCode::from(Output::of_this_process(true).failure(&error, "") as u8);
    }
    // Help that nobody reads to the end is no error.
    let _ = usage.print();
    ExitCode::from(if usage.use_stderr() { Exit::Usage } else { Exit::Done } as u8)
}

fn print_completions(output: Output, shell: clap_complete::Shell) -> ExitCode {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "landfall", &mut text);
    print(output, &text)
}

fn print_manual(output: Output) -> ExitCode {
    let mut text = Vec::new();
    match clap_mangen::Man::new(Arguments::command()).render(&mut text) {
        Ok(()) => print(output, &text),
        Err(error) => ExitCode::from(output.failure(&Error::Write(error), "") as u8),
    }
}

fn print(output: Output, text: &[u8]) -> ExitCode {
    match std::io::stdout().write_all(text) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            ExitCode::from(output.failure(&Error::Write(error), "") as u8)
        }
        _ => ExitCode::SUCCESS,
    }
}
