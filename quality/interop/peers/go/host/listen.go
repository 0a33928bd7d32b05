package host

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/p2p/net/swarm"
	ma "github.com/multiformats/go-multiaddr"

	"peer/lines"
)

const (
	echoProtocol = "/echo/1.0.0"
	perfProtocol = "/perf/1.0.0"
	blockSize    = 64 << 10
)

// listen serves ping, identify, echo and perf until SIGTERM.
func listen(_ context.Context, o *options) error {
	h, err := newHost(o)
	if err != nil {
		return err
	}
	defer h.Close()
	h.SetStreamHandler(echoProtocol, answer(serveEcho))
	h.SetStreamHandler(perfProtocol, answer(servePerf))
	announced := make(chan struct{}) // "listening" is the first line, even when a connection is quicker
	announce := sync.OnceFunc(func() { close(announced) })
	defer announce()
	if !o.quiet {
		tell(h, announced)
	}
	addrs, err := startListening(h, o.listen)
	if err != nil {
		return err
	}
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM, syscall.SIGINT)
	lines.Event("listening", lines.Fields{"peer": h.ID().String(), "addrs": addrs})
	announce()
	<-terminated
	return nil
}

// tell prints connections as they come and go, once the address is announced.
func tell(h host.Host, announced <-chan struct{}) {
	h.Network().Notify(&network.NotifyBundle{
		ConnectedF: func(_ network.Network, c network.Conn) {
			<-announced
			lines.Event("connected", lines.Fields{"peer": c.RemotePeer().String()})
		},
		DisconnectedF: func(_ network.Network, c network.Conn) {
			<-announced
			lines.Event("disconnected", lines.Fields{"peer": c.RemotePeer().String()})
		},
	})
}

// startListening listens on one address after the other: so it fails when any of them does, and knows their order.
func startListening(h host.Host, wanted []ma.Multiaddr) ([]string, error) {
	addrs := []string{}
	for _, addr := range wanted {
		if h.Network().(*swarm.Swarm).TransportForListening(addr) == nil {
			return nil, usagef("listen on %s: no transport for it", addr)
		}
		if err := h.Network().Listen(addr); err != nil {
			return nil, fmt.Errorf("listen on %s: %w", addr, err)
		}
		for _, bound := range h.Network().ListenAddresses() {
			if full := bound.String() + "/p2p/" + h.ID().String(); !slices.Contains(addrs, full) {
				addrs = append(addrs, full)
			}
		}
	}
	return addrs, nil
}

// answer closes the stream when serve is done and resets it when serve fails.
func answer(serve func(network.Stream) error) network.StreamHandler {
	return func(s network.Stream) {
		if err := serve(s); err != nil {
			s.Reset()
			return
		}
		s.Close()
	}
}

func serveEcho(s network.Stream) error {
	_, err := io.CopyBuffer(plainWriter{s}, plainReader{s}, make([]byte, blockSize))
	return err
}

// servePerf reads the wanted download size, then everything up to the half close, then sends that many bytes.
func servePerf(s network.Stream) error {
	var wanted [8]byte
	if _, err := io.ReadFull(s, wanted[:]); err != nil {
		return err
	}
	if _, err := discard(s); err != nil {
		return err
	}
	return sendZeros(s, binary.BigEndian.Uint64(wanted[:]))
}

func discard(r io.Reader) (int64, error) {
	return io.CopyBuffer(plainWriter{io.Discard}, plainReader{r}, make([]byte, blockSize))
}

func sendZeros(w io.Writer, count uint64) error {
	block := make([]byte, blockSize)
	for count > 0 {
		n, err := w.Write(block[:min(count, blockSize)])
		if err != nil {
			return err
		}
		count -= uint64(n)
	}
	return nil
}

// plainReader and plainWriter hide WriteTo and ReadFrom, so that copies use the buffer given to them.
type plainReader struct{ io.Reader }

type plainWriter struct{ io.Writer }
