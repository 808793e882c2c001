//! One session: bytes between a client and PostgreSQL.

use std::time::Duration;

use tokio::io::{AsyncWriteExt as _, copy, sink};
use tokio::time::timeout;

use crate::door::Client;
use crate::error::Error;
use crate::postgres::Postgres;

/// How long PostgreSQL may go on after its client has left: enough to roll back and close, not to finish a query.
const GOODBYE_DEADLINE: Duration = Duration::from_secs(1);

/// Serves one client until it leaves, and leaves PostgreSQL ready for the next.
pub(crate) async fn serve(client: Client, postgres: &mut Postgres) -> Result<(), Error> {
    let Client { mut stream, read } = client;
    let mut session = postgres.connect().await?;
    let _ = session.set_nodelay(true);
    let (mut from_client, mut to_client) = stream.split();
    let (mut from_session, mut to_session) = session.split();
    let requests = async {
        // An error on either side is an end like any other: what matters is who is still there.
        let _ = to_session.write_all(&read).await;
        let _ = copy(&mut from_client, &mut to_session).await;
        let _ = to_session.shutdown().await;
    };
    let mut answers = Box::pin(copy(&mut from_session, &mut to_client));
    let client_left_first = tokio::select! {
        () = requests => true,
        // The client may have gone, which shows as an error here; then PostgreSQL is still at work.
        answered = &mut answers => answered.is_err(),
    };
    drop(answers);
    if client_left_first && timeout(GOODBYE_DEADLINE, copy(&mut from_session, &mut sink())).await.is_err() {
        drop(session);
        postgres.restart().await?;
    }
    Ok(())
}
