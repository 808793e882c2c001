package node

import (
	"reflect"
	"testing"

	"landfall-bed/internal/pki"
)

func TestAnExtraArgumentReplacesTheOneOfItsName(t *testing.T) {
	got := merge([]string{"--v=1", "--root-dir=/a", "--x=2"}, []string{"--root-dir=/b", "--new"})
	if want := []string{"--v=1", "--x=2", "--root-dir=/b", "--new"}; !reflect.DeepEqual(got, want) {
		t.Fatalf("%v", got)
	}
}

func TestANodesFilesAreWrittenByPlainNamesOnly(t *testing.T) {
	n := &Node{Dir: t.TempDir(), Name: "n", IP: "10.0.0.1", server: "https://127.0.0.1:1"}
	n.pki = pki.Folder(n.path("pki"))
	if err := n.pki.Authority("ca"); err != nil {
		t.Fatal(err)
	}
	files, err := n.nodeFiles("n", "10.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	if err := n.writeNodeFiles(files); err != nil {
		t.Fatal(err)
	}
	files["../outside"] = "x"
	if n.writeNodeFiles(files) == nil {
		t.Fatal("a path was taken")
	}
}
