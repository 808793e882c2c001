package ports

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// mirrorEvery is how soon a port that opens inside is seen outside.
const mirrorEvery = 200 * time.Millisecond

// Mirror listens on 127.0.0.1 for every TCP port that something in the network
// namespace of the process listens on, for as long as it does. A port that is
// taken here is tried again each time. It returns when the process has ended.
func Mirror(pid int) {
	open := map[int]net.Listener{}
	defer func() {
		for _, l := range open {
			l.Close()
		}
	}()
	for ; ; time.Sleep(mirrorEvery) {
		inside := map[int]bool{}
		for _, table := range []string{"tcp", "tcp6"} {
			b, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", pid, table))
			if os.IsNotExist(err) && table == "tcp" {
				return
			}
			for _, port := range Listening(string(b)) {
				inside[port] = true
			}
		}
		for port := range inside {
			if open[port] != nil {
				continue
			}
			if l, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
				open[port] = l
				go Forward(l, Inside(pid))
			}
		}
		for port, l := range open {
			if !inside[port] {
				l.Close()
				delete(open, port)
			}
		}
	}
}

// Listening reads a table like /proc/net/tcp or tcp6 and returns the ports that
// are listened on at every address or at 127.0.0.1. An address is hexadecimal,
// in the byte order of the machine; 0A is the state of a listener.
func Listening(table string) (ports []int) {
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if len(f) < 4 || f[3] != "0A" {
			continue
		}
		address, hex, ok := strings.Cut(f[1], ":")
		if !ok || strings.Trim(address, "0") != "" && address != "0100007F" {
			continue
		}
		if port, err := strconv.ParseUint(hex, 16, 16); err == nil && port > 0 {
			ports = append(ports, int(port))
		}
	}
	return ports
}
