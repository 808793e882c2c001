//! TLS in every mode of `sslmode`, against a server that has it and one that has not.

use landfall_core::code::Code;
use landfall_tests::postgres::Postgres;
use landfall_tests::program::Program;
use landfall_tests::workbook::Workbook;
use landfall_tests::workbook::calamine::DataType;

use crate::support::{OwnReport, Scene, fails, made};

/// A report whose one cell tells whether its own connection is protected.
fn is_protected() -> OwnReport {
    OwnReport::of("SELECT ssl::text AS ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        .column("ssl", "text")
}

fn answer(program: Program) -> String {
    let workbook = Workbook::read(&made(program));
    workbook.sheet("My own").cell(1, 0).get_string().unwrap().to_owned()
}

struct Modes {
    scene: Scene,
}

impl Modes {
    fn with(&self, mode: &str) -> Program {
        self.scene.own(&is_protected()).env("DB_SSLMODE", mode)
    }

    fn refused(&self, program: Program) {
        fails(&self.scene, program, Code::DatabaseUnreachable, "no protected connection");
    }
}

#[test]
fn each_mode_protects_and_verifies_as_libpq_does() {
    let server = Postgres::shared();
    let modes = Modes { scene: Scene::on(server) };
    let (good, other) = (server.ca_certificate(), server.other_ca_certificate());
    assert_eq!(answer(modes.with("disable")), "false");
    assert_eq!(answer(modes.with("prefer")), "true");
    assert_eq!(answer(modes.with("require")), "true");
    assert_eq!(answer(modes.with("require").env("DB_SSLROOTCERT", good)), "true");
    assert_eq!(answer(modes.with("verify-ca").env("DB_SSLROOTCERT", good)), "true");
    assert_eq!(answer(modes.with("verify-full").env("DB_SSLROOTCERT", good)), "true");
    let localhost = modes.with("verify-full").env("DB_SSLROOTCERT", good).env("DB_HOST", "localhost");
    assert_eq!(answer(localhost), "true");

    let unnamed =
        |mode: &str| modes.with(mode).env("DB_SSLROOTCERT", good).env("DB_HOST", server.unnamed_host());
    assert_eq!(answer(unnamed("verify-ca")), "true");
    modes.refused(unnamed("verify-full"));
    for mode in ["require", "verify-ca", "verify-full"] {
        modes.refused(modes.with(mode).env("DB_SSLROOTCERT", other));
    }
    // Nobody whom Mozilla trusts signed the test's certificate.
    for mode in ["verify-ca", "verify-full"] {
        modes.refused(modes.with(mode));
    }
}

#[test]
fn a_server_without_tls_is_refused_where_tls_is_asked_for() {
    let server = Postgres::options().without_tls().start();
    let modes = Modes { scene: Scene::on(&server) };
    assert_eq!(answer(modes.with("prefer")), "false");
    assert_eq!(answer(modes.with("disable")), "false");
    for mode in ["require", "verify-ca", "verify-full"] {
        modes.refused(modes.with(mode));
    }
}

#[test]
fn certificates_that_can_not_be_read_are_named() {
    let modes = Modes { scene: Scene::empty() };
    for path in ["/nowhere/ca.pem", "/etc/passwd"] {
        let program = modes.with("verify-full").env("DB_SSLROOTCERT", path);
        fails(&modes.scene, program, Code::DatabaseUnreachable, path);
    }
}

#[test]
fn a_url_names_the_database_too() {
    let scene = Scene::empty();
    scene.define(&is_protected());
    let program = |url: String| {
        Program::named("ticketing-report")
            .env("LANDFALL_HOME", scene.home())
            .env("DATABASE_URL", url)
            .args(["--definition", "own", "--previous-month", "--output"])
            .arg(scene.folder())
    };
    assert_eq!(answer(program(scene.database.url())), "true");
    assert_eq!(answer(program(format!("{}?sslmode=disable", scene.database.url()))), "false");
    let beaten = program(scene.database.url()).env("DB_SSLMODE", "disable");
    assert_eq!(answer(beaten), "false");
}
