// Command peer is the other end of the interoperability tests and benchmarks, around go-libp2p: peer COMMAND … of the command line in
// ../README.md, or peer FAMILY …, of which each package is a family with a command line of its own.
package main

import (
	"os"

	"peer/content"
	"peer/discovery"
	"peer/host"
	"peer/kad"
	"peer/nat"
	"peer/pubsub"
	"peer/seeds"
)

var families = map[string]func([]string){
	"content":   content.Main,
	"discovery": discovery.Main,
	"kad":       kad.Main,
	"nat":       nat.Main,
	"pubsub":    pubsub.Main,
	"seeds":     seeds.Main,
}

func main() {
	if len(os.Args) > 1 {
		if family, known := families[os.Args[1]]; known {
			family(os.Args[2:])
			return
		}
	}
	host.Main(os.Args[1:])
}
