// Package discovery is the peer of quality/interop/discovery around go-libp2p: mDNS. It prints one JSON object per line and obeys one command
// per line of standard input; see ../README-discovery.md.
package discovery

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/discovery/mdns"

	"peer/lines"
)

// notifee prints who is found.
type notifee struct{}

func (notifee) HandlePeerFound(info peer.AddrInfo) {
	lines.Event("found", lines.Fields{"peer": info.ID.String(), "addrs": lines.Addresses(info.ID, info.Addrs)})
}

func run(listen string) error {
	h, err := libp2p.New(libp2p.ListenAddrStrings(strings.Split(listen, ",")...), libp2p.DisableRelay(),
		libp2p.DisableMetrics(), libp2p.DisableIdentifyAddressDiscovery())
	if err != nil {
		return err
	}
	defer h.Close()
	service := mdns.NewMdnsService(h, "", notifee{})
	if err := service.Start(); err != nil {
		return err
	}
	defer service.Close()
	lines.Event("listening", lines.Fields{"peer": h.ID().String(), "addrs": lines.Addresses(h.ID(), h.Addrs())})
	ended := make(chan struct{})
	go func() {
		commands := bufio.NewScanner(os.Stdin)
		for commands.Scan() {
			lines.Event("error", lines.Fields{"error": "unknown command " + commands.Text()})
		}
		close(ended)
	}()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	select {
	case <-ended:
	case <-signals:
	}
	return nil
}

// Main runs the program and ends the process.
func Main(args []string) {
	flag := flag.NewFlagSet("peer discovery", flag.ExitOnError)
	listen := flag.String("listen", "/ip4/0.0.0.0/tcp/0", "where to listen, separated by commas")
	flag.Bool("mdns", true, "always on")
	flag.Parse(args)
	if err := run(*listen); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
