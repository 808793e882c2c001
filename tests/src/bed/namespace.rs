//! A namespace of a test's own.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use std::{process, thread};

use super::Bed;
use crate::wait::eventually;

const READY_WITHIN: Duration = Duration::from_secs(20);
/// Kinds that belong to no namespace and that tests make.
const CLUSTER_WIDE: &str =
    "persistentvolumes,storageclasses,priorityclasses,clusterroles,clusterrolebindings";

/// A namespace with a name that no other has. Dropping it deletes it and what bears its label, and when the test failed
/// tells first what was in it.
#[derive(Debug)]
pub struct Namespace {
    bed: &'static Bed,
    name: String,
}

impl Namespace {
    /// The label that objects outside of namespaces bear, with the namespace's name as its value.
    pub const LABEL: &str = "landfall.test/namespace";

    pub(super) fn new(bed: &'static Bed, test: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("t-{test}-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        bed.kubectl(&["create", "namespace", &name]).expect("a namespace can be made");
        let namespace = Self { bed, name };
        // Pods are refused before.
        eventually(READY_WITHIN, "the default service account", || {
            namespace.kubectl(&["get", "serviceaccount", "default"]).ok()
        });
        namespace
    }

    /// Also the prefix for names of what belongs to no namespace.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn bed(&self) -> &'static Bed {
        self.bed
    }

    /// [`Bed::kubectl`] in this namespace.
    pub fn kubectl(&self, arguments: &[&str]) -> Result<String, String> {
        self.bed.kubectl(&[&["--namespace", &self.name], arguments].concat())
    }

    #[expect(clippy::print_stderr, reason = "the test's own report")]
    fn tell(&self) {
        let ask = |arguments: &[&str]| self.kubectl(arguments).unwrap_or_else(|error| error);
        eprintln!(
            "--- objects of {}:\n{}",
            self.name,
            ask(&["get", "all,pvc,configmaps", "--output", "wide"])
        );
        eprintln!("--- events:\n{}", ask(&["get", "events", "--sort-by", ".lastTimestamp"]));
        let pods = ask(&["get", "pods", "--output", "name"]);
        for pod in pods.lines() {
            let log = ask(&["logs", pod, "--all-containers", "--prefix", "--tail", "60"]);
            eprintln!("--- log of {pod}:\n{log}");
        }
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        if thread::panicking() {
            self.tell();
        }
        let label = format!("{}={}", Self::LABEL, self.name);
        // A test may leave a cluster that doesn't answer; the next ones say so.
        let _ = self.bed.kubectl(&["delete", "namespace", &self.name, "--wait=false"]);
        let _ = self.bed.kubectl(&["delete", CLUSTER_WIDE, "--selector", &label, "--wait=false"]);
    }
}
