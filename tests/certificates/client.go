// One TLS handshake by Go, for tests/certificates/compare: client.go PORT HOST CA.pem
//
// Connects to 127.0.0.1 at PORT, for HOST, trusting CA.pem alone, and prints "accepted", or why the server was refused.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
)

func main() {
	if err := connect(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("accepted")
}

func connect(port, host, authority string) error {
	text, err := os.ReadFile(authority)
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return fmt.Errorf("no certificate that Go can read in the authority's file")
	}
	wire, err := tls.Dial("tcp", "127.0.0.1:"+port, &tls.Config{RootCAs: roots, ServerName: host})
	if err != nil {
		return err
	}
	return wire.Close()
}
