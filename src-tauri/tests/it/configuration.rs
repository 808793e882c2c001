//! What the window may do at all, as it is configured.

use std::collections::BTreeSet;

use landfall_desktop::commands::NAMES;
use serde_json::Value;
use tauri::test::MockRuntime;

#[test]
fn the_policy_of_the_page_is_strict_and_is_the_one_that_is_shipped() {
    let context = landfall_desktop::context::<MockRuntime>();
    let csp = context.config().app.security.csp.as_ref().expect("a policy").to_string();
    let mut directives: Vec<&str> = csp.split(';').map(str::trim).filter(|part| !part.is_empty()).collect();
    directives.sort_unstable();
    assert_eq!(
        directives,
        [
            "base-uri 'none'",
            "connect-src ipc: http://ipc.localhost",
            "default-src 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "img-src 'self' data:",
            "object-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
        ]
    );
    let app = &context.config().app;
    assert!(!app.with_global_tauri, "the page reaches the shell through its modules only");
    assert!(app.security.dev_csp.is_none() && !app.security.asset_protocol.enable);
}

#[test]
fn the_page_may_call_the_listed_commands_one_by_one_and_nothing_of_tauri() {
    let text = include_str!("../../capabilities/main.json");
    let capability: Value = serde_json::from_str(text).unwrap();
    let granted: BTreeSet<String> = capability["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|permission| permission.as_str().unwrap().to_owned())
        .collect();
    let listed: BTreeSet<String> =
        NAMES.iter().map(|name| format!("allow-{}", name.replace('_', "-"))).collect();
    assert_eq!(granted, listed);
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
    assert_eq!(capability["local"], true);
    assert!(capability.get("remote").is_none(), "no page from elsewhere");
}

#[test]
fn the_window_is_made_when_it_is_wanted_and_large_enough() {
    let context = landfall_desktop::context::<MockRuntime>();
    let [window] = &context.config().app.windows[..] else { panic!("one window") };
    assert!(!window.create);
    assert_eq!((window.width, window.height), (1200.0, 800.0));
    assert_eq!((window.min_width, window.min_height), (Some(900.0), Some(600.0)));
}
