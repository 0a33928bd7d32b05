// Package seeds runs the Go programs of the seeds ("libp2p: From Foundations to Mastery"), each block in a file of its own with its
// repairs named at its head: peer seeds NAME listen|dial [ADDR] [--text T] [--file F] [--hash H] [--out F] [--key FILE] [--trust PEER]
// [--role PEER=ROLE]. It prints one JSON object per line: "listening" with peer and addrs, and "result" with text. It ends with 1 and
// the words when it is refused. The blocks print lines of their own between.
package seeds

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"

	"peer/lines"
)

func result(text string) { lines.Event("result", lines.Fields{"text": text}) }

// program is one block: what it does to the host of each role. The listening role returns when the standard input ends.
type program struct {
	listen func(ctx context.Context, h host.Host, o options) error
	dial   func(ctx context.Context, h host.Host, remote peer.AddrInfo, o options) error
}

type options struct {
	text, file, hash, out, key string
	trust                      []string
	roles                      map[string]string
}

var programs = map[string]program{
	"echo":             {listenEcho, dialEcho},
	"request-response": {listenRequests, dialRequest},
	"fileshare":        {listenFiles, dialFile},
	"gossipsub":        {listenGossip, dialGossip},
	"dht":              {listenDHT, dialDHT},
	"discovery":        {listenDiscovery, dialDiscovery},
	"auth":             {listenAuth, dialAuth},
	"secure-data":      {listenSecureData, dialSecureData},
}

// Main runs the program and ends the process.
func Main(args []string) {
	if err := run(args); err != nil {
		lines.Event("error", lines.Fields{"error": err.Error()})
		os.Exit(1)
	}
}

func parse(args []string) (options, []string, error) {
	o := options{roles: map[string]string{}}
	var rest []string
	for i := 0; i < len(args); i++ {
		if !strings.HasPrefix(args[i], "--") {
			rest = append(rest, args[i])
			continue
		}
		if args[i] == "--json" {
			continue
		}
		if i+1 == len(args) {
			return o, nil, fmt.Errorf("%s needs a value", args[i])
		}
		value := args[i+1]
		switch args[i] {
		case "--text":
			o.text = value
		case "--file":
			o.file = value
		case "--hash":
			o.hash = value
		case "--out":
			o.out = value
		case "--key":
			o.key = value
		case "--trust":
			o.trust = append(o.trust, value)
		case "--role":
			id, role, _ := strings.Cut(value, "=")
			o.roles[id] = role
		default:
			return o, nil, fmt.Errorf("unknown option %s", args[i])
		}
		i++
	}
	return o, rest, nil
}

func run(args []string) error {
	o, words, err := parse(args)
	if err != nil {
		return err
	}
	if len(words) == 1 && words[0] == "id" { // of the key file, which is made if it is not there
		key, err := loadKey(o.key)
		if err != nil {
			return err
		}
		id, err := peer.IDFromPrivateKey(key)
		result(id.String())
		return err
	}
	if len(words) < 2 {
		return fmt.Errorf("usage: peer seeds NAME listen|dial [ADDR]")
	}
	block, known := programs[words[0]]
	if !known {
		return fmt.Errorf("no block %s", words[0])
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	key, err := loadKey(o.key)
	if err != nil {
		return err
	}
	h, err := libp2p.New(libp2p.Identity(key), libp2p.ListenAddrStrings("/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/udp/0/quic-v1"),
		libp2p.DisableRelay(), libp2p.DisableMetrics(), libp2p.DisableIdentifyAddressDiscovery())
	if err != nil {
		return err
	}
	defer h.Close()
	if words[1] == "listen" {
		if err := block.listen(ctx, h, o); err != nil {
			return err
		}
		lines.Event("listening", lines.Fields{"peer": h.ID().String(), "addrs": lines.Addresses(h.ID(), h.Addrs())})
		awaitEnd()
		return nil
	}
	if len(words) < 3 {
		return fmt.Errorf("dial needs an address")
	}
	info, err := peer.AddrInfoFromString(words[2])
	if err != nil {
		return err
	}
	if err := h.Connect(ctx, *info); err != nil {
		return err
	}
	return block.dial(ctx, h, *info, o)
}

// awaitEnd waits until the standard input ends.
func awaitEnd() {
	for input := bufio.NewScanner(os.Stdin); input.Scan(); {
	}
}

// loadKey reads the key of a file, in the protobuf form of libp2p, or makes one; a file that is not there is written.
func loadKey(file string) (crypto.PrivKey, error) {
	if file != "" {
		if data, err := os.ReadFile(file); err == nil {
			return crypto.UnmarshalPrivateKey(data)
		}
	}
	key, _, err := createPeerIdentity()
	if err != nil || file == "" {
		return key, err
	}
	data, err := crypto.MarshalPrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, os.WriteFile(file, data, 0o600)
}
