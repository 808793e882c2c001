//! Clients that queue, leave and misbehave.

use std::time::{Duration, Instant};

use landfall_tests::process::{self, Signal};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio_postgres::NoTls;

use crate::program::{DEADLINE, Folder, Sampledb};

/// Longer than any deadline here: whoever waits for its end is wedged.
const ENDLESS: &str = "SELECT count(*) FROM generate_series(1, 100000000000)";
/// How soon the next client is served after one that left: the contract cancels runs this way.
const SOON: Duration = Duration::from_secs(30);

/// A session with a query under way that nobody will wait for; what is returned is its socket.
async fn start_endless_query(sampledb: &Sampledb) -> TcpStream {
    let config = sampledb.config();
    let address = ("127.0.0.1", config.get_ports()[0]);
    let mut stream = TcpStream::connect(address).await.unwrap();
    let text = b"user\0postgres\0database\0traindb\0\0";
    let mut startup = Vec::from(u32::try_from(text.len() + 8).unwrap().to_be_bytes());
    startup.extend(196_608_u32.to_be_bytes());
    startup.extend(text);
    send(&mut stream, &startup).await;
    // ReadyForQuery is the end of the greeting.
    let mut greeting = Vec::new();
    while !greeting.ends_with(b"Z\0\0\0\x05I") {
        let mut chunk = [0; 1024];
        let read = stream.read(&mut chunk).await.unwrap();
        assert!(read > 0, "the greeting ends early");
        greeting.extend(&chunk[..read]);
    }
    let mut query = vec![b'Q'];
    query.extend(u32::try_from(ENDLESS.len() + 5).unwrap().to_be_bytes());
    query.extend(ENDLESS.as_bytes());
    query.push(0);
    send(&mut stream, &query).await;
    stream
}

async fn send(stream: &mut TcpStream, bytes: &[u8]) {
    tokio::io::AsyncWriteExt::write_all(stream, bytes).await.unwrap();
}

async fn answers_soon(sampledb: &Sampledb) {
    let started = Instant::now();
    let client = sampledb.connect().await;
    let row = client.query_one("SELECT count(*) FROM stations", &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 120);
    assert!(started.elapsed() < SOON, "it took {:?}", started.elapsed());
}

#[tokio::test]
async fn a_client_that_leaves_in_the_middle_of_a_query_does_not_block_the_next() {
    let folder = Folder::filled();
    let sampledb = Sampledb::start(&folder);
    for _ in 0..2 {
        let stream = start_endless_query(&sampledb).await;
        drop(stream);
        answers_soon(&sampledb).await;
    }
}

#[tokio::test]
async fn a_client_that_is_cut_off_by_a_reset_does_not_block_the_next() {
    let folder = Folder::filled();
    let sampledb = Sampledb::start(&folder);
    let stream = start_endless_query(&sampledb).await;
    stream.set_zero_linger().unwrap();
    drop(stream);
    answers_soon(&sampledb).await;
}

#[tokio::test]
async fn a_second_client_waits_for_the_first_to_leave() {
    let folder = Folder::filled();
    let sampledb = Sampledb::start(&folder);
    let first = sampledb.connect().await;
    let waiting = sampledb.connect();
    tokio::pin!(waiting);
    // The first session still works while the second waits.
    for _ in 0..20 {
        let answered = tokio::select! {
            biased;
            row = first.query_one("SELECT 1", &[]) => row.is_ok(),
            _ = &mut waiting => false,
        };
        assert!(answered, "the second must wait");
    }
    drop(first);
    assert!(waiting.await.query_one("SELECT 1", &[]).await.is_ok());
}

#[tokio::test]
async fn a_request_to_cancel_is_answered_at_once_and_harms_nobody() {
    let folder = Folder::filled();
    let sampledb = Sampledb::start(&folder);
    let client = sampledb.connect().await;
    let cancelled = tokio::time::timeout(SOON, client.cancel_token().cancel_query(NoTls)).await;
    assert!(cancelled.is_ok(), "a canceller must not hang");
    assert!(client.query_one("SELECT 1", &[]).await.is_ok());
}

#[tokio::test]
async fn connections_that_say_nothing_or_nonsense_do_not_block_anybody() {
    let folder = Folder::filled();
    let sampledb = Sampledb::start(&folder);
    let port = sampledb.config().get_ports()[0];
    let _silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let mut nonsense = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    send(&mut nonsense, b"GET / HTTP/1.1\r\n\r\n").await;
    drop(nonsense);
    answers_soon(&sampledb).await;
}

#[tokio::test]
async fn a_killed_postgres_costs_its_client_the_session_and_the_next_client_nothing() {
    let folder = Folder::filled();
    let sampledb = Sampledb::start(&folder);
    let client = sampledb.connect().await;
    process::signal(folder.backend(), Signal::KILL);
    let lost = tokio::time::timeout(DEADLINE, client.query_one("SELECT 1", &[])).await.unwrap();
    assert!(lost.is_err());
    answers_soon(&sampledb).await;
}

#[tokio::test]
async fn what_was_committed_stays_when_the_next_query_is_cut_off() {
    let folder = Folder::filled();
    let sampledb = Sampledb::start(&folder);
    let client = sampledb.connect().await;
    client.batch_execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)").await.unwrap();
    drop(client);
    drop(start_endless_query(&sampledb).await);
    let client = sampledb.connect().await;
    assert_eq!(client.query_one("SELECT n FROM kept", &[]).await.unwrap().get::<_, i32>(0), 1);
}
