package host

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/libp2p/go-libp2p/core/host"
	"golang.org/x/sync/errgroup"

	"peer/lines"
)

// perf measures the upload and then the download, each over its own streams, from the first open to the last end of
// stream. The sizes are totals, split evenly over the streams.
func perf(ctx context.Context, o *options) error {
	h, err := dial(ctx, o)
	if err != nil {
		return err
	}
	defer h.Close()
	if o.warmup > 0 {
		if err := transfer(ctx, h, o, o.warmup, 0, 1); err != nil {
			return err
		}
		if err := transfer(ctx, h, o, 0, o.warmup, 1); err != nil {
			return err
		}
	}
	for range o.repeat {
		before := cpuSeconds()
		uploadSeconds, err := timed(o.upload > 0, func() error { return transfer(ctx, h, o, o.upload, 0, o.streams) })
		if err != nil {
			return err
		}
		downloadSeconds, err := timed(o.download > 0, func() error { return transfer(ctx, h, o, 0, o.download, o.streams) })
		if err != nil {
			return err
		}
		lines.Event("perf", lines.Fields{
			"upload_bytes": o.upload, "upload_s": uploadSeconds,
			"download_bytes": o.download, "download_s": downloadSeconds,
			"cpu_s": cpuSeconds() - before,
		})
	}
	return nil
}

func timed(wanted bool, work func() error) (float64, error) {
	if !wanted {
		return 0, nil
	}
	start := time.Now()
	err := work()
	return time.Since(start).Seconds(), err
}

func transfer(ctx context.Context, h host.Host, o *options, upload, download int64, streams int) error {
	var group errgroup.Group
	for i := range streams {
		group.Go(func() error { return perfStream(ctx, h, o, share(upload, streams, i), share(download, streams, i)) })
	}
	return group.Wait()
}

// share gives the first streams the bytes that do not divide evenly.
func share(total int64, streams, index int) int64 {
	part := total / int64(streams)
	if int64(index) < total%int64(streams) {
		part++
	}
	return part
}

func perfStream(ctx context.Context, h host.Host, o *options, upload, download int64) error {
	s, err := openStream(ctx, h, o, perfProtocol)
	if err != nil {
		return err
	}
	if err := perfExchange(s, upload, download); err != nil {
		s.Reset()
		return err
	}
	return s.Close()
}

type halfCloser interface {
	io.ReadWriter
	CloseWrite() error
}

func perfExchange(s halfCloser, upload, download int64) error {
	if _, err := s.Write(binary.BigEndian.AppendUint64(nil, uint64(download))); err != nil {
		return err
	}
	if err := sendZeros(s, uint64(upload)); err != nil {
		return err
	}
	if err := s.CloseWrite(); err != nil {
		return err
	}
	received, err := discard(s)
	if err == nil && received != download {
		err = fmt.Errorf("perf: asked for %d bytes, got %d", download, received)
	}
	return err
}

// streams opens, uses and closes short streams on one connection.
func streams(ctx context.Context, o *options) error {
	h, err := dial(ctx, o)
	if err != nil {
		return err
	}
	defer h.Close()
	return measured("streams", o, func(_ int, next func() (int, bool)) error {
		for i, more := next(); more; i, more = next() {
			s, err := openStream(ctx, h, o, echoProtocol)
			if err != nil {
				return err
			}
			if err := smallEcho(s, []byte{byte(i)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// connects makes fresh connections, waits for identify on each and closes it. Every worker has its own identity, as
// a host keeps only one connection to a peer.
func connects(ctx context.Context, o *options) error {
	hosts := make([]host.Host, min(o.parallel, o.count))
	for i := range hosts {
		h, err := newHost(o)
		if err != nil {
			return err
		}
		defer h.Close()
		hosts[i] = h
	}
	return measured("connects", o, func(worker int, next func() (int, bool)) error {
		h := hosts[worker]
		for _, more := next(); more; _, more = next() {
			if err := connect(ctx, h, o); err != nil {
				return err
			}
			if protocols, err := h.Peerstore().GetProtocols(o.target.ID); err != nil || len(protocols) == 0 {
				return errors.Join(errors.New("connected, but not identified"), err)
			}
			if err := h.Network().ClosePeer(o.target.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// measured runs the workers until count items are taken and prints the time and processor time they took.
func measured(name string, o *options, worker func(int, func() (int, bool)) error) error {
	var taken atomic.Int64
	next := func() (int, bool) {
		i := int(taken.Add(1))
		return i, i <= o.count
	}
	before := cpuSeconds()
	var group errgroup.Group
	seconds, err := timed(true, func() error {
		for i := range min(o.parallel, o.count) {
			group.Go(func() error { return worker(i, next) })
		}
		return group.Wait()
	})
	if err != nil {
		return err
	}
	lines.Event(name, lines.Fields{"count": o.count, "seconds": seconds, "cpu_s": cpuSeconds() - before})
	return nil
}

// idle holds count connections, each of its own identity, until standard input ends or SIGTERM.
func idle(ctx context.Context, o *options) error {
	hosts := make([]host.Host, o.count)
	var group errgroup.Group
	group.SetLimit(32)
	for i := range hosts {
		group.Go(func() error {
			h, err := dial(ctx, o)
			hosts[i] = h
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	released, release := signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGINT)
	defer release()
	lines.Event("idle", lines.Fields{"count": o.count})
	go func() {
		io.Copy(io.Discard, os.Stdin)
		release()
	}()
	<-released.Done()
	for _, h := range hosts {
		group.Go(h.Close)
	}
	return group.Wait()
}

// cpuSeconds is the processor time of this process so far, user and system.
func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return seconds(usage.Utime) + seconds(usage.Stime)
}

func seconds(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
