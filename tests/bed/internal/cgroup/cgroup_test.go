package cgroup

import (
	"testing"
	"time"
)

func TestGroupsLieBelowThoseOfTheProcess(t *testing.T) {
	g := parse("9:name=systemd:/\n4:memory:/job/7\n1:cpu:/\n0::/\n", "landfall-bed-5")
	want := Group{
		"systemd": "/sys/fs/cgroup/systemd/landfall-bed-5",
		"memory":  "/sys/fs/cgroup/memory/job/7/landfall-bed-5",
		"cpu":     "/sys/fs/cgroup/cpu/landfall-bed-5",
	}
	if len(g) != len(want) {
		t.Fatalf("%v", g)
	}
	for k, v := range want {
		if g[k] != v {
			t.Errorf("%s: %s", k, g[k])
		}
	}
}

func TestRemoveTouchesGroupsOfBedsOnly(t *testing.T) {
	for _, dir := range []string{"/tmp/landfall-bed-1", "/sys/fs/cgroup/memory/system.slice", "/sys/fs/cgroup/landfall-bed-1/../x"} {
		if Remove([]string{dir}, time.Millisecond) == nil {
			t.Errorf("%s was taken", dir)
		}
	}
	if err := Remove([]string{"/sys/fs/cgroup/memory/landfall-bed-none"}, time.Second); err != nil {
		t.Errorf("what is gone is no error: %v", err)
	}
}
