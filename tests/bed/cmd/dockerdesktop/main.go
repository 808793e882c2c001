// Command dockerdesktop stands in for Docker's command line where no Docker
// Desktop can run. Installed under the name docker, it answers as a script says.
package main

import (
	"fmt"
	"os"
	"time"

	"landfall-bed/internal/desktop"
)

func main() {
	answer, err := desktop.Call(os.Getenv(desktop.ScriptVariable), os.Args[1:], time.Now)
	if err != nil {
		fmt.Fprintf(os.Stderr, "docker stand-in: %v\n", err)
		os.Exit(125)
	}
	time.Sleep(answer.Delay)
	fmt.Fprint(os.Stdout, answer.Stdout)
	fmt.Fprint(os.Stderr, answer.Stderr)
	os.Exit(answer.Exit)
}
