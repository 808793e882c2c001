//! TLS for PostgreSQL: rustls with ring, and the verification of each `sslmode` as libpq defines it
//! (PostgreSQL manual, section 34.19, "SSL Support").

use std::path::{Path, PathBuf};
use std::sync::Arc;

use landfall_core::settings::SslMode;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Why TLS could not be set up, before anything was sent.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("the certificates in {} can't be read", path.display())]
    ReadRoots { path: PathBuf, source: rustls::pki_types::pem::Error },
    #[error("{} holds no certificate", path.display())]
    NoRoots { path: PathBuf },
    #[error("a certificate in {} can't be used", path.display())]
    UseRoot { path: PathBuf, source: rustls::Error },
    #[error("the verification of certificates can't be set up")]
    Verifier(#[from] rustls::client::VerifierBuilderError),
    #[error("TLS can't be set up")]
    Protocol(#[from] rustls::Error),
}

/// A connector that verifies as `mode` says. Authorities are those of `root_certificates` (PEM), or the ones
/// that Mozilla trusts, which are built in.
pub(super) fn connector(
    mode: SslMode,
    root_certificates: Option<&Path>,
) -> Result<MakeRustlsConnect, TlsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let check = match (mode, root_certificates) {
        (SslMode::VerifyFull, _) => Check::ChainAndHost,
        // libpq: "if a root CA file exists, the behavior of sslmode=require will be the same as verify-ca".
        (SslMode::VerifyCa, _) | (SslMode::Require, Some(_)) => Check::Chain,
        _ => Check::Nothing,
    };
    let verifier: Arc<dyn ServerCertVerifier> = match check {
        Check::Nothing => Arc::new(SignatureOnly(provider.clone())),
        Check::Chain => Arc::new(ChainOnly(webpki(root_certificates, &provider)?)),
        Check::ChainAndHost => webpki(root_certificates, &provider)?,
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

enum Check {
    Nothing,
    Chain,
    ChainAndHost,
}

fn webpki(
    root_certificates: Option<&Path>,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<WebPkiServerVerifier>, TlsError> {
    let mut roots = RootCertStore::empty();
    match root_certificates {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(path) => {
            let read = |source| TlsError::ReadRoots { path: path.to_owned(), source };
            for certificate in CertificateDer::pem_file_iter(path).map_err(read)? {
                roots
                    .add(certificate.map_err(read)?)
                    .map_err(|source| TlsError::UseRoot { path: path.to_owned(), source })?;
            }
            if roots.is_empty() {
                return Err(TlsError::NoRoots { path: path.to_owned() });
            }
        }
    }
    Ok(WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build()?)
}

/// `prefer` and `require`: whoever answers is taken, but the handshake must be of one piece.
#[derive(Debug)]
struct SignatureOnly(Arc<CryptoProvider>);

impl ServerCertVerifier for SignatureOnly {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// `verify-ca`: the chain must hold, the host it names doesn't matter.
#[derive(Debug)]
struct ChainOnly(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for ChainOnly {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        match self.0.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // The host is compared after the chain was found good.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}
