//! A database of one's own, spoken to through `psql`.

use std::io::Write;
use std::process::{Command, Output, Stdio};

const COLUMN: &str = "\u{1f}";
const ROW: &str = "\u{1e}";
const NULL: &str = "\u{1d}";

/// An empty database; dropped, with whoever is connected, when the value is.
#[derive(Debug)]
pub struct Database {
    host: String,
    port: u16,
    name: String,
    user: String,
    password: String,
    dropped: bool,
}

impl Database {
    pub(crate) fn new(host: String, port: u16, name: String, user: String, password: String) -> Self {
        Self { host, port, name, user, password, dropped: true }
    }

    /// The maintenance database, which nobody drops.
    pub(crate) fn kept(host: String, port: u16, user: String, password: String) -> Self {
        Self { host, port, name: "postgres".to_owned(), user, password, dropped: false }
    }

    pub fn host(&self) -> &str {
        &self.host
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn user(&self) -> &str {
        &self.user
    }

    pub fn password(&self) -> &str {
        &self.password
    }

    /// The five variables of the contract's connection: `DB_HOST DB_PORT DB_NAME DB_USER DB_PASSWORD`.
    pub fn env(&self) -> Vec<(String, String)> {
        [
            ("DB_HOST", self.host.clone()),
            ("DB_PORT", self.port.to_string()),
            ("DB_NAME", self.name.clone()),
            ("DB_USER", self.user.clone()),
            ("DB_PASSWORD", self.password.clone()),
        ]
        .map(|(variable, value)| (variable.to_owned(), value))
        .to_vec()
    }

    /// The same as a `DATABASE_URL`, password included.
    pub fn url(&self) -> String {
        let Self { host, port, name, user, password, .. } = self;
        format!("postgresql://{user}:{password}@{host}:{port}/{name}")
    }

    /// Runs SQL, several statements at will; the output of `psql -At`, without the last line end.
    ///
    /// # Panics
    /// With the server's message when a statement fails.
    pub fn sql(&self, statements: &str) -> String {
        let text = self.psql(&["-At"], statements);
        text.trim_end_matches('\n').to_owned()
    }

    /// The rows of a query as text, `None` for NULL; text with line ends and separators comes back unharmed.
    pub fn rows(&self, query: &str) -> Vec<Vec<Option<String>>> {
        let null = format!("null={NULL}");
        let text = self.psql(&["-At", "-F", COLUMN, "-R", ROW, "-P", &null], query);
        // Without rows psql prints nothing; after the last row always one line end, whatever the separator.
        let Some(text) = text.strip_suffix('\n') else { return Vec::new() };
        let value = |cell: &str| (cell != NULL).then(|| cell.to_owned());
        text.split(ROW).map(|row| row.split(COLUMN).map(value).collect()).collect()
    }

    fn psql(&self, options: &[&str], statements: &str) -> String {
        self.try_psql(options, statements).unwrap_or_else(|failure| panic!("{failure}"))
    }

    fn try_psql(&self, options: &[&str], statements: &str) -> Result<String, String> {
        let mut command = Command::new("psql");
        command.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=verbose"]);
        command.args(["--host", &self.host, "--port", &self.port.to_string()]);
        command.args(["--username", &self.user, "--dbname", &self.name]).args(options);
        command.env("PGPASSWORD", &self.password).env("PGSSLMODE", "prefer").env("PGCONNECT_TIMEOUT", "30");
        command.env("PGCLIENTENCODING", "UTF8");
        let output = feed(command, statements);
        if output.status.success() {
            return Ok(String::from_utf8(output.stdout).expect("psql answers in UTF-8"));
        }
        let message = String::from_utf8_lossy(&output.stderr);
        Err(format!("psql on {}: {message}\n{statements}", self.name))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.dropped {
            let Self { host, port, user, password, name, .. } = &*self;
            let maintenance = Self::kept(host.clone(), *port, user.clone(), password.clone());
            // A test that stopped its server on purpose has nothing to drop, so a failure is no news.
            let _ = maintenance.try_psql(&[], &format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)"));
        }
    }
}

/// By standard input, as a statement may be longer than an argument.
fn feed(mut command: Command, statements: &str) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("psql runs (Debian: apt-get install postgresql)");
    let mut input = child.stdin.take().expect("piped");
    let statements = statements.to_owned();
    let writer = std::thread::spawn(move || {
        // A statement that fails early closes the pipe; the exit status tells.
        let _ = input.write_all(statements.as_bytes());
    });
    let output = child.wait_with_output().expect("psql ends");
    writer.join().expect("the writer ends");
    output
}
