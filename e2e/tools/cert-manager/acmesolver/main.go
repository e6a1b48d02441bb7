// cert-manager's HTTP-01 solver, which its controller starts in a pod for each challenge.
//
// Its own main is a module that nothing else can require; the server is a public package, and this gives it the same flags.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/cert-manager/cert-manager/pkg/issuer/acme/http/solver"
	"github.com/cert-manager/cert-manager/pkg/logs"
)

func main() {
	one := solver.HTTP01Solver{}
	flag.IntVar(&one.ListenPort, "listen-port", 8089, "port to listen on")
	flag.StringVar(&one.Domain, "domain", "", "name that the challenge is for")
	flag.StringVar(&one.Token, "token", "", "token of the challenge")
	flag.StringVar(&one.Key, "key", "", "what the challenge is answered with")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	logs.InitLogs()
	defer logs.FlushLogs()
	ended := make(chan error, 1)
	go func() { ended <- one.Listen(logs.Log) }()
	var err error
	select {
	case err = <-ended:
	case <-ctx.Done():
		soon, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		err = one.Shutdown(soon)
	}
	if err != nil && !errors.Is(err, http.ErrServerClosed) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
