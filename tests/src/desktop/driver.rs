//! WebKitWebDriver: it starts the app, and acts in its page.

use std::future::Future;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use fantoccini::error::{CmdError, NewSessionError};
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use crate::leash::{Leash, Leashed};
use crate::wait::until;

const READY_WITHIN: Duration = Duration::from_secs(30);
/// A driver that has not answered after this long does not answer: a picture of a hidden window never comes.
const ANSWERS_WITHIN: Duration = Duration::from_secs(20);

/// A driver; its app and its session end with it.
#[derive(Debug)]
pub(super) struct Driver {
    program: Leash,
    port: u16,
}

/// A session that begins when the app has a window.
#[derive(Debug)]
pub(super) struct Beginning(JoinHandle<Result<Client, NewSessionError>>);

impl Driver {
    /// Starts one on a free port. What it and the app write goes to the log.
    pub(super) fn start(log: &Path, environment: &[(String, String)]) -> Self {
        // Somebody else may take the port before the driver does.
        (0..3).find_map(|_| Self::try_start(log, environment)).unwrap_or_else(|| {
            let said = std::fs::read_to_string(log).unwrap_or_default();
            panic!("WebKitWebDriver ended (Debian: apt-get install webkit2gtk-driver): {said}")
        })
    }

    fn try_start(log: &Path, environment: &[(String, String)]) -> Option<Self> {
        let port = free_port();
        let program = Leashed::program("WebKitWebDriver", log)
            .args([format!("--port={port}")])
            .in_a_small_environment()
            .envs(environment.iter().map(|(name, value)| (name, value)))
            // Pictures never come with 1, which some systems set.
            .envs([("TAURI_WEBVIEW_AUTOMATION", "true"), ("WEBKIT_DISABLE_DMABUF_RENDERER", "0")])
            .start();
        until(READY_WITHIN, "the WebDriver", || {
            !program.is_running() || TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        program.is_running().then_some(Self { program, port })
    }

    pub(super) fn pid(&self) -> u32 {
        self.program.pid()
    }

    pub(super) fn log(&self) -> String {
        self.program.log()
    }

    /// Starts the app.
    pub(super) fn begin(&self, app: &Path, arguments: &[&str]) -> Beginning {
        let mut wanted = Capabilities::new();
        let options = json!({ "binary": app.display().to_string(), "args": arguments });
        wanted.insert("webkitgtk:browserOptions".to_owned(), options);
        let address = format!("http://127.0.0.1:{}", self.port);
        Beginning(runtime().spawn(async move {
            ClientBuilder::new(HttpConnector::new()).capabilities(wanted).connect(&address).await
        }))
    }
}

impl Beginning {
    /// Waits for the window.
    pub(super) fn client(self, within: Duration) -> Result<Client, String> {
        let answer = runtime().block_on(async move { tokio::time::timeout(within, self.0).await });
        match answer {
            Ok(Ok(Ok(client))) => Ok(client),
            Ok(Ok(Err(error))) => Err(format!("the WebDriver began no session: {error}")),
            Ok(Err(error)) => Err(format!("the WebDriver began no session: {error}")),
            Err(_) => Err(format!("waited {within:?} for the app's window, in vain")),
        }
    }
}

/// Waits for the answer to one command.
pub(super) fn ask<T>(what: &str, command: impl Future<Output = Result<T, CmdError>>) -> Result<T, String> {
    let answer = runtime().block_on(async move { tokio::time::timeout(ANSWERS_WITHIN, command).await });
    match answer {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(format!("{what}: {error}")),
        Err(_) => Err(format!("{what}: the WebDriver didn't answer within {ANSWERS_WITHIN:?}")),
    }
}

/// Where conversations with all drivers live; tests themselves are not async.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
    })
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("it is bound").port()
}
