// Package wait waits for what other programs are about to do.
package wait

import (
	"fmt"
	"time"
)

// Until tries every 100 ms until the function gives no error. After the limit
// it returns the last error, with what was waited for.
func Until(what string, limit time.Duration, ready func() error) error {
	for end := time.Now().Add(limit); ; time.Sleep(100 * time.Millisecond) {
		err := ready()
		if err == nil {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("%s: not ready in %v: %w", what, limit, err)
		}
	}
}
