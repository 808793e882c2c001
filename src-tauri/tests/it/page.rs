//! The page, as far as the shell can tell: calls of commands from inside the window.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use landfall_desktop::{Choosing, Dialog, Dialogs, Parts, context, with_parts};
use landfall_tests::eventually;
use landfall_wire::{Launch, Places};
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody, InvokeResponseBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, WebviewWindow, WebviewWindowBuilder};

use crate::engine::ScriptedEngine;

/// Every wait of these tests ends after this time.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// Where the page of the app comes from.
const OWN: &str = "tauri://localhost";

/// The app without a display, and its window.
pub(crate) struct Page {
    /// Held, so that its parts live.
    _app: App<MockRuntime>,
    window: WebviewWindow<MockRuntime>,
}

impl Page {
    /// A page whose shell has found the engine.
    pub(crate) fn connected_to(engine: &ScriptedEngine) -> Self {
        let page = Self::of(engine.places.clone(), Launch::engine_of("/nowhere/landfall"));
        let refused = eventually(SOON, "an answer", || match page.call("read_settings", json!({})) {
            Err(error) if error["code"] == "engine-unreachable" => None,
            other => Some(other.err()),
        });
        assert_eq!(refused, None, "the settings are read");
        page
    }

    pub(crate) fn of(places: Places, launch: Launch) -> Self {
        let parts = Parts {
            places,
            launch,
            dialogs: |_| Box::new(ScriptedDialogs),
            arguments: vec!["landfall-desktop".to_owned(), "--hidden".to_owned()],
        };
        let mut app = with_parts(mock_builder(), parts).build(context()).unwrap();
        run_setup(&mut app);
        let window = WebviewWindowBuilder::new(&app, "main", tauri::WebviewUrl::default()).build().unwrap();
        Self { _app: app, window }
    }

    /// What the page gets for a call: the answer, or the refusal.
    pub(crate) fn call(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        self.call_from(OWN, command, arguments)
    }

    /// The same for a page of another origin.
    pub(crate) fn call_from(&self, origin: &str, command: &str, arguments: Value) -> Result<Value, Value> {
        let request = InvokeRequest {
            cmd: command.to_owned(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: origin.parse().unwrap(),
            body: InvokeBody::Json(arguments),
            headers: tauri::http::HeaderMap::default(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        match get_ipc_response(&self.window, request)? {
            InvokeResponseBody::Json(json) => Ok(serde_json::from_str(&json).unwrap()),
            InvokeResponseBody::Raw(bytes) => Ok(json!(bytes)),
        }
    }
}

#[expect(deprecated, reason = "the loop of the mock is no loop; this runs the app's setup and returns")]
fn run_setup(app: &mut App<MockRuntime>) {
    app.run_iteration(|_, _| {});
}

/// What the person in front of this thread's page chooses next; nothing, until a test says otherwise.
static CHOSEN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A person who chooses what the test says.
struct ScriptedDialogs;

/// Lets the person choose this, once.
pub(crate) fn person_chooses(path: PathBuf) {
    CHOSEN.lock().unwrap().push(path);
}

impl Dialogs for ScriptedDialogs {
    fn ask(&self, _dialog: Dialog, _title: String, _folder: PathBuf) -> Choosing {
        Box::pin(async { CHOSEN.lock().unwrap().pop() })
    }
}
