// Package pki makes the certificates of a cluster and the kubeconfigs that hold
// them.
package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Folder is a folder of PEM files: NAME.crt and NAME.key.
type Folder string

// Path is the path of a file in the folder.
func (f Folder) Path(file string) string { return filepath.Join(string(f), file) }

// Read reads a file of the folder.
func (f Folder) Read(file string) ([]byte, error) { return os.ReadFile(f.Path(file)) }

// Has says whether there is a certificate of this name.
func (f Folder) Has(name string) bool {
	_, err := os.Stat(f.Path(name + ".crt"))
	return err == nil
}

// Subject is who a certificate is for.
type Subject struct {
	Name   string   // the user
	Groups []string // the user's groups
	Hosts  []string // names and addresses of a server; none: a client only
}

// Authority makes a certificate authority, valid for ten years, unless the
// folder has it already.
func (f Folder) Authority(name string) error {
	if f.Has(name) {
		return nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("authority %s: %w", name, err)
	}
	template, err := template(pkix.Name{CommonName: "landfall-bed-" + name}, 10)
	if err != nil {
		return err
	}
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return fmt.Errorf("authority %s: %w", name, err)
	}
	certificate, private, err := encode(der, key)
	if err != nil {
		return err
	}
	return f.Write(name, certificate, private)
}

// Sign returns a new certificate and key in PEM, valid for one year.
func (f Folder) Sign(authority string, s Subject) (certificate, key []byte, err error) {
	fail := func(err error) ([]byte, []byte, error) {
		return nil, nil, fmt.Errorf("certificate of %s: %w", s.Name, err)
	}
	pair, err := tls.LoadX509KeyPair(f.Path(authority+".crt"), f.Path(authority+".key"))
	if err != nil {
		return fail(err)
	}
	parent, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		return fail(err)
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fail(err)
	}
	template, err := template(pkix.Name{CommonName: s.Name, Organization: s.Groups}, 1)
	if err != nil {
		return fail(err)
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	for _, host := range s.Hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	if len(s.Hosts) > 0 {
		template.ExtKeyUsage = append(template.ExtKeyUsage, x509.ExtKeyUsageServerAuth)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, private.Public(), pair.PrivateKey)
	if err != nil {
		return fail(err)
	}
	return encode(der, private)
}

// Pair signs NAME.crt and NAME.key into the folder, anew each time.
func (f Folder) Pair(authority, name string, s Subject) error {
	certificate, key, err := f.Sign(authority, s)
	if err != nil {
		return err
	}
	return f.Write(name, certificate, key)
}

// Write writes NAME.crt and NAME.key; the key is readable by the owner only.
func (f Folder) Write(name string, certificate, key []byte) error {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return fmt.Errorf("folder of certificates: %w", err)
	}
	if err := os.WriteFile(f.Path(name+".key"), key, 0o600); err != nil {
		return fmt.Errorf("key: %w", err)
	}
	if err := os.WriteFile(f.Path(name+".crt"), certificate, 0o644); err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	return nil
}

func template(subject pkix.Name, years int) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, fmt.Errorf("serial number: %w", err)
	}
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: serial, Subject: subject,
		// A client whose clock is a little behind should still trust it.
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(years, 0, 0),
	}, nil
}

func encode(der []byte, key *ecdsa.PrivateKey) (certificate, private []byte, err error) {
	b, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, nil, fmt.Errorf("encode key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: b}), nil
}
