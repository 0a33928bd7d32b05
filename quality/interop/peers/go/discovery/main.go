// Package discovery is the peer of quality/interop/discovery around go-libp2p: mDNS. It prints one JSON object per line and obeys one command
// per line of standard input; see ../README-discovery.md.
package discovery

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/discovery/mdns"
)

type fields map[string]any

var printing sync.Mutex

func event(name string, members fields) {
	members["event"] = name
	line, err := json.Marshal(members)
	if err != nil {
		panic(err)
	}
	printing.Lock()
	defer printing.Unlock()
	fmt.Println(string(line))
}

func addresses(info peer.AddrInfo) []string {
	list := []string{}
	for _, address := range info.Addrs {
		list = append(list, address.String()+"/p2p/"+info.ID.String())
	}
	return list
}

// notifee prints who is found.
type notifee struct{}

func (notifee) HandlePeerFound(info peer.AddrInfo) {
	event("found", fields{"peer": info.ID.String(), "addrs": addresses(info)})
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
	event("listening", fields{"peer": h.ID().String(), "addrs": addresses(peer.AddrInfo{ID: h.ID(), Addrs: h.Addrs()})})
	ended := make(chan struct{})
	go func() {
		commands := bufio.NewScanner(os.Stdin)
		for commands.Scan() {
			event("error", fields{"error": "unknown command " + commands.Text()})
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
