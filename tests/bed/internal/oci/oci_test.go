package oci

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheVerbIsFoundAmongOptions(t *testing.T) {
	for line, want := range map[string]request{
		"--root /r --log /l create --bundle /b --pid-file /p id": {verb: "create", bundle: "/b"},
		"--root=/r exec --process=/tmp/p --detach id":            {verb: "exec", process: "/tmp/p"},
		"exec -p /tmp/p id": {verb: "exec", process: "/tmp/p"},
		"kill run 9":        {verb: "kill"},
	} {
		if got := parse(strings.Fields(line)); got != want {
			t.Errorf("%s: %+v", line, got)
		}
	}
}

const config = `{"ociVersion":"1.0.2","process":{"args":["sh"],"oomScoreAdj":-998,"rlimits":[{"type":"RLIMIT_NOFILE"}],
"capabilities":{"bounding":["CAP_CHOWN","CAP_SYS_RESOURCE"],"effective":["CAP_SYS_RESOURCE"]}},
"linux":{"resources":{"memory":{"limit":9007199254740993}}}}`

func TestOnlyWhatNeedsTheCapabilityIsTakenOut(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "config.json")
	os.WriteFile(file, []byte(config), 0o640)
	if err := tameRequest([]string{"create", "--bundle", dir, "id"}); err != nil {
		t.Fatal(err)
	}
	b, _ := os.ReadFile(file)
	for _, gone := range []string{capability, "oomScoreAdj", "rlimits"} {
		if strings.Contains(string(b), gone) {
			t.Errorf("%s is still there: %s", gone, b)
		}
	}
	for _, kept := range []string{`"CAP_CHOWN"`, "9007199254740993", `"args":["sh"]`, `"effective":[]`} {
		if !strings.Contains(string(b), kept) {
			t.Errorf("%s is lost: %s", kept, b)
		}
	}
	if !json.Valid(b) {
		t.Error("no JSON")
	}
	if st, _ := os.Stat(file); st.Mode().Perm() != 0o640 {
		t.Errorf("mode %v", st.Mode())
	}
}

func TestTheCapabilityIsReadFromTheStatusFile(t *testing.T) {
	for mask, want := range map[string]bool{"000001ffffffffff": true, "00000000a80425fb": false, "000001fffeffffff": false} {
		if got, err := hasCapability("Name:\tx\nCapEff:\t" + mask + "\n"); err != nil || got != want {
			t.Errorf("%s: %v %v", mask, got, err)
		}
	}
	if _, err := hasCapability("Name:\tx\n"); err == nil {
		t.Error("a status without the line is an error")
	}
}
