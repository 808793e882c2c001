// Package ports makes TCP ports of a bed's network namespace reachable on
// 127.0.0.1 of the machine, by copying each connection. So the namespace needs
// no interface, route or firewall rule of the machine, and has no way out.
package ports

import (
	"fmt"
	"io"
	"net"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// Dial connects to an address.
type Dial func(address string) (net.Conn, error)

// Inside dials from within the network namespace of a process.
func Inside(pid int) Dial {
	return func(address string) (net.Conn, error) {
		type result struct {
			connection net.Conn
			err        error
		}
		done := make(chan result, 1)
		go func() {
			// The thread is never unlocked, so it ends with this goroutine and
			// nothing else runs in the other namespace.
			runtime.LockOSThread()
			c, err := dialIn(pid, address)
			done <- result{c, err}
		}()
		r := <-done
		return r.connection, r.err
	}
}

func dialIn(pid int, address string) (net.Conn, error) {
	fd, err := unix.Open(fmt.Sprintf("/proc/%d/ns/net", pid), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("network namespace of %d: %w", pid, err)
	}
	defer unix.Close(fd)
	if err := unix.Setns(fd, unix.CLONE_NEWNET); err != nil {
		return nil, fmt.Errorf("enter network namespace of %d: %w", pid, err)
	}
	return net.Dial("tcp4", address)
}

// Forward copies every connection of the listener to the same port of
// 127.0.0.1 where dial leads. It returns when the listener is closed.
func Forward(l net.Listener, dial Dial) {
	port := l.Addr().(*net.TCPAddr).Port
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer client.Close()
			server, err := dial(address)
			if err != nil {
				return // the client sees a closed connection
			}
			defer server.Close()
			Splice(client, server)
		}()
	}
}

// Splice copies both ways until both sides have ended. The end of one direction
// is passed on, so half-closed connections work.
func Splice(a, b net.Conn) {
	done := make(chan struct{}, 2)
	to := func(dst, src net.Conn) {
		io.Copy(dst, src)
		if half, ok := dst.(interface{ CloseWrite() error }); ok {
			half.CloseWrite()
		}
		done <- struct{}{}
	}
	go to(a, b)
	go to(b, a)
	<-done
	<-done
}
