// Package bed starts a bed, keeps it, and takes it down: the processes outside
// its namespaces (up, serve, sweep, down) and the first one inside (init, run).
package bed

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"landfall-bed/internal/faces"
	"landfall-bed/internal/layout"
	"landfall-bed/internal/namespaces"
)

// Options are what `bed up` is asked for. They travel to the other processes as
// JSON, so that they are read from the command line once.
type Options struct {
	Dir      string            // data folder
	Face     string            // what the cluster looks like
	Docker   bool              // a Docker daemon in place of a cluster
	Programs string            // folder of this program and of hyper
	Images   string            // folder of image archives; may be empty
	Node     string            // name of the node; empty: the face's
	APIPort  int               // on 127.0.0.1; 0: a free one
	Owner    int               // the bed goes down when this process ends; 0: none
	User     int               // sockets and kubeconfig belong to this user; -1: root
	NotReady string            // how long a silent node stays Ready
	Shares   []string          // folders of the machine that are the same inside
	Drives   map[string]string // folders by the letter of a drive
	DiskSize string            // of the face small-disk
	KeepLogs bool              // after the owner's end DIR/logs stays
}

type list []string

func (l *list) String() string     { return strings.Join(*l, " ") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

// ParseUp reads the command line of `bed up`.
func ParseUp(args []string) (Options, error) {
	o := Options{Drives: map[string]string{}}
	var shares, drives list
	f := flag.NewFlagSet("up", flag.ContinueOnError)
	f.StringVar(&o.Dir, "dir", "", "data `folder`: new, empty or a bed's")
	f.StringVar(&o.Face, "face", "plain", "what the cluster looks like: "+strings.Join(faces.Names(), ", "))
	f.BoolVar(&o.Docker, "docker", false, "run a Docker daemon in place of a cluster")
	f.StringVar(&o.Images, "images", "", "`folder` of image archives to import")
	f.StringVar(&o.Node, "node-name", "", "`name` of the node; the face's if not given")
	f.IntVar(&o.APIPort, "api-port", 0, "port of the API on 127.0.0.1; 0: a free one")
	f.IntVar(&o.Owner, "owner-pid", 0, "go down, and remove all, when this process ends")
	f.IntVar(&o.User, "user", -1, "number of the user that may use sockets and kubeconfig")
	f.StringVar(&o.NotReady, "not-ready-after", "20s", "`time` after which a silent node is NotReady")
	f.Var(&shares, "share", "`folder` of the machine that nodes see under the same path")
	f.Var(&drives, "drive", "`letter=FOLDER`: a drive of Docker Desktop")
	f.StringVar(&o.DiskSize, "disk-size", "64Mi", "size of the disk of the face small-disk")
	f.BoolVar(&o.KeepLogs, "keep-logs", false, "keep DIR/logs after the owner's end")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("%q is no option", f.Arg(0))
	}
	self, err := os.Executable()
	if err != nil {
		return o, fmt.Errorf("this program's own path: %w", err)
	}
	o.Programs = filepath.Dir(self)
	return o, o.complete(shares, drives)
}

// complete makes paths absolute and checks what can be checked without looking
// at the machine.
func (o *Options) complete(shares, drives []string) error {
	face, err := faces.Named(o.Face)
	if err != nil {
		return err
	}
	if o.Dir == "" {
		return errors.New("--dir is missing")
	}
	if o.Node == "" {
		o.Node = face.Node
	}
	if _, err := time.ParseDuration(o.NotReady); err != nil {
		return fmt.Errorf("--not-ready-after: %w", err)
	}
	for _, d := range drives {
		letter, folder, ok := strings.Cut(d, "=")
		if !ok || len(letter) != 1 || letter < "a" || letter > "z" || folder == "" {
			return fmt.Errorf("--drive %s: give a small letter, =, and a folder", d)
		}
		if !face.Desktop {
			return fmt.Errorf("--drive: nodes of the face %s have no drives", o.Face)
		}
		if o.Drives[letter], err = filepath.Abs(folder); err != nil {
			return err
		}
	}
	for _, s := range shares {
		if face.Sealed {
			return fmt.Errorf("--share: nodes of the face %s never see folders of the machine", o.Face)
		}
		absolute, err := filepath.Abs(s)
		if err != nil {
			return err
		}
		o.Shares = append(o.Shares, absolute)
	}
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return err
	}
	if o.Images != "" {
		if o.Images, err = filepath.Abs(o.Images); err != nil {
			return err
		}
	}
	if o.Docker && len(filepath.Join(o.Dir, layout.DockerSocket)) > 100 {
		return errors.New("--dir is too long for the path of a socket in it")
	}
	if strings.HasPrefix(o.Dir+"/", "/run/") || strings.HasPrefix(o.Dir+"/", "/var/run/") {
		return errors.New("--dir cannot lie in /run, which is another one inside")
	}
	return nil
}

// Check says at once what this machine lacks for a bed.
func (o Options) Check() error {
	if os.Geteuid() != 0 {
		return errors.New("only root can make the namespaces of a bed")
	}
	programs, files := []string{"ip", "nsenter", "containerd", "ctr", "runc"}, []string{}
	if o.Docker {
		programs = append(programs, "dockerd", "iptables")
	} else {
		programs = append(programs, "nft")
		files = append(files, filepath.Join(o.Programs, "hyper"), "/usr/lib/cni/bridge", "/usr/lib/cni/host-local", "/usr/lib/cni/loopback")
	}
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			return fmt.Errorf("%w; `cargo xtask bed setup` installs what is missing", err)
		}
	}
	for _, f := range files {
		if _, err := os.Stat(f); err != nil {
			return fmt.Errorf("%w; `cargo xtask bed setup` and `build` make what is missing", err)
		}
	}
	return o.checkReach()
}

// checkReach makes sure that the user can reach the data folder: the folders
// above it are not the bed's to change.
func (o Options) checkReach() error {
	if o.User <= 0 {
		return nil
	}
	for dir := filepath.Dir(o.Dir); dir != "/"; dir = filepath.Dir(dir) {
		st, err := os.Stat(dir)
		if err != nil {
			continue // is made, with mode 755
		}
		if st.Mode().Perm()&0o001 == 0 && owner(st) != o.User {
			return fmt.Errorf("user %d cannot enter %s; choose another --dir", o.User, dir)
		}
	}
	return nil
}

// Group is the group of the user that may use the sockets.
func (o Options) Group() int {
	if o.User < 0 {
		return 0
	}
	if u, err := user.LookupId(strconv.Itoa(o.User)); err == nil {
		if gid, err := strconv.Atoi(u.Gid); err == nil {
			return gid
		}
	}
	return o.User // a user without a name has a group of its own number
}

func (o Options) encode() (string, error) {
	b, err := json.Marshal(o)
	return string(b), err
}

// Decode reads the options that another process of the bed passed on.
func Decode(text string) (o Options, err error) {
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return o, fmt.Errorf("options: %w", err)
	}
	return o, nil
}

// root says what the bed sees of the machine.
func (o Options) root() (namespaces.Root, error) {
	face, err := faces.Named(o.Face)
	if err != nil {
		return namespaces.Root{}, err
	}
	r := namespaces.Root{Isolated: face.Isolated, Shares: o.Shares, Binds: []namespaces.Bind{
		{Source: o.Dir, Target: layout.Data},
		{Source: o.Programs, Target: layout.Programs, ReadOnly: true},
		// Logs of pods belong on the disk, not into memory.
		{Source: filepath.Join(o.Dir, "var-log"), Target: "/var/log"},
	}}
	if o.Images != "" {
		r.Binds = append(r.Binds, namespaces.Bind{Source: o.Images, Target: layout.Images, ReadOnly: true})
	}
	for letter, folder := range o.Drives {
		r.Binds = append(r.Binds, namespaces.Bind{Source: folder, Target: filepath.Join(faces.DesktopMounts, letter)})
	}
	if !face.Isolated {
		r.Shares = append(r.Shares, o.Dir)
		for _, home := range homes() {
			if st, err := os.Stat(home); err == nil && st.IsDir() {
				r.Shares = append(r.Shares, home)
			}
		}
	}
	return r, nil
}

// homes are the folders in which users keep their files.
func homes() []string {
	h := []string{"/home", "/root", "/tmp"}
	if home, err := os.UserHomeDir(); err == nil {
		h = append(h, home)
	}
	return h
}
