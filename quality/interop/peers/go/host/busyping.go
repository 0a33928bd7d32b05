package host

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"
	"sync/atomic"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"

	"peer/lines"
)

const pingPause = 2 * time.Millisecond

// busyPing pings while one perf stream saturates the same connection. Each repeat first measures the rate of the bulk
// stream alone, then its rate and the round trips together.
func busyPing(ctx context.Context, o *options) error {
	h, err := dial(ctx, o)
	if err != nil {
		return err
	}
	defer h.Close()
	bulk, err := openStream(ctx, h, o, perfProtocol)
	if err != nil {
		return err
	}
	defer bulk.Reset()
	pings, err := openStream(ctx, h, o, ping.ID)
	if err != nil {
		return err
	}
	defer pings.Reset()
	var moved atomic.Int64
	failed := make(chan error, 1)
	go func() { failed <- saturate(bulk, o.direction, &moved) }()
	span := time.Duration(o.seconds) * time.Second
	for range o.repeat {
		alone, err := bytesPerSecond(&moved, func() error {
			select {
			case err := <-failed:
				return err
			case <-time.After(span):
				return nil
			}
		})
		if err != nil {
			return err
		}
		var times []float64
		together, err := bytesPerSecond(&moved, func() error {
			times, err = pingsFor(pings, span)
			return err
		})
		if err != nil {
			return err
		}
		lines.Event("busyping", lines.Fields{
			"alone_bytes_s": alone, "bytes_s": together, "pings": len(times),
			"p50_us": rank(times, 0.5), "p99_us": rank(times, 0.99),
		})
	}
	return nil
}

// saturate moves bytes until the stream fails, as it does when it is reset.
func saturate(s network.Stream, direction string, moved *atomic.Int64) error {
	wanted := uint64(0)
	if direction == "download" {
		wanted = math.MaxInt64
	}
	if _, err := s.Write(binary.BigEndian.AppendUint64(nil, wanted)); err != nil {
		return err
	}
	move := s.Write
	if direction == "download" {
		if err := s.CloseWrite(); err != nil {
			return err
		}
		move = s.Read
	}
	for block := make([]byte, blockSize); ; {
		n, err := move(block)
		if err != nil {
			return err
		}
		moved.Add(int64(n))
	}
}

func bytesPerSecond(moved *atomic.Int64, work func() error) (float64, error) {
	before := moved.Load()
	seconds, err := timed(true, work)
	return float64(moved.Load()-before) / seconds, err
}

// pingsFor sends one ping after the other with a short pause and returns the round trips in microseconds, sorted.
func pingsFor(s network.Stream, span time.Duration) ([]float64, error) {
	var times []float64
	var sent, received [ping.PingSize]byte
	for end := time.Now().Add(span); time.Now().Before(end); time.Sleep(pingPause) {
		rand.Read(sent[:])
		start := time.Now()
		if _, err := s.Write(sent[:]); err != nil {
			return nil, err
		}
		if _, err := io.ReadFull(s, received[:]); err != nil {
			return nil, err
		}
		times = append(times, float64(time.Since(start).Nanoseconds())/1000)
		if !bytes.Equal(sent[:], received[:]) {
			return nil, errors.New("the answer differs from the ping")
		}
	}
	slices.Sort(times)
	return times, nil
}

func rank(sorted []float64, q float64) float64 {
	return sorted[int(q*float64(len(sorted)-1))]
}
