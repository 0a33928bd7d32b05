// Package pubsub is the pubsub peer of the interoperability tests around go-libp2p-pubsub; see ../../README-pubsub.md.
package pubsub

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/libp2p/go-libp2p"
	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	rcmgr "github.com/libp2p/go-libp2p/p2p/host/resource-manager"

	"peer/lines"
)

func fail(code int, err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(code)
}

type list []string

func (l *list) String() string     { return strings.Join(*l, ",") }
func (l *list) Set(v string) error { *l = append(*l, v); return nil }

// protocols newest first, from a version on downwards
func protocols(version string) []protocol.ID {
	all := []protocol.ID{pubsub.GossipSubID_v13, pubsub.GossipSubID_v12, pubsub.GossipSubID_v11, pubsub.GossipSubID_v10, pubsub.FloodSubID}
	for i, id := range all {
		if strings.HasSuffix(string(id), "/"+version+".0") && strings.HasPrefix(string(id), "/meshsub") {
			return all[i:]
		}
	}
	return all
}

// The figures of the order "stats": copies of messages that were there already, and the peers in the mesh now.
type tracer struct {
	lock       sync.Mutex
	duplicates int
	mesh       map[peer.ID]bool
	delays     []float64 // milliseconds of messages that tell when they were published
}

func (t *tracer) OnNewOutboundStream(peer.ID, protocol.ID) {}
func (t *tracer) OnClosedOutboundStream(p peer.ID)         { t.Prune(p, "") }
func (t *tracer) Join(string)                              {}
func (t *tracer) Leave(string)                             {}
func (t *tracer) Graft(p peer.ID, _ string) {
	t.lock.Lock()
	defer t.lock.Unlock()
	t.mesh[p] = true
}
func (t *tracer) Prune(p peer.ID, _ string) {
	t.lock.Lock()
	defer t.lock.Unlock()
	delete(t.mesh, p)
}
func (t *tracer) ValidateMessage(*pubsub.Message)       {}
func (t *tracer) DeliverMessage(*pubsub.Message)        {}
func (t *tracer) RejectMessage(*pubsub.Message, string) {}
func (t *tracer) ThrottlePeer(peer.ID)                  {}
func (t *tracer) RecvRPC(*pubsub.RPC)                   {}
func (t *tracer) SendRPC(*pubsub.RPC, peer.ID)          {}
func (t *tracer) DropRPC(*pubsub.RPC, peer.ID)          {}
func (t *tracer) UndeliverableMessage(*pubsub.Message)  {}
func (t *tracer) DuplicateMessage(*pubsub.Message) {
	t.lock.Lock()
	defer t.lock.Unlock()
	t.duplicates++
}

// heard notes the delay of a message whose data begins with "t", the time in nanoseconds and a "-".
func (t *tracer) heard(data []byte) {
	text := string(data)
	end := strings.IndexByte(text, '-')
	if end < 2 || text[0] != 't' {
		return
	}
	at, err := strconv.ParseInt(text[1:end], 10, 64)
	if err == nil {
		t.lock.Lock()
		defer t.lock.Unlock()
		t.delays = append(t.delays, float64(time.Now().UnixNano()-at)/1e6)
	}
}

func (t *tracer) emit() {
	t.lock.Lock()
	defer t.lock.Unlock()
	lines.Event("stats", lines.Fields{"duplicates": t.duplicates, "mesh": len(t.mesh), "delays_ms": t.delays})
}

func router(ctx context.Context, h host.Host, kind, version string, flood bool, degree int, t *tracer, parts *partial) (*pubsub.PubSub, error) {
	options := []pubsub.Option{pubsub.WithFloodPublish(flood), pubsub.WithRawTracer(t)}
	if kind == "floodsub" {
		return pubsub.NewFloodSub(ctx, h)
	}
	if degree > 0 {
		parameters := pubsub.DefaultGossipSubParams()
		parameters.D, parameters.Dlo, parameters.Dhi = degree, degree, 2*degree
		options = append(options, pubsub.WithGossipSubParams(parameters))
	}
	options = append(options, pubsub.WithGossipSubProtocols(protocols(version), pubsub.GossipSubDefaultFeatures))
	if parts != nil {
		options = append(options, pubsub.WithPartialMessagesExtension(parts.extension()))
	}
	return pubsub.NewGossipSub(ctx, h, options...)
}

func dial(ctx context.Context, h host.Host, address string) {
	info, err := peer.AddrInfoFromString(address)
	if err == nil {
		within, cancel := context.WithTimeout(ctx, 15*time.Second)
		defer cancel()
		err = h.Connect(within, *info)
	}
	if err != nil {
		lines.Event("failed", lines.Fields{"what": "dial", "why": err.Error()})
		return
	}
	lines.Event("dialed", lines.Fields{"peer": info.ID.String()})
}

func cpu() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Sec+usage.Stime.Sec) + float64(usage.Utime.Usec+usage.Stime.Usec)/1e6
}

// Main runs the program and ends the process.
func Main(args []string) {
	var listen list
	flag := flag.NewFlagSet("peer pubsub", flag.ExitOnError)
	flag.Var(&listen, "listen", "multiaddr, more than one is possible")
	topicName := flag.String("topic", "interop", "")
	kind := flag.String("router", "gossipsub", "gossipsub or floodsub")
	version := flag.String("version", "1.3", "newest version of gossipsub that is spoken")
	flood := flag.Bool("flood", true, "own messages go to all peers of the topic")
	quiet := flag.Bool("quiet", false, "count messages instead of printing them")
	degree := flag.Int("degree", 0, "peers in a mesh; 0: the default")
	inParts := flag.Bool("partial", false, "messages of the topic travel in parts; the order parts GROUP BITS")
	star := flag.Bool("star", false, "be the peers around a node that is measured")
	graft := flag.Bool("graft", false, "with --star: all of them graft the node")
	flag.Parse(args)
	if *star {
		runStar(*topicName, *graft)
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	limits, err := rcmgr.NewResourceManager(rcmgr.NewFixedLimiter(rcmgr.InfiniteLimits))
	if err != nil {
		fail(1, err)
	}
	h, err := libp2p.New(libp2p.ListenAddrStrings(listen...), libp2p.ResourceManager(limits), libp2p.DisableRelay())
	if err != nil {
		fail(1, err)
	}
	stats := &tracer{mesh: map[peer.ID]bool{}}
	var parts *partial
	if *inParts {
		parts = &partial{have: map[uint64]byte{}}
	}
	ps, err := router(ctx, h, *kind, *version, *flood, *degree, stats, parts)
	if err != nil {
		fail(1, err)
	}
	var topic *pubsub.Topic
	if parts != nil {
		topic, err = parts.join(ps, *topicName)
	} else {
		topic, err = ps.Join(*topicName)
	}
	if err != nil {
		fail(1, err)
	}
	subscription, err := topic.Subscribe(pubsub.WithBufferSize(20000))
	if err != nil {
		fail(1, err)
	}
	h.Network().Notify(&network.NotifyBundle{
		ConnectedF: func(_ network.Network, c network.Conn) {
			lines.Event("connected", lines.Fields{"peer": c.RemotePeer().String()})
		},
		DisconnectedF: func(_ network.Network, c network.Conn) {
			lines.Event("disconnected", lines.Fields{"peer": c.RemotePeer().String()})
		},
	})
	lines.Event("listening", lines.Fields{"peer": h.ID().String(), "addrs": lines.Addresses(h.ID(), h.Addrs())})
	var received sync.Map
	var count atomic.Int64
	go func() {
		for {
			m, err := subscription.Next(ctx)
			if err != nil {
				return
			}
			stats.heard(m.Data)
			if *quiet {
				count.Add(1)
				continue
			}
			_, again := received.LoadOrStore(string(m.Data), true)
			lines.Event("message", lines.Fields{"from": m.GetFrom().String(), "topic": m.GetTopic(), "data": string(m.Data), "again": again})
		}
	}()
	go commands(ctx, h, ps, topic, *topicName, &count, stats, parts)
	<-ctx.Done()
	h.Close()
}

func commands(ctx context.Context, h host.Host, ps *pubsub.PubSub, topic *pubsub.Topic, name string, count *atomic.Int64, stats *tracer, parts *partial) {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		words := strings.Fields(in.Text())
		if len(words) == 0 {
			continue
		}
		switch words[0] {
		case "dial":
			dial(ctx, h, words[1])
		case "peers":
			lines.Event("peers", lines.Fields{"count": len(ps.ListPeers(name))})
		case "publish": // PREFIX COUNT SIZE PAUSE_MS
			n, _ := strconv.Atoi(words[2])
			size, _ := strconv.Atoi(words[3])
			pause, _ := strconv.Atoi(words[4])
			for i := 0; i < n; i++ {
				data := fmt.Sprintf("%s-%d", words[1], i)
				if words[1] == "timed" {
					data = fmt.Sprintf("t%d-%d", time.Now().UnixNano(), i)
				}
				if len(data) < size {
					data += strings.Repeat(".", size-len(data))
				}
				if err := topic.Publish(ctx, []byte(data)); err != nil {
					lines.Event("failed", lines.Fields{"what": "publish", "why": err.Error()})
				}
				if pause > 0 {
					time.Sleep(time.Duration(pause) * time.Millisecond)
				}
			}
			lines.Event("published", lines.Fields{"count": n})
		case "count":
			lines.Event("count", lines.Fields{"count": count.Load(), "cpu_s": cpu()})
		case "stats":
			stats.emit()
		case "join": // COUNT further topics
			n, _ := strconv.Atoi(words[1])
			for i := range n {
				more, err := ps.Join(fmt.Sprintf("t%d", i))
				if err == nil {
					_, err = more.Subscribe()
				}
				if err != nil {
					lines.Event("failed", lines.Fields{"what": "join", "why": err.Error()})
				}
			}
			lines.Event("joined", lines.Fields{"count": n})
		case "parts": // GROUP BITS
			group, _ := strconv.ParseUint(words[1], 10, 64)
			some, _ := strconv.ParseUint(words[2], 10, 8)
			if parts != nil {
				parts.add(group, byte(some))
			}
		case "memory":
			debug.FreeOSMemory()
			var memory runtime.MemStats
			runtime.ReadMemStats(&memory)
			lines.Event("memory", lines.Fields{"bytes": memory.HeapAlloc + memory.StackInuse})
		case "disconnect":
			id, err := peer.Decode(words[1])
			if err == nil {
				h.Network().ClosePeer(id)
			}
		}
	}
}
