package faces

import (
	"strings"
	"testing"

	"landfall-bed/manifests"
)

func TestEveryFacesManifestsExistAndHaveOneDefaultClass(t *testing.T) {
	for _, name := range Names() {
		f, err := Named(name)
		if err != nil {
			t.Fatal(err)
		}
		texts, err := manifests.Named("/volumes", f.Manifests...)
		if err != nil {
			t.Fatal(err)
		}
		defaults := 0
		for file, text := range texts {
			defaults += strings.Count(string(text), `is-default-class: "true"`)
			if strings.Contains(string(text), "@VOLUME_ROOT@") {
				t.Errorf("%s: %s is not filled in", name, file)
			}
		}
		if defaults != 1 {
			t.Errorf("%s: %d default classes", name, defaults)
		}
	}
}

func TestAnUnknownFaceIsRefusedWithTheNamesThatExist(t *testing.T) {
	if _, err := Named("colima"); err == nil || !strings.Contains(err.Error(), "plain") {
		t.Fatalf("%v", err)
	}
}
