// Command web is the tiny web application of the tests' image: it answers every
// request with its own name, and tells slowness, failure and its end on demand.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func main() {
	if err := serve(); err != nil {
		log.Fatal(err)
	}
}

// serve listens on PORT (8080 if unset) until SIGTERM.
func serve() error {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	server := &http.Server{Addr: ":" + port, Handler: http.HandlerFunc(answer)}
	go func() {
		<-ctx.Done()
		limit, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		server.Shutdown(limit)
	}()
	log.Printf("listening on port %s", port)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("web: %w", err)
	}
	return nil
}

// answer obeys ?status=503 and ?wait=2s, and logs the request.
func answer(w http.ResponseWriter, r *http.Request) {
	if wait, err := time.ParseDuration(r.FormValue("wait")); err == nil {
		time.Sleep(wait)
	}
	if status, err := strconv.Atoi(r.FormValue("status")); err == nil && status >= 200 && status < 600 {
		w.WriteHeader(status)
	}
	host, _ := os.Hostname()
	fmt.Fprintf(w, "hello from %s\n", host)
	log.Printf("%s %s", r.Method, r.URL.Path)
}
