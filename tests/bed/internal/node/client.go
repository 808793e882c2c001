package node

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// nodeObject is the part of a Node object that is read here.
type nodeObject struct {
	Metadata struct{ Name string }
	Spec     struct{ PodCIDR string }
	Status   struct {
		Addresses  []struct{ Type, Address string }
		Conditions []struct {
			Type, Status      string
			LastHeartbeatTime time.Time
		}
	}
}

func (o nodeObject) internalIP() string {
	for _, a := range o.Status.Addresses {
		if a.Type == "InternalIP" {
			return a.Address
		}
	}
	return ""
}

// apiClient reads from the API server. A client library would weigh more than
// the two kinds of requests that are made here.
type apiClient struct {
	server string
	http   *http.Client
}

// client makes a client that shows the certificate of a name.
func (n *Node) client(name string) (apiClient, error) {
	ca, err := n.pki.Read("ca.crt")
	if err != nil {
		return apiClient{}, fmt.Errorf("API client: %w", err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	pair, err := tls.LoadX509KeyPair(n.pki.Path(name+".crt"), n.pki.Path(name+".key"))
	if err != nil {
		return apiClient{}, fmt.Errorf("API client: %w", err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}}}
	return apiClient{n.server, &http.Client{Timeout: 5 * time.Second, Transport: transport}}, nil
}

// get reads an object; into may be nil, to learn only that the answer is 200.
func (c apiClient) get(path string, into any) error {
	answer, err := c.http.Get(c.server + path)
	if err != nil {
		return err
	}
	if err := read(answer, into); err != nil {
		return fmt.Errorf("GET %s: %w", path, err)
	}
	return nil
}

// read takes the JSON of an answer and closes it. Any status but 200 is an error.
func read(answer *http.Response, into any) error {
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %.300s", answer.Status, b)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(b, into)
}
