package k3s

import (
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"landfall-bed/internal/ports"
)

// Proxy does what k3d asks of its load balancer image: it forwards the TCP
// ports that a file lists to the nodes, in turn, and reads the file again
// whenever it changes.
func Proxy() error {
	last := ""
	var open []net.Listener
	for ; ; time.Sleep(200 * time.Millisecond) {
		b, err := os.ReadFile("/etc/confd/values.yaml")
		if err != nil || string(b) == last {
			continue // k3d writes the file after the container's start
		}
		last = string(b)
		for _, l := range open {
			l.Close()
		}
		open = nil
		for port, hosts := range parsePorts(last) {
			l, err := net.Listen("tcp", ":"+port)
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				continue
			}
			open = append(open, l)
			go balance(l, port, hosts)
		}
		// k3d waits for this line of nginx.
		fmt.Println(time.Now().UTC().Format("2006/01/02 15:04:05"), "[notice] start worker processes")
	}
}

// parsePorts reads lines like
//
//	6443.tcp:
//	- k3d-name-server-0
//
// and returns the hosts by port. Other lines and UDP ports are left out.
func parsePorts(text string) map[string][]string {
	hosts := map[string][]string{}
	port := ""
	for line := range strings.Lines(text) {
		word := strings.Trim(strings.TrimSpace(line), `"'`)
		if host, ok := strings.CutPrefix(word, "- "); ok {
			if port != "" {
				hosts[port] = append(hosts[port], strings.Trim(host, ` "'`))
			}
			continue
		}
		port, _ = strings.CutSuffix(word, ".tcp:")
		if port == word {
			port = ""
		}
	}
	return hosts
}

// balance forwards each connection to the first host that answers, beginning
// with another one each time.
func balance(l net.Listener, port string, hosts []string) {
	for next := 0; ; next++ {
		client, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer client.Close()
			for i := range hosts {
				server, err := net.DialTimeout("tcp", net.JoinHostPort(hosts[(next+i)%len(hosts)], port), 2*time.Second)
				if err == nil {
					defer server.Close()
					ports.Splice(client, server)
					return
				}
			}
		}()
	}
}
