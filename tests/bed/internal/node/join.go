package node

import (
	"crypto/subtle"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"landfall-bed/internal/pki"
	"landfall-bed/internal/wait"
)

// joinPort is where a server gives agents their certificates.
const joinPort = "6440"

// nodeFiles makes what a node needs to take part: files by name.
func (n *Node) nodeFiles(name, ip string) (map[string]string, error) {
	ca, err := n.pki.Read("ca.crt")
	if err != nil {
		return nil, fmt.Errorf("certificates of %s: %w", name, err)
	}
	files := map[string]string{"ca.crt": string(ca)}
	for file, subject := range map[string]pki.Subject{
		"kubelet":    {Name: "system:node:" + name, Groups: []string{"system:nodes"}, Hosts: []string{name, ip, "127.0.0.1", "localhost"}},
		"kube-proxy": {Name: "system:kube-proxy"},
	} {
		certificate, key, err := n.pki.Sign("ca", subject)
		if err != nil {
			return nil, err
		}
		files[file+".crt"], files[file+".key"] = string(certificate), string(key)
	}
	return files, nil
}

func (n *Node) writeNodeFiles(files map[string]string) error {
	if err := os.MkdirAll(string(n.pki), 0o700); err != nil {
		return fmt.Errorf("certificates: %w", err)
	}
	for file, text := range files {
		// The names come from another machine.
		if filepath.Base(file) != file {
			return fmt.Errorf("certificates: %q is no name of a file", file)
		}
		if err := os.WriteFile(n.pki.Path(file), []byte(text), 0o600); err != nil {
			return fmt.Errorf("certificates: %w", err)
		}
	}
	for _, name := range []string{"kubelet", "kube-proxy"} {
		if err := n.pki.Kubeconfig(n.path(name+".kubeconfig"), pki.Kubeconfig{Pair: name, Server: n.server, Context: "default"}); err != nil {
			return err
		}
	}
	return nil
}

// serveJoin gives agents that know the token their certificates.
func (n *Node) serveJoin() error {
	pair, err := tls.LoadX509KeyPair(n.pki.Path("apiserver.crt"), n.pki.Path("apiserver.key"))
	if err != nil {
		return fmt.Errorf("join endpoint: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /join", func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+n.Token)) != 1 {
			http.Error(w, "wrong token", http.StatusUnauthorized)
			return
		}
		files, err := n.nodeFiles(r.FormValue("name"), r.FormValue("ip"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		json.NewEncoder(w).Encode(files)
	})
	listener, err := net.Listen("tcp", net.JoinHostPort(n.IP, joinPort))
	if err != nil {
		return fmt.Errorf("join endpoint: %w", err)
	}
	server := &http.Server{Handler: mux, TLSConfig: &tls.Config{Certificates: []tls.Certificate{pair}}}
	go func() { log.Printf("join endpoint: %v", server.ServeTLS(listener, "", "")) }()
	return nil
}

// join asks the server for this agent's certificates until it gives them. The
// agent does not check the server's certificate: it has nothing to check it by,
// and the network holds nobody else.
func (n *Node) join() error {
	u, err := url.Parse(n.JoinURL)
	if err != nil {
		return fmt.Errorf("address of the server: %w", err)
	}
	if u.Hostname() == "" {
		return fmt.Errorf("%q is no address of a server", n.JoinURL)
	}
	n.server = n.JoinURL
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	query := url.Values{"name": {n.Name}, "ip": {n.IP}}
	address := "https://" + net.JoinHostPort(u.Hostname(), joinPort) + "/join?" + query.Encode()
	return wait.Until("server "+n.JoinURL, 10*time.Minute, func() error {
		request, err := http.NewRequest(http.MethodGet, address, nil)
		if err != nil {
			return err
		}
		request.Header.Set("Authorization", "Bearer "+n.Token)
		answer, err := client.Do(request)
		if err != nil {
			return err
		}
		files := map[string]string{}
		if err := read(answer, &files); err != nil {
			return fmt.Errorf("join: %w", err)
		}
		return n.writeNodeFiles(files)
	})
}
