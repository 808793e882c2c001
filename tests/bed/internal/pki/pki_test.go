package pki

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func folder(t *testing.T) Folder {
	t.Helper()
	f := Folder(filepath.Join(t.TempDir(), "pki"))
	if err := f.Authority("ca"); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestAServersCertificateIsTrustedForItsHostsOnly(t *testing.T) {
	f := folder(t)
	if err := f.Pair("ca", "server", Subject{Name: "server", Hosts: []string{"localhost", "127.0.0.1"}}); err != nil {
		t.Fatal(err)
	}
	pair, err := tls.LoadX509KeyPair(f.Path("server.crt"), f.Path("server.key"))
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	ca, _ := f.Read("ca.crt")
	roots.AppendCertsFromPEM(ca)
	for host, good := range map[string]bool{"localhost": true, "127.0.0.1": true, "other": false} {
		if _, err := leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: roots}); (err == nil) != good {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestAnAuthorityIsKept(t *testing.T) {
	f := folder(t)
	before, _ := f.Read("ca.crt")
	if err := f.Authority("ca"); err != nil {
		t.Fatal(err)
	}
	if after, _ := f.Read("ca.crt"); string(after) != string(before) {
		t.Fatal("a second call made another authority")
	}
}

func TestAKubeconfigNamesItsContextAndHoldsItsCertificates(t *testing.T) {
	f := folder(t)
	if err := f.Pair("ca", "admin", Subject{Name: "system:admin", Groups: []string{"system:masters"}}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "new", "kubeconfig")
	if err := f.Kubeconfig(file, Kubeconfig{Pair: "admin", Server: "https://127.0.0.1:6443", Context: "docker-desktop"}); err != nil {
		t.Fatal(err)
	}
	b, _ := os.ReadFile(file)
	crt, _ := f.Read("admin.crt")
	for _, want := range []string{"current-context: docker-desktop\n", "server: https://127.0.0.1:6443\n", base64.StdEncoding.EncodeToString(crt)} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%q is missing in\n%s", want, b)
		}
	}
	if st, _ := os.Stat(file); st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", st.Mode())
	}
}
