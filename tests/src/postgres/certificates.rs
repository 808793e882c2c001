//! A certificate authority of our own, the server's certificate, and an authority that has nothing to do with it.

use std::fs;
use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};

pub(crate) const CA: &str = "ca.pem";
pub(crate) const OTHER_CA: &str = "other-ca.pem";
pub(crate) const SERVER: &str = "server.pem";
pub(crate) const SERVER_KEY: &str = "server.key";

/// Writes the four files into `folder`. The server's certificate names `localhost` and 127.0.0.1.
pub(crate) fn write(folder: &Path) {
    let key = KeyPair::generate().expect("a key");
    let (authority, pem) = authority("Landfall tests", key);
    write_file(folder, CA, &pem);

    let key = KeyPair::generate().expect("a key");
    let mut server = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()])
        .expect("names are valid");
    server.distinguished_name.push(DnType::CommonName, "localhost");
    let certificate = server.signed_by(&key, &authority).expect("signing works");
    write_file(folder, SERVER, &certificate.pem());
    write_file(folder, SERVER_KEY, &key.serialize_pem());

    let (_, pem) = self::authority("Somebody else", KeyPair::generate().expect("a key"));
    write_file(folder, OTHER_CA, &pem);
}

fn authority(name: &str, key: KeyPair) -> (Issuer<'static, KeyPair>, String) {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let certificate = params.self_signed(&key).expect("signing works");
    (Issuer::new(params, key), certificate.pem())
}

fn write_file(folder: &Path, name: &str, pem: &str) {
    fs::write(folder.join(name), pem).expect("the cluster's folder is writable");
}
