// Package content is a small go-libp2p node with the protocols of the content layer: GraphSync, boxo's Bitswap of a chosen version, HTTP over
// streams with boxo's trustless gateway, and peer-id authentication. It prints one JSON object per line on standard output, and obeys
// one command per line of standard input (quality/interop/peers/README.md, "Content peers").
package content

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/ipfs/boxo/blockstore"
	"github.com/ipfs/go-cid"
	"github.com/ipfs/go-datastore"
	dssync "github.com/ipfs/go-datastore/sync"
	carv2 "github.com/ipld/go-car/v2"
	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"

	"peer/lines"
)

const operationTimeout = 60 * time.Second

type node struct {
	host   host.Host
	blocks blockstore.Blockstore
	sync   *syncer
	swap   *swapper
	web    *web
	small  *small
	auth   *authenticated
}

// Main runs the program and ends the process.
func Main(args []string) {
	if len(args) > 0 && args[0] == "car-fetch" {
		if err := carFetch(args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, "error:", err)
			os.Exit(1)
		}
		return
	}
	flag := flag.NewFlagSet("peer content", flag.ExitOnError)
	listen := flag.String("listen", "/ip4/127.0.0.1/tcp/0", "where to listen")
	car := flag.String("car", "", "an archive whose blocks are here from the start")
	version := flag.String("bitswap", "1.2.0", "the version of Bitswap that is spoken: 1.0.0, 1.1.0, 1.2.0")
	key := flag.String("key", "ed25519", "the type of the key: ed25519, secp256k1, ecdsa, rsa")
	flag.Parse(args)
	if err := run(*listen, *car, *version, *key); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(listen, car, version, key string) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	types := map[string]int{"ed25519": crypto.Ed25519, "secp256k1": crypto.Secp256k1, "ecdsa": crypto.ECDSA, "rsa": crypto.RSA}
	kind, known := types[key]
	if !known {
		return fmt.Errorf("no type of keys is called %q", key)
	}
	private, _, err := crypto.GenerateKeyPair(kind, 2048)
	if err != nil {
		return err
	}
	h, err := libp2p.New(libp2p.Identity(private), libp2p.ListenAddrStrings(listen), libp2p.DisableRelay(), libp2p.DisableMetrics(),
		libp2p.DisableIdentifyAddressDiscovery())
	if err != nil {
		return err
	}
	defer h.Close()
	blocks := blockstore.NewBlockstore(dssync.MutexWrap(datastore.NewMapDatastore()))
	if car != "" {
		if err := load(ctx, blocks, car); err != nil {
			return err
		}
	}
	n := &node{host: h, blocks: blocks}
	n.sync = newSyncer(ctx, h, blocks)
	n.swap = newSwapper(ctx, h, blocks, version)
	n.small = newSmall(h)
	n.auth = newAuthenticated(h)
	if n.web, err = newWeb(h, blocks); err != nil {
		return err
	}
	defer n.web.close()
	lines.Event("listening", lines.Fields{"peer": h.ID().String(), "addrs": lines.Addresses(h.ID(), h.Addrs()), "auth": n.web.authAddress(), "file": n.small.hash()})
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(make([]byte, 1<<20), 1<<20)
	for input.Scan() {
		words := strings.SplitN(strings.TrimSpace(input.Text()), " ", 4)
		result, err := n.obey(ctx, words)
		if err != nil {
			lines.Event("error", lines.Fields{"command": words[0], "error": err.Error()})
		} else {
			lines.Event(words[0], result)
		}
	}
	return nil
}

func (n *node) obey(ctx context.Context, words []string) (lines.Fields, error) {
	ctx, cancel := context.WithTimeout(ctx, operationTimeout)
	defer cancel()
	arg := func(i int) string {
		if i < len(words) {
			return words[i]
		}
		return ""
	}
	switch words[0] {
	case "connect":
		info, err := address(arg(1))
		if err != nil {
			return nil, err
		}
		return lines.Fields{"peer": info.ID.String()}, n.host.Connect(ctx, info)
	case "has":
		c, err := cid.Decode(arg(1))
		if err != nil {
			return nil, err
		}
		has, err := n.blocks.Has(ctx, c)
		return lines.Fields{"has": has}, err
	case "graphsync":
		info, err := address(arg(1))
		if err != nil {
			return nil, err
		}
		return n.sync.request(ctx, info, arg(2), arg(3))
	case "graphsync-pause":
		info, err := address(arg(1))
		if err != nil {
			return nil, err
		}
		return n.sync.pauseAndResume(ctx, info, arg(2), arg(3))
	case "bitswap":
		return n.swap.get(ctx, arg(1))
	case "http":
		info, err := address(arg(1))
		if err != nil {
			return nil, err
		}
		return n.web.get(ctx, info, arg(2))
	case "request":
		info, err := address(arg(1))
		if err != nil {
			return nil, err
		}
		return n.small.request(ctx, info, arg(2))
	case "file":
		info, err := address(arg(1))
		if err != nil {
			return nil, err
		}
		return n.small.get(ctx, info, arg(2))
	case "trust":
		return n.auth.trust(arg(1))
	case "challenge", "forge", "proof":
		info, err := address(arg(1))
		if err != nil {
			return nil, err
		}
		if words[0] == "proof" {
			return n.auth.ask(ctx, info)
		}
		return n.auth.authenticate(ctx, info, words[0] == "forge")
	case "auth":
		return n.web.authenticate(ctx, arg(1))
	}
	return nil, fmt.Errorf("unknown command %q", words[0])
}

func address(text string) (peer.AddrInfo, error) {
	info, err := peer.AddrInfoFromString(text)
	if err != nil {
		return peer.AddrInfo{}, err
	}
	return *info, nil
}

func load(ctx context.Context, blocks blockstore.Blockstore, file string) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	reader, err := carv2.NewBlockReader(in)
	if err != nil {
		return err
	}
	for {
		block, err := reader.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := blocks.Put(ctx, block); err != nil {
			return err
		}
	}
}
