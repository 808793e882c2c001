//! A real Kubernetes for tests: one bed for all tests of a run, a namespace for each.
//!
//! Where it comes from, first that is set:
//!
//! 1. `LANDFALL_TEST_CONTEXT`: a cluster of your own, by the name of its context. Nothing of it is paused or restarted.
//! 2. `TESTBED_DIR`: a bed that is up, as `cargo xtask bed env` says.
//! 3. `LANDFALL_TEST_BED`: the folder of a built bed, as `cargo xtask test` says; one is started and ends with the tests.
//!
//! With none of them such tests are left out by one line, and fail where `CI` is `true`.

mod namespace;

use std::env;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Output};
use std::sync::{OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

pub use namespace::Namespace;

/// A program of the cluster that a test may hurt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Component {
    Etcd,
    ApiServer,
    ControllerManager,
    Scheduler,
    Kubelet,
    KubeProxy,
    Containerd,
}

impl Component {
    fn name(self) -> &'static str {
        match self {
            Self::Etcd => "etcd",
            Self::ApiServer => "kube-apiserver",
            Self::ControllerManager => "kube-controller-manager",
            Self::Scheduler => "kube-scheduler",
            Self::Kubelet => "kubelet",
            Self::KubeProxy => "kube-proxy",
            Self::Containerd => "containerd",
        }
    }
}

/// The cluster that the tests of this process share.
#[derive(Debug)]
pub struct Bed {
    kubectl: PathBuf,
    /// `None` for a cluster of one's own: its kubeconfig is found as kubectl finds it.
    folder: Option<PathBuf>,
    context: Option<String>,
    program: Option<PathBuf>,
    calm: RwLock<()>,
}

/// Holds off tests that would hurt the cluster.
#[derive(Debug)]
pub struct Calm(#[expect(dead_code, reason = "held, not read")] RwLockReadGuard<'static, ()>);

/// No other test uses the cluster meanwhile.
#[derive(Debug)]
pub struct Alone(#[expect(dead_code, reason = "held, not read")] RwLockWriteGuard<'static, ()>);

/// The bed of this run. `None` where there is none and need not be: the test says nothing more and ends.
///
/// # Panics
/// If the bed doesn't come up, and without one where `CI` is `true`.
#[expect(clippy::print_stderr, reason = "the one line that tells why tests are left out")]
pub fn shared() -> Option<&'static Bed> {
    static BED: OnceLock<Option<Bed>> = OnceLock::new();
    let bed = BED.get_or_init(|| {
        let found = Bed::find();
        if found.is_none() {
            let hint = "cargo xtask test, or LANDFALL_TEST_CONTEXT=<a context of yours>";
            assert!(env::var_os("CI").is_none_or(|ci| ci != "true"), "no cluster for tests: {hint}");
            eprintln!("tests that need a cluster are left out: {hint}");
        }
        found
    });
    bed.as_ref()
}

impl Bed {
    fn find() -> Option<Self> {
        let plain = Self {
            kubectl: "kubectl".into(),
            folder: None,
            context: None,
            program: None,
            calm: RwLock::default(),
        };
        if let Ok(context) = env::var("LANDFALL_TEST_CONTEXT") {
            return Some(Self { context: Some(context), ..plain });
        }
        let built = PathBuf::from(env::var_os("LANDFALL_TEST_BED")?);
        let bin = built.join("bin");
        let folder = env::var_os("TESTBED_DIR").map_or_else(|| started(&built), PathBuf::from);
        let (kubectl, program) = (bin.join("kubectl"), Some(bin.join("bed")));
        Some(Self { kubectl, folder: Some(folder), program, ..plain })
    }

    /// The kubeconfig with which an admin reaches the cluster.
    pub fn kubeconfig(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join("kubeconfig"))
    }

    /// For a test that leaves the cluster as it is.
    pub fn calm(&'static self) -> Calm {
        Calm(self.calm.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// For a test that hurts the cluster; waits until no other uses it. `None` for a cluster of one's own.
    pub fn alone(&'static self) -> Option<Alone> {
        self.program.as_ref()?;
        Some(Alone(self.calm.write().unwrap_or_else(PoisonError::into_inner)))
    }

    /// A namespace for this test, gone at its end.
    pub fn namespace(&'static self, test: &str) -> Namespace {
        Namespace::new(self, test)
    }

    /// Gives the image of this archive to the node.
    pub fn load(&self, archive: &Path) {
        self.bed("load", &[archive.as_os_str()]);
    }

    pub fn pause(&self, component: Component) {
        self.control("pause", component);
    }

    pub fn resume(&self, component: Component) {
        self.control("resume", component);
    }

    /// Ends it well and starts it again.
    pub fn restart(&self, component: Component) {
        self.control("restart", component);
    }

    /// kill -9; it is started again by itself.
    pub fn kill(&self, component: Component) {
        self.control("kill", component);
    }

    /// What kubectl writes, or what it complains of.
    pub fn kubectl(&self, arguments: &[&str]) -> Result<String, String> {
        let mut command = Command::new(&self.kubectl);
        if let Some(kubeconfig) = self.kubeconfig() {
            command.env("KUBECONFIG", kubeconfig);
        }
        if let Some(context) = &self.context {
            command.args(["--context", context]);
        }
        let Output { status, stdout, stderr } =
            command.args(arguments).output().expect("kubectl can be started");
        if status.success() {
            Ok(String::from_utf8_lossy(&stdout).into_owned())
        } else {
            Err(String::from_utf8_lossy(&stderr).into_owned())
        }
    }

    fn control(&self, action: &str, component: Component) {
        self.bed("ctl", &[action.as_ref(), component.name().as_ref()]);
    }

    fn bed(&self, verb: &str, arguments: &[&std::ffi::OsStr]) {
        let (Some(program), Some(folder)) = (&self.program, &self.folder) else {
            panic!("`bed {verb}` is for the bed, not for a cluster of one's own")
        };
        let mut command = Command::new(program);
        let output = command.arg(verb).arg("--dir").arg(folder).args(arguments).output();
        let output = output.expect("bed can be started");
        assert!(output.status.success(), "bed {verb}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Starts a bed that goes down with this process, however that ends; its logs stay where it fails.
fn started(built: &Path) -> PathBuf {
    let folder = env::temp_dir().join(format!("landfall-bed-{}", process::id()));
    let mut up = Command::new(built.join("bin/bed"));
    up.arg("up").arg("--dir").arg(&folder).arg("--images").arg(built.join("images"));
    up.args(["--owner-pid", &process::id().to_string()]);
    let output = up.output().expect("bed can be started");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the bed doesn't come up, see {}/logs: {said}", folder.display());
    folder
}
