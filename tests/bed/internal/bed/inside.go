package bed

import (
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"landfall-bed/internal/cgroup"
	"landfall-bed/internal/docker"
	"landfall-bed/internal/faces"
	"landfall-bed/internal/layout"
	"landfall-bed/internal/namespaces"
	"landfall-bed/internal/node"
	"landfall-bed/internal/process"
	"landfall-bed/internal/supervise"
	"landfall-bed/manifests"
)

// nodeIP is the address of the one node of a bed.
const nodeIP = "10.40.0.1"

// Init is the first thing that process 1 does: it enters the cgroups that
// `bed serve`, known by its number, has made, and the bed's view of the
// machine; then it becomes Run. It returns only if it fails.
func Init(o Options, serve string) error {
	// A cgroup namespace belongs to a thread. This one becomes the new program,
	// of which every thread has it.
	runtime.LockOSThread()
	group, err := cgroup.Named(serve)
	if err != nil {
		return err
	}
	if err := group.Enter(); err != nil {
		return err
	}
	root, err := o.root()
	if err != nil {
		return err
	}
	if err := namespaces.Enter(root); err != nil {
		return err
	}
	if err := group.Mount(); err != nil {
		return err
	}
	if err := unix.Sethostname([]byte(o.Node)); err != nil {
		return fmt.Errorf("hostname: %w", err)
	}
	text, err := o.encode()
	if err != nil {
		return err
	}
	return syscall.Exec(filepath.Join(layout.Programs, "bed"), []string{"bed", "run", text}, os.Environ())
}

// Run is process 1 from then on: it starts and watches everything. When it
// ends, so does all that runs inside.
func Run(o Options) error {
	readyPipe, life := os.NewFile(3, "ready"), os.NewFile(4, "life")
	syscall.CloseOnExec(3)
	syscall.CloseOnExec(4)
	go func() {
		io.Copy(io.Discard, life) // until `bed serve` has ended
		os.Exit(1)
	}()
	os.Setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
	os.Unsetenv("KUBECONFIG")
	os.Setenv("HOME", layout.Run)
	os.Setenv("TMPDIR", layout.Run)
	process.ReapOrphans()
	if err := os.MkdirAll(layout.Run, 0o755); err != nil {
		return fmt.Errorf("folder of sockets: %w", err)
	}
	if err := namespaces.RequireReal(layout.Data); err != nil {
		return err
	}
	stop := make(chan os.Signal, 4)
	signal.Notify(stop, syscall.SIGTERM)
	supervisor := supervise.New(filepath.Join(layout.Data, layout.Logs), map[string]any{"face": o.Face, "node": o.Node, "dir": o.Dir})
	control := filepath.Join(layout.Data, layout.ControlSocket)
	if err := supervisor.Serve(control); err != nil {
		return err
	}
	if err := o.give(control); err != nil {
		return err
	}
	begin := o.cluster
	if o.Docker {
		begin = o.dockerDaemon
	}
	failed := make(chan error, 1)
	go func() {
		if err := begin(supervisor); err != nil {
			failed <- err
			return
		}
		log.Print("ready")
		io.WriteString(readyPipe, ready)
		readyPipe.Close()
	}()
	select {
	case err := <-failed:
		return err
	case <-stop:
		log.Print("going down")
		supervisor.StopAll(programGrace, downLimit)
		return nil
	}
}

// give makes a file usable by the user that the bed is for.
func (o Options) give(file string) error {
	if o.User < 0 {
		return nil
	}
	if err := os.Chown(file, o.User, o.Group()); err != nil {
		return fmt.Errorf("give to user %d: %w", o.User, err)
	}
	return nil
}

// runtimeLink gives this program its name as an OCI runtime.
func runtimeLink() (string, error) {
	link := filepath.Join(layout.Run, "oci-runtime")
	if err := os.Symlink(filepath.Join(layout.Programs, "bed"), link); err != nil {
		return "", fmt.Errorf("OCI runtime: %w", err)
	}
	return link, nil
}

func (o Options) dockerDaemon(s *supervise.Supervisor) error {
	if _, err := process.Run(nil, "ip", "link", "set", "lo", "up"); err != nil {
		return err
	}
	link, err := runtimeLink()
	if err != nil {
		return err
	}
	daemon := docker.Daemon{Socket: filepath.Join(layout.Data, layout.DockerSocket), Dir: filepath.Join(layout.Data, "docker"),
		Run: layout.Run, Images: layout.Images, Runtime: link, Group: o.Group(), Supervisor: s}
	return daemon.Up()
}

func (o Options) cluster(s *supervise.Supervisor) error {
	face, err := faces.Named(o.Face)
	if err != nil {
		return err
	}
	disk, err := o.prepareDisks(face)
	if err != nil {
		return err
	}
	volumes := filepath.Join(disk, "volumes")
	objects, err := manifests.Named(volumes, face.Manifests...)
	if err != nil {
		return err
	}
	link, err := runtimeLink()
	if err != nil {
		return err
	}
	if err := node.Bridge(nodeIP); err != nil {
		return err
	}
	kubeconfig := filepath.Join(layout.Data, layout.Kubeconfig)
	n := &node.Node{
		Dir: layout.Data, Run: layout.Run, Disk: disk, Hyper: filepath.Join(layout.Programs, "hyper"), Runtime: link, Images: layout.Images,
		Name: o.Node, IP: nodeIP, Roles: face.Roles, ProviderID: face.ProviderID, Eviction: face.Eviction,
		Server: true, APIPort: o.APIPort, Public: fmt.Sprintf("https://127.0.0.1:%d", o.APIPort), Context: face.Context,
		Kubeconfig: kubeconfig, NotReady: o.NotReady, Manifests: objects, ManifestsDir: filepath.Join(layout.Data, "manifests"),
		Supervisor: s, APIReady: func() error { return o.give(kubeconfig) },
	}
	return n.Up()
}

// prepareDisks makes the folders that a face has, and returns the one for the
// kubelet and for volumes.
func (o Options) prepareDisks(face faces.Face) (string, error) {
	if face.Desktop {
		if err := namespaces.MakeFolder(faces.DesktopMounts); err != nil {
			return "", err
		}
	}
	if !face.SmallDisk {
		return layout.Data, nil
	}
	disk := filepath.Join(layout.Data, "disk")
	if err := namespaces.MakeFolder(disk); err != nil {
		return "", err
	}
	// tmpfs knows k, m and g, all of them binary.
	size := strings.ToLower(strings.TrimSuffix(o.DiskSize, "i"))
	return disk, namespaces.SmallDisk(disk, size)
}
