// Command peer is a client and a provider of Filecoin's storage market over the types of boost 1.7.5 and go-fil-markets 1.28.3. It has no
// chain: a provider takes what is signed and for it, fetches the CAR and compares its commitment.
//
//	peer vectors                      known answers, a name and a value a line
//	peer verify ADDRESS MESSAGE SIG   whether a signature holds; message and signature in hexadecimal
//	peer serve [--bad-ask]            a provider, until the standard input ends
//	peer ask ADDR                     what the provider at an address asks for, if its worker has signed it
//	peer query ADDR ROOT [PIECE]      whether content can be retrieved
//	peer propose ADDR [--v120] [--wrong signature|price|piece|token] [--size N] [--until CHECKPOINT]
//	                                  a deal, whose CAR it hands over, up to a checkpoint
//
// It prints one JSON object a line, and ends with 1 and the words when it is refused.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/filecoin-project/go-address"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	ma "github.com/multiformats/go-multiaddr"
)

// options are the words of the command line that begin with two dashes.
type options map[string]string

func event(name string, members map[string]any) {
	members["event"] = name
	line, err := json.Marshal(members)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(line))
}

func main() {
	address.CurrentNetwork = address.Mainnet
	if err := run(os.Args[1:]); err != nil {
		event("error", map[string]any{"error": err.Error()})
		os.Exit(1)
	}
}

func parse(args []string) ([]string, options) {
	var words []string
	found := options{}
	for i := 0; i < len(args); i++ {
		name, isOption := strings.CutPrefix(args[i], "--")
		switch {
		case !isOption:
			words = append(words, args[i])
		case i+1 < len(args) && !strings.HasPrefix(args[i+1], "--"):
			i++
			found[name] = args[i]
		default:
			found[name] = "yes"
		}
	}
	return words, found
}

func run(args []string) error {
	words, o := parse(args)
	if len(words) == 0 {
		return errors.New("no command")
	}
	switch words[0] {
	case "vectors":
		return vectors()
	case "verify":
		return verify(words[1:])
	}
	h, err := newHost()
	if err != nil {
		return err
	}
	defer h.Close()
	if words[0] == "serve" {
		return serve(h, o)
	}
	if len(words) < 2 {
		return errors.New("no address")
	}
	remote, err := peer.AddrInfoFromString(words[1])
	if err != nil {
		return err
	}
	h.Peerstore().AddAddrs(remote.ID, remote.Addrs, 1<<40)
	switch words[0] {
	case "ask":
		return ask(h, remote.ID)
	case "query":
		return query(h, remote.ID, words[2:])
	case "propose":
		return propose(h, remote.ID, o)
	}
	return fmt.Errorf("no command %s", words[0])
}

func listening(h host.Host) {
	id, err := ma.NewMultiaddr("/p2p/" + h.ID().String())
	if err != nil {
		panic(err)
	}
	event("listening", map[string]any{"addr": h.Addrs()[0].Encapsulate(id).String(), "peer": h.ID().String()})
}

// waitForEnd returns when the standard input ends.
func waitForEnd() {
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
	}
}
