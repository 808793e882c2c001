//! Questions to a person on the terminal.

use std::io::{self, BufRead, Write};

use landfall_core::api::Password;

use crate::error::Error;
use crate::output::escape::safe_lines;
use crate::session::Surroundings;

/// One of the answers to a question: the letter to type, and what it stands for.
pub(crate) struct Choice<T> {
    pub(crate) letter: char,
    pub(crate) words: &'static str,
    pub(crate) value: T,
}

/// Asks for yes or no; `--yes` answers. Where nobody can be asked, the command is refused.
pub(crate) async fn confirm(around: &Surroundings, question: &str) -> Result<(), Error> {
    if around.global.yes {
        return Ok(());
    }
    require_terminal(around, question, "Add --yes to do it without being asked.")?;
    let answer = line(around, &format!("{question} [y/N] ")).await?;
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        Ok(())
    } else {
        Err(Error::Declined("nothing was done".to_owned()))
    }
}

/// Asks until one of the choices is given. An empty line takes the last one.
pub(crate) async fn choose<T>(
    around: &Surroundings,
    question: &str,
    mut choices: Vec<Choice<T>>,
    hint: &str,
) -> Result<T, Error> {
    require_terminal(around, question, hint)?;
    let words: Vec<String> =
        choices.iter().map(|choice| format!("[{}] {}", choice.letter, choice.words)).collect();
    loop {
        let answer = line(around, &format!("{question}\n{}: ", words.join("  "))).await?;
        let typed = answer.trim().to_lowercase();
        let found = match typed.chars().next() {
            None => choices.len().checked_sub(1),
            Some(letter) => choices.iter().position(|choice| choice.letter == letter),
        };
        if let Some(index) = found {
            return Ok(choices.swap_remove(index).value);
        }
    }
}

/// Asks for a word to be typed, as a person does who means it.
pub(crate) async fn typed(around: &Surroundings, question: &str, hint: &str) -> Result<String, Error> {
    require_terminal(around, question, hint)?;
    line(around, &format!("{question} ")).await.map(|typed| typed.trim().to_owned())
}

/// Asks for a password without showing it.
pub(crate) async fn password(around: &Surroundings, question: &str) -> Result<Password, Error> {
    let hint = "Set LANDFALL_DB_PASSWORD, or keep it once: landfall db password set.";
    require_terminal(around, question, hint)?;
    let _echo = EchoGuard::new();
    let prompt = format!("{question} ");
    let read = tokio::task::spawn_blocking(move || rpassword::prompt_password(prompt));
    match read.await {
        Ok(Ok(password)) => Ok(Password(password)),
        Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err(Error::Declined("no password was typed".to_owned()))
        }
        Ok(Err(source)) => Err(Error::File { path: "the terminal".to_owned(), source }),
        Err(_) => Err(Error::Declined("no password was read".to_owned())),
    }
}

fn require_terminal(around: &Surroundings, question: &str, hint: &str) -> Result<(), Error> {
    if around.output.can_ask {
        return Ok(());
    }
    Err(Error::needs_confirmation(
        format!("this needs an answer, and there is no terminal to ask on: {question}"),
        hint,
    ))
}

async fn line(around: &Surroundings, prompt: &str) -> Result<String, Error> {
    let mut stderr = io::stderr();
    let _ = write!(stderr, "{}", safe_lines(prompt)).and_then(|()| stderr.flush());
    let mut interruptions = around.interrupts.take();
    // The reading thread outlives an interrupted question; the program ends then.
    let read = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map(|length| (length > 0).then_some(line))
    });
    tokio::select! {
        read = read => match read {
            Ok(Ok(Some(line))) => Ok(line),
            _ => Err(Error::Declined("there was no answer".to_owned())),
        },
        () = interruptions.pressed() => {
            around.output.note("");
            Err(Error::Interrupted { message: "Nothing was done".to_owned(), run: None })
        }
    }
}

/// Puts the terminal back as it was, also when Ctrl+C ends the question for a password.
struct EchoGuard {
    #[cfg(unix)]
    before: Option<rustix::termios::Termios>,
}

impl EchoGuard {
    fn new() -> Self {
        Self {
            #[cfg(unix)]
            before: rustix::termios::tcgetattr(io::stdin()).ok(),
        }
    }
}

#[cfg(unix)]
impl Drop for EchoGuard {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            let _ = rustix::termios::tcsetattr(io::stdin(), rustix::termios::OptionalActions::Now, before);
        }
    }
}
