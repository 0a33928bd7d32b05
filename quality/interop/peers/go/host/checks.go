package host

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/p2p/host/eventbus"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
	ma "github.com/multiformats/go-multiaddr"

	"peer/lines"
)

// pingCheck sends its pings one after the other on one stream.
func pingCheck(ctx context.Context, o *options) error {
	h, err := dial(ctx, o)
	if err != nil {
		return err
	}
	defer h.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := ping.Ping(ctx, h, o.target.ID)
	for range o.count {
		result, open := <-results
		if !open {
			return errors.New("ping ended early")
		}
		if result.Error != nil {
			return result.Error
		}
		lines.Event("ping", lines.Fields{"rtt_us": float64(result.RTT.Nanoseconds()) / 1000})
	}
	return nil
}

// identifyCheck prints what the target says about itself.
func identifyCheck(ctx context.Context, o *options) error {
	h, err := newHost(o)
	if err != nil {
		return err
	}
	defer h.Close()
	identified, err := h.EventBus().Subscribe([]any{
		new(event.EvtPeerIdentificationCompleted), new(event.EvtPeerIdentificationFailed),
	}, eventbus.BufSize(16))
	if err != nil {
		return err
	}
	defer identified.Close()
	if err := connect(ctx, h, o); err != nil {
		return err
	}
	select {
	case e := <-identified.Out():
		switch e := e.(type) {
		case event.EvtPeerIdentificationCompleted:
			lines.Event("identify", lines.Fields{
				"peer": e.Peer.String(), "agent": e.AgentVersion, "protocol_version": e.ProtocolVersion,
				"protocols": e.Protocols, "addrs": texts(e.ListenAddrs),
				"observed": text(e.ObservedAddr), "signed_record": e.SignedPeerRecord != nil,
			})
			return nil
		case event.EvtPeerIdentificationFailed:
			return fmt.Errorf("identify: %w", e.Reason)
		}
	case <-ctx.Done():
	}
	return context.Cause(ctx)
}

func texts(addrs []ma.Multiaddr) []string {
	all := []string{}
	for _, addr := range addrs {
		all = append(all, addr.String())
	}
	return all
}

func text(addr ma.Multiaddr) string {
	if addr == nil {
		return ""
	}
	return addr.String()
}

// echoCheck writes while it reads, as both directions have flow control.
func echoCheck(ctx context.Context, o *options) error {
	h, err := dial(ctx, o)
	if err != nil {
		return err
	}
	defer h.Close()
	s, err := openStream(ctx, h, o, echoProtocol)
	if err != nil {
		return err
	}
	sent := pattern(o.size)
	wrote := make(chan error, 1)
	go func() {
		_, err := s.Write(sent)
		wrote <- errors.Join(err, s.CloseWrite())
	}()
	received, err := io.ReadAll(io.LimitReader(s, o.size+1))
	if err := errors.Join(err, <-wrote); err != nil {
		s.Reset()
		return err
	}
	s.Close()
	if !bytes.Equal(sent, received) {
		return fmt.Errorf("echo: sent %d bytes, got %d bytes that differ", len(sent), len(received))
	}
	lines.Event("echo", lines.Fields{"bytes": len(received), "equal": true})
	return nil
}

// halfCloseCheck closes its writing side before it reads anything.
func halfCloseCheck(ctx context.Context, o *options) error {
	h, err := dial(ctx, o)
	if err != nil {
		return err
	}
	defer h.Close()
	s, err := openStream(ctx, h, o, echoProtocol)
	if err != nil {
		return err
	}
	if err := smallEcho(s, pattern(16<<10)); err != nil {
		return err
	}
	lines.Event("halfclose", lines.Fields{"ok": true})
	return nil
}

// abandonCheck opens one stream after the other on one connection, has one byte echoed on each and closes it without reading its
// end, which stops the writing side of the other peer.
func abandonCheck(ctx context.Context, o *options) error {
	h, err := dial(ctx, o)
	if err != nil {
		return err
	}
	defer h.Close()
	one := []byte{7}
	for i := 0; i < o.count; i++ {
		s, err := openStream(ctx, h, o, echoProtocol)
		if err != nil {
			return fmt.Errorf("stream %d: %w", i, err)
		}
		if _, err := s.Write(one); err != nil {
			return fmt.Errorf("stream %d: %w", i, err)
		}
		if _, err := io.ReadFull(s, one); err != nil {
			return fmt.Errorf("stream %d: %w", i, err)
		}
		if err := s.Close(); err != nil {
			return fmt.Errorf("stream %d: %w", i, err)
		}
	}
	lines.Event("abandon", lines.Fields{"streams": o.count})
	return nil
}

// resetCheck resets one stream in the middle and expects the connection to carry the next as if nothing had been.
func resetCheck(ctx context.Context, o *options) error {
	h, err := dial(ctx, o)
	if err != nil {
		return err
	}
	defer h.Close()
	connection := h.Network().ConnsToPeer(o.target.ID)[0].ID()
	s, err := openStream(ctx, h, o, echoProtocol)
	if err != nil {
		return err
	}
	sent := pattern(1 << 10)
	if _, err := s.Write(sent); err != nil {
		return err
	}
	// Wait for the first echoed byte: the other side is then in its handler, not still negotiating.
	if _, err := io.ReadFull(s, make([]byte, 1)); err != nil {
		return err
	}
	if err := s.Reset(); err != nil {
		return err
	}
	s, err = openStream(ctx, h, o, echoProtocol)
	if err != nil {
		return err
	}
	if s.Conn().ID() != connection {
		return errors.New("the connection did not outlive the reset of a stream")
	}
	if err := smallEcho(s, sent); err != nil {
		return err
	}
	lines.Event("reset", lines.Fields{"ok": true})
	return nil
}

// openStream opens a stream on the connection there is and never dials again.
func openStream(ctx context.Context, h host.Host, o *options, protocol protocol.ID) (network.Stream, error) {
	return h.NewStream(network.WithNoDial(ctx, "connected before"), o.target.ID, protocol)
}

// smallEcho writes what fits every implementation's first window, half closes, and reads all of it back.
func smallEcho(s network.Stream, sent []byte) error {
	received, err := exchange(s, sent)
	if err != nil {
		s.Reset()
		return err
	}
	if !bytes.Equal(sent, received) {
		s.Reset()
		return fmt.Errorf("echo: sent %d bytes, got %d bytes that differ", len(sent), len(received))
	}
	return s.Close()
}

func exchange(s network.Stream, sent []byte) ([]byte, error) {
	if _, err := s.Write(sent); err != nil {
		return nil, err
	}
	if err := s.CloseWrite(); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(s, int64(len(sent))+1))
}

// pattern is a byte sequence without a short period, so that lost, repeated or swapped blocks show.
func pattern(size int64) []byte {
	data := make([]byte, size)
	state := uint64(0x9e3779b97f4a7c15)
	for i := range data {
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
		data[i] = byte(state)
	}
	return data
}
