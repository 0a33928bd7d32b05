// Package kad is a small go-libp2p-kad-dht node: the other end of the tests of quality/interop/kad. It prints one JSON object per
// line on standard output, and obeys one command per line of standard input (quality/interop/peers/README.md, "DHT peers").
package kad

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/ipfs/boxo/ipns"
	"github.com/ipfs/go-cid"
	"github.com/libp2p/go-libp2p"
	dht "github.com/libp2p/go-libp2p-kad-dht"
	record "github.com/libp2p/go-libp2p-record"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/core/routing"
	drouting "github.com/libp2p/go-libp2p/p2p/discovery/routing"
	ma "github.com/multiformats/go-multiaddr"

	"peer/lines"
)

const operationTimeout = 30 * time.Second

// anything is the validator of the namespaces v and example: every value is valid, the greatest wins.
type anything struct{}

func (anything) Validate(string, []byte) error { return nil }

func (anything) Select(_ string, values [][]byte) (int, error) {
	best := 0
	for i, value := range values {
		if bytes.Compare(value, values[best]) > 0 {
			best = i
		}
	}
	return best, nil
}

// Main runs the program and ends the process.
func Main(args []string) {
	if len(args) == 4 && args[0] == "bench" {
		if err := bench(args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, "error:", err)
			os.Exit(1)
		}
		return
	}
	if len(args) == 3 && args[0] == "crowd" {
		if err := crowd(args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, "error:", err)
			os.Exit(1)
		}
		return
	}
	flag := flag.NewFlagSet("peer kad", flag.ExitOnError)
	listen := flag.String("listen", "/ip4/127.0.0.1/tcp/0", "where to listen")
	prefix := flag.String("prefix", "/ipfs", "protocol prefix")
	mode := flag.String("mode", "server", "server or client")
	bootstrap := flag.String("bootstrap", "", "addresses of peers to connect to, separated by commas")
	flag.Parse(args)
	if err := run(*listen, *prefix, *mode, *bootstrap); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(listen, prefix, mode, bootstrap string) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	h, err := libp2p.New(libp2p.ListenAddrStrings(listen), libp2p.DisableRelay(), libp2p.DisableMetrics(),
		libp2p.DisableIdentifyAddressDiscovery())
	if err != nil {
		return err
	}
	defer h.Close()
	modeOption := dht.ModeServer
	if mode == "client" {
		modeOption = dht.ModeClient
	}
	validator := record.NamespacedValidator{
		"pk": record.PublicKeyValidator{}, "ipns": ipns.Validator{KeyBook: h.Peerstore()},
	}
	if prefix != "/ipfs" { // which takes no others
		validator["v"], validator["example"] = anything{}, anything{}
	}
	router, err := dht.New(h, dht.Mode(modeOption), dht.ProtocolPrefix(protocol.ID(prefix)),
		dht.Validator(validator), dht.AddressFilter(func(addrs []ma.Multiaddr) []ma.Multiaddr { return addrs }),
		dht.RoutingTablePeerDiversityFilter(nil))
	if err != nil {
		return err
	}
	defer router.Close()
	for _, address := range strings.FieldsFunc(bootstrap, func(r rune) bool { return r == ',' }) {
		if err := connect(ctx, h, address); err != nil {
			return err
		}
	}
	lines.Event("listening", lines.Fields{"peer": h.ID().String(), "addrs": lines.Addresses(h.ID(), h.Addrs())})
	commands := bufio.NewScanner(os.Stdin)
	commands.Buffer(nil, 1<<20)
	for commands.Scan() {
		words := strings.Fields(commands.Text())
		if len(words) == 0 {
			continue
		}
		within, done := context.WithTimeout(ctx, operationTimeout)
		if err := obey(within, h, router, words); err != nil {
			lines.Event("error", lines.Fields{"command": words[0], "error": err.Error()})
		}
		done()
	}
	return nil
}

func connect(ctx context.Context, h host.Host, address string) error {
	info, err := peer.AddrInfoFromString(address)
	if err != nil {
		return err
	}
	return h.Connect(ctx, *info)
}

// key reads /ipns/NAME and /pk/NAME as the routing keys they stand for; others are taken as they are.
func key(text string) string {
	for _, namespace := range []string{"/ipns/", "/pk/"} {
		if name, found := strings.CutPrefix(text, namespace); found {
			if id, err := peer.Decode(name); err == nil {
				return namespace + string(id)
			}
		}
	}
	return text
}

func obey(ctx context.Context, h host.Host, router *dht.IpfsDHT, words []string) error {
	argument := func(i int) string {
		if i < len(words) {
			return words[i]
		}
		return ""
	}
	switch words[0] {
	case "connect":
		if err := connect(ctx, h, argument(1)); err != nil {
			return err
		}
		lines.Event("connected", lines.Fields{})
	case "table":
		ids := []string{}
		for _, id := range router.RoutingTable().ListPeers() {
			ids = append(ids, id.String())
		}
		lines.Event("table", lines.Fields{"peers": ids})
	case "put":
		if err := router.PutValue(ctx, key(argument(1)), []byte(argument(2))); err != nil {
			return err
		}
		lines.Event("put", lines.Fields{})
	case "get":
		options := []routing.Option{}
		if argument(2) != "" {
			options = append(options, dht.Quorum(1))
		}
		value, err := router.GetValue(ctx, key(argument(1)), options...)
		if err != nil {
			return err
		}
		lines.Event("value", lines.Fields{"value": string(value)})
	case "provide":
		id, err := cid.Decode(argument(1))
		if err != nil {
			return err
		}
		if err := router.Provide(ctx, id, true); err != nil {
			return err
		}
		lines.Event("provided", lines.Fields{})
	case "find":
		id, err := cid.Decode(argument(1))
		if err != nil {
			return err
		}
		for info := range router.FindProvidersAsync(ctx, id, 20) {
			lines.Event("provider", lines.Fields{"peer": info.ID.String(), "addrs": lines.Addresses(info.ID, info.Addrs)})
		}
		lines.Event("found", lines.Fields{})
	case "peer":
		id, err := peer.Decode(argument(1))
		if err != nil {
			return err
		}
		info, err := router.FindPeer(ctx, id)
		if err != nil {
			return err
		}
		lines.Event("peer", lines.Fields{"peer": info.ID.String(), "addrs": lines.Addresses(info.ID, info.Addrs)})
	case "closest":
		peers, err := router.GetClosestPeers(ctx, argument(1))
		if err != nil {
			return err
		}
		ids := []string{}
		for _, id := range peers {
			ids = append(ids, id.String())
		}
		lines.Event("closest", lines.Fields{"peers": ids})
	case "advertise":
		if _, err := drouting.NewRoutingDiscovery(router).Advertise(ctx, argument(1)); err != nil {
			return err
		}
		lines.Event("advertised", lines.Fields{})
	case "discover":
		found, err := drouting.NewRoutingDiscovery(router).FindPeers(ctx, argument(1))
		if err != nil {
			return err
		}
		for info := range found {
			lines.Event("provider", lines.Fields{"peer": info.ID.String(), "addrs": lines.Addresses(info.ID, info.Addrs)})
		}
		lines.Event("found", lines.Fields{})
	case "publish":
		return publish(ctx, h, router, argument(1))
	default:
		return fmt.Errorf("unknown command %q", words[0])
	}
	return nil
}
