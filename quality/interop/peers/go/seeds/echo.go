// Seed 004, "Stream Multiplexing". Repairs: imports of go-multiaddr and peer (the block lacks both); the line that is sent is a
// parameter. The handler is as it stands, and connectAndSend but for that.
package seeds

import (
	"bufio"
	"context"
	"fmt"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	ma "github.com/multiformats/go-multiaddr"
)

const protocolID = "/echo/1.0.0"

func handleStream(stream network.Stream) {
	defer stream.Close()

	// Read from stream
	reader := bufio.NewReader(stream)
	writer := bufio.NewWriter(stream)

	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			break
		}

		// Echo back
		writer.WriteString(fmt.Sprintf("Echo: %s", line))
		writer.Flush()
	}
}

func connectAndSend(targetAddr string, text string) {
	host, _ := libp2p.New()
	defer host.Close()

	// Parse target address
	targetMultiaddr, _ := ma.NewMultiaddr(targetAddr)
	targetInfo, _ := peer.AddrInfoFromP2pAddr(targetMultiaddr)

	// Connect to peer
	ctx := context.Background()
	err := host.Connect(ctx, *targetInfo)
	if err != nil {
		panic(err)
	}

	// Open stream
	stream, err := host.NewStream(ctx, targetInfo.ID, protocol.ID(protocolID))
	if err != nil {
		panic(err)
	}
	defer stream.Close()

	// Send data
	writer := bufio.NewWriter(stream)
	writer.WriteString(text)
	writer.Flush()

	// Read response
	reader := bufio.NewReader(stream)
	response, _ := reader.ReadString('\n')
	fmt.Printf("Received: %s", response)
}

func listenEcho(ctx context.Context, h host.Host, o options) error {
	h.SetStreamHandler(protocol.ID(protocolID), handleStream)
	return nil
}

func dialEcho(ctx context.Context, h host.Host, remote peer.AddrInfo, o options) error {
	text := "Hello, libp2p!"
	if o.text != "" {
		text = o.text
	}
	addrs, err := peer.AddrInfoToP2pAddrs(&remote)
	if err != nil {
		return err
	}
	connectAndSend(addrs[0].String(), text+"\n")
	return nil
}
