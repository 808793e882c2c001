//! One session: bytes between a client and PostgreSQL.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy, sink};
use tokio::time::timeout;

use crate::door::Client;
use crate::error::Error;
use crate::postgres::{Channel, Postgres};

/// How long PostgreSQL may go on after its client has left: enough to roll back and close, not to finish a query.
const GOODBYE_DEADLINE: Duration = Duration::from_secs(1);

/// How long PostgreSQL may take to begin its answer to a new client: it may have to recover after a kill.
const ANSWER_DEADLINE: Duration = Duration::from_mins(1);

/// Read at once of the answer to a start-up packet.
const ANSWER_BYTES: usize = 8 * 1024;

/// Serves one client until it leaves, and leaves PostgreSQL ready for the next.
pub(crate) async fn serve(client: Client, postgres: &mut Postgres) -> Result<(), Error> {
    let Client { mut stream, startup } = client;
    let (mut session, answer) = begin(&startup, postgres).await?;
    let (mut from_client, mut to_client) = stream.split();
    let (mut from_session, mut to_session) = session.split();
    let requests = async {
        // An error on either side is an end like any other: what matters is who is still there.
        let _ = copy(&mut from_client, &mut to_session).await;
        let _ = to_session.shutdown().await;
    };
    let mut answers = Box::pin(async {
        to_client.write_all(&answer).await?;
        copy(&mut from_session, &mut to_client).await
    });
    let client_left_first = tokio::select! {
        () = requests => true,
        // An error means that the client can't be written to, so it is the one that has gone.
        answered = &mut answers => answered.is_err(),
    };
    drop(answers);
    if client_left_first && timeout(GOODBYE_DEADLINE, copy(&mut from_session, &mut sink())).await.is_err() {
        postgres.restart().await?;
    }
    Ok(())
}

/// A session, and the beginning of PostgreSQL's answer. One that is dying accepts a connection and closes it without a
/// word; then another is started, and the client never knows.
async fn begin(startup: &[u8], postgres: &mut Postgres) -> Result<(Channel, Vec<u8>), Error> {
    let session = postgres.connect().await?;
    if let Some(answered) = greet(session, startup).await {
        return Ok(answered);
    }
    postgres.restart().await?;
    let mut session = postgres.connect().await?;
    session.write_all(startup).await.map_err(Error::ReachPostgres)?;
    Ok((session, Vec::new()))
}

async fn greet(mut session: Channel, startup: &[u8]) -> Option<(Channel, Vec<u8>)> {
    session.write_all(startup).await.ok()?;
    let mut answer = vec![0; ANSWER_BYTES];
    let length = timeout(ANSWER_DEADLINE, session.read(&mut answer)).await.ok()?.ok()?;
    answer.truncate(length);
    (length > 0).then_some((session, answer))
}
