//! The one connection to the engine: it is kept up, and what comes over it goes to the page, the tray and to
//! notifications.

use std::sync::Arc;
use std::time::Duration;

use landfall_core::api::{AppEvent, DesktopEvent};
use landfall_door::start_over::{self, Removed};
use landfall_door::{DoorError, Heard, Session};
use landfall_wire::Launch;
use tauri::{AppHandle, Runtime};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::sleep;

use crate::desktop::Desktop;
use crate::engine::Order;
use crate::overview::Overview;
use crate::{login, notify, tray, window};

/// An engine that could not be started is tried again after this time, or when somebody asks for it.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(30);

pub(crate) type Orders = UnboundedReceiver<Order>;

/// Holds the connection for as long as the app runs.
pub(crate) async fn keep<R: Runtime>(app: AppHandle<R>, launch: Launch, mut orders: Orders) {
    let desktop = Desktop::of(&app);
    loop {
        desktop.engine.connecting();
        let error = match open(&app, &launch).await {
            Ok(session) => match listen(&app, session, &mut orders).await {
                Ended::Failed(error) => error,
                Ended::StartedOver => continue,
            },
            Err(error) => error,
        };
        let told = error.to_api_error();
        tracing::warn!("the engine can't be reached: {}", told.message);
        desktop.overview(Overview::engine_unreachable);
        tray::refresh(&app);
        desktop.engine.unreachable(told.clone());
        desktop.subscriber.tell(DesktopEvent::EngineUnreachable { error: told });
        tokio::select! {
            () = desktop.engine.wanted() => {}
            () = sleep(TRY_AGAIN_AFTER) => {}
            Some(order) = wanted(&mut orders) => {
                carry_out(&desktop, order, start_over::without_engine(&desktop.places, error)).await;
            }
        }
    }
}

enum Ended {
    Failed(DoorError),
    StartedOver,
}

async fn open<R: Runtime>(app: &AppHandle<R>, launch: &Launch) -> Result<Session, DoorError> {
    let desktop = Desktop::of(app);
    let on_loss = {
        let (app, desktop) = (app.clone(), Arc::clone(&desktop));
        move || {
            desktop.engine.connecting();
            desktop.overview(Overview::engine_lost);
            desktop.subscriber.tell(DesktopEvent::EngineLost);
            tray::refresh(&app);
        }
    };
    let mut session = Session::open(&desktop.places, launch.clone(), on_loss).await?;
    let presented = desktop.overview(|overview| overview.presented());
    session.subscribe_after(true, presented).await?;
    desktop.engine.connected(session.asker());
    Ok(session)
}

async fn listen<R: Runtime>(app: &AppHandle<R>, mut session: Session, orders: &mut Orders) -> Ended {
    let desktop = Desktop::of(app);
    loop {
        tokio::select! {
            heard = session.hear() => match heard {
                Ok(Heard::Event(event)) => {
                    take(app, &desktop, *event);
                    if let Some(presented) = desktop.overview(|overview| overview.presented()) {
                        session.presented(presented);
                    }
                }
                Ok(Heard::EngineRestarted) => desktop.engine.connected(session.asker()),
                Err(error) => return Ended::Failed(error),
            },
            Some(order) = wanted(orders) => {
                carry_out(&desktop, order, start_over::start_over(session, &desktop.places)).await;
                return Ended::StartedOver;
            }
        }
    }
}

/// The next order that somebody still waits for. May be dropped while it waits.
async fn wanted(orders: &mut Orders) -> Option<Order> {
    loop {
        let order = orders.recv().await?;
        if order.is_wanted() {
            return Some(order);
        }
    }
}

/// Starts over and tells what came of it.
async fn carry_out(
    desktop: &Desktop,
    Order::StartOver(tell): Order,
    starting_over: impl Future<Output = Result<Removed, DoorError>>,
) {
    desktop.engine.connecting();
    desktop.subscriber.tell(DesktopEvent::EngineLost);
    let outcome = starting_over.await;
    if let Ok(removed) = &outcome {
        desktop.overview(Overview::forget);
        // That a password stays in the key store is said by the log; all else is gone.
        if let Some(error) = &removed.password_kept {
            tracing::warn!("a kept password could not be forgotten: {error}");
        }
    }
    let _ = tell.send(outcome.map(drop).map_err(|error| error.to_api_error()));
}

/// One event, to everybody whom it concerns.
fn take<R: Runtime>(app: &AppHandle<R>, desktop: &Arc<Desktop>, event: AppEvent) {
    let tell = desktop.overview(|overview| overview.take(&event));
    match &event {
        AppEvent::Snapshot(snapshot) => follow_settings(app, &snapshot.settings),
        AppEvent::SettingsChanged { settings, .. } => follow_settings(app, settings),
        _ => {}
    }
    if changes_the_menu(&event) {
        desktop.menu_is_old.notify_one();
    }
    desktop.subscriber.hear(event);
    for tell in tell {
        notify::tell(app, tell);
    }
    tray::refresh(app);
}

fn follow_settings<R: Runtime>(app: &AppHandle<R>, settings: &landfall_core::settings::Settings) {
    window::follow_theme(app, settings.desktop.theme);
    login::follow(app, settings.desktop.start_at_login);
}

fn changes_the_menu(event: &AppEvent) -> bool {
    matches!(
        event,
        AppEvent::Snapshot(_) | AppEvent::LibraryChanged { .. } | AppEvent::SettingsChanged { .. }
    )
}
