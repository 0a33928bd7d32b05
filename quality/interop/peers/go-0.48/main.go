// Command peer is the peer of ../go/host around an earlier go-libp2p.
package main

import (
	"os"

	"peer/host"
)

func main() {
	host.Main(os.Args[1:])
}
