//! The program `ticketing-report`: one report, from a period to a workbook.

mod command_line;
mod output;
mod owner;

use std::process::ExitCode;

fn main() -> ExitCode {
    command_line::main()
}
