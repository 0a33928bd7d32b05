// Package host is a small go-libp2p node with the command line of quality/interop/peers/README.md: the other end of
// interoperability tests and benchmarks. It listens and dials, prints one JSON object per line and nothing else
// on standard output, and tells by its exit code why a dial failed.
package host

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/libp2p/go-libp2p/p2p/net/swarm"
)

// Exit codes of the contract.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitUnreachable = 3
	exitWrongPeer   = 4
)

// usageError marks a command line that cannot be obeyed, including what this implementation does not offer.
type usageError struct{ reason string }

func (e usageError) Error() string { return e.reason }

func usagef(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

type command func(context.Context, *options) error

var commands = map[string]command{
	"listen":    listen,
	"key":       writeKey,
	"ping":      pingCheck,
	"identify":  identifyCheck,
	"echo":      echoCheck,
	"halfclose": halfCloseCheck,
	"abandon":   abandonCheck,
	"reset":     resetCheck,
	"perf":      perf,
	"busyping":  busyPing,
	"streams":   streams,
	"connects":  connects,
	"idle":      idle,
	"contract":  contract,
}

// Main runs the program and ends the process.
func Main(args []string) {
	err := run(context.Background(), args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
	}
	os.Exit(exitCode(err))
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return usagef("usage: peer COMMAND [MULTIADDR] [--option value…], see quality/interop/peers/README.md")
	}
	cmd, known := commands[args[0]]
	if !known {
		return usagef("unknown command %q", args[0])
	}
	opts, err := parseOptions(args[0], args[1:])
	if err != nil {
		return err
	}
	return cmd(ctx, opts)
}

func exitCode(err error) int {
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &usage), errors.Is(err, swarm.ErrNoTransport):
		return exitUsage
	case isWrongPeer(err):
		return exitWrongPeer
	case isUnreachable(err):
		return exitUnreachable
	default:
		return exitFailure
	}
}
