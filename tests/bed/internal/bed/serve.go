package bed

import (
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"landfall-bed/internal/cgroup"
	"landfall-bed/internal/namespaces"
	"landfall-bed/internal/ports"
	"landfall-bed/internal/process"
)

// Serve is the one process of a bed in the machine's namespaces. It holds the
// ports on 127.0.0.1 and process 1 of the bed, and cleans up in the end.
// Descriptor 3 leads to `bed up`.
func Serve(o Options) error {
	up := os.NewFile(3, "up")
	syscall.CloseOnExec(3)
	listener, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", o.APIPort))
	if err != nil {
		return fmt.Errorf("port of the API: %w", err)
	}
	o.APIPort = listener.Addr().(*net.TCPAddr).Port
	group, err := cgroup.Named(strconv.Itoa(os.Getpid()))
	if err != nil {
		return err
	}
	s := state{Outer: process.Of(os.Getpid()), Cgroups: group.Folders()}
	if err := s.write(o.Dir); err != nil {
		return err
	}
	// From here on whatever is left of the bed is taken away, even if this
	// process is killed.
	sweeper, err := startSweeper(o)
	if err != nil {
		return err
	}
	defer sweeper.dismiss()
	if err := group.Make(); err != nil {
		return err
	}
	defer func() {
		if err := cgroup.Remove(s.Cgroups, 5*time.Second); err != nil {
			log.Print(err)
		}
	}()
	inner, err := startInner(o)
	if err != nil {
		return err
	}
	s.Inner = process.Of(inner.command.Process.Pid)
	if err := s.write(o.Dir); err != nil {
		inner.command.Process.Kill()
		return err
	}
	if o.Docker {
		listener.Close()
		go ports.Mirror(s.Inner.PID)
	} else {
		defer listener.Close()
		go ports.Forward(listener, ports.Inside(s.Inner.PID))
	}
	stop := make(chan string, 8)
	go relay(up, inner.ready, stop)
	return o.hold(inner, stop)
}

// hold waits for a reason to end, ends process 1, and discards the data if
// nobody will ask for it.
func (o Options) hold(inner *inner, stop chan string) error {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	orphaned := make(chan struct{})
	if o.Owner != 0 {
		owner := process.Of(o.Owner)
		go func() {
			owner.Wait(-1)
			close(orphaned)
		}()
	}
	forgotten, keepLogs := false, o.KeepLogs
	select {
	case <-inner.ended:
		// The logs tell why, even if the owner does not look now.
		log.Printf("process 1 has ended: %v", inner.status)
		forgotten, keepLogs = o.Owner != 0, true
	case s := <-signals:
		log.Printf("asked to end: %v", s)
		if s == syscall.SIGTERM { // gently: the data is kept
			inner.command.Process.Signal(syscall.SIGTERM)
			select {
			case <-inner.ended:
			case <-time.After(downLimit):
			}
		}
	case why := <-stop:
		log.Print(why)
		forgotten = true
	case <-orphaned:
		log.Printf("the owner, process %d, has ended", o.Owner)
		forgotten = true
	}
	inner.command.Process.Kill() // the kernel ends the rest of the namespace
	<-inner.ended
	if forgotten { // nobody will call down
		return discard(o.Dir, keepLogs)
	}
	return nil
}

// relay passes on to `bed up` that everything is ready, or by silence that it
// failed. If `bed up` ends before, nobody knows of the bed, and stop says so.
func relay(up, answer *os.File, stop chan<- string) {
	defer up.Close()
	// An error at the writing end of a pipe means that nobody reads.
	ends := []unix.PollFd{{Fd: int32(answer.Fd()), Events: unix.POLLIN}, {Fd: int32(up.Fd())}}
	for {
		if _, err := unix.Poll(ends, -1); err != nil && err != unix.EINTR {
			stop <- fmt.Sprintf("wait for the start: %v", err)
			return
		}
		if ends[1].Revents != 0 {
			stop <- "bed up has ended before the bed was ready"
			return
		}
		if ends[0].Revents != 0 {
			if b, err := io.ReadAll(answer); err == nil && string(b) == ready {
				io.WriteString(up, ready)
			}
			return
		}
	}
}

// inner is process 1 of the bed as its parent sees it.
type inner struct {
	command *exec.Cmd
	ready   *os.File      // reads "ready" when it is
	life    *os.File      // process 1 ends when this is closed
	ended   chan struct{} // closed at its end
	status  error
}

// startInner starts process 1 in new namespaces. Descriptor 3 of it is where it
// says that it is ready; descriptor 4 ends when this process does, in which
// case the kernel sends it SIGKILL too, unless it came too early for that.
func startInner(o Options) (*inner, error) {
	readyOut, readyIn, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	lifeOut, lifeIn, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd, err := again("init", o, strconv.Itoa(os.Getpid()))
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.ExtraFiles = []*os.File{readyIn, lifeOut}
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: namespaces.Clone, Pdeathsig: syscall.SIGKILL}
	i := &inner{command: cmd, ready: readyOut, life: lifeIn, ended: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The signal at the parent's death follows the thread that started the
		// child, so this thread has to live as long as the child.
		runtime.LockOSThread()
		err := cmd.Start()
		readyIn.Close()
		lifeOut.Close()
		started <- err
		if err == nil {
			i.status = cmd.Wait()
			close(i.ended)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start in new namespaces: %w", err)
	}
	return i, nil
}
