package ports

import (
	"io"
	"net"
	"reflect"
	"testing"
)

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:192B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
   1: 00000000:7540 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1
   2: 020012AC:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 3 1
   3: 0100007F:192B 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4 1
`

func TestListenersOfEveryAddressAndOfLoopbackAreSeen(t *testing.T) {
	if got := Listening(table); !reflect.DeepEqual(got, []int{0x192B, 30016}) {
		t.Fatalf("%v", got)
	}
	six := "   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0\n"
	if got := Listening(six); !reflect.DeepEqual(got, []int{80}) {
		t.Fatalf("%v", got)
	}
	if got := Listening("not a table\n\n:\n"); got != nil {
		t.Fatalf("%v", got)
	}
}

func TestForwardPassesTheEndOfOneDirectionOn(t *testing.T) {
	server, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	go func() { // answers when the request has ended
		c, err := server.Accept()
		if err != nil {
			return
		}
		b, _ := io.ReadAll(c)
		c.Write(append([]byte("got "), b...))
		c.Close()
	}()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go Forward(l, func(string) (net.Conn, error) { return net.Dial("tcp4", server.Addr().String()) })
	c, err := net.Dial("tcp4", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c.Write([]byte("this"))
	c.(*net.TCPConn).CloseWrite()
	if b, _ := io.ReadAll(c); string(b) != "got this" {
		t.Fatalf("%q", b)
	}
}
