// Package nat is a go-libp2p node behind, in front of and in between routers: relay, AutoNAT server, reserved peer and
// dialer of quality/interop/nat/run. It prints one JSON object per line and nothing else on standard output.
package nat

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/peerstore"
	"github.com/libp2p/go-libp2p/p2p/host/autorelay"
	"github.com/libp2p/go-libp2p/p2p/protocol/autonatv2"
	"github.com/libp2p/go-libp2p/p2p/protocol/autonatv2/pb"
	"github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/client"
	"github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/relay"
	"github.com/libp2p/go-libp2p/p2p/protocol/holepunch"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
	"github.com/libp2p/go-msgio/pbio"
	ma "github.com/multiformats/go-multiaddr"
	manet "github.com/multiformats/go-multiaddr/net"

	"peer/lines"
)

const (
	userAgent    = "go-libp2p/0.51.0"
	echoProtocol = "/echo/1.0.0"
)

type list []string

func (l *list) String() string     { return strings.Join(*l, " ") }
func (l *list) Set(v string) error { *l = append(*l, v); return nil }

type options struct {
	listen, relays, autoRelays, assumePublic, connect list
	relayService, unlimited, autoNAT, holePunch       bool
	natMap                                            bool
	lie                                               string
	limitBytes                                        int64
	limitSeconds                                      int
	reachability                                      string
	direct, transfer, block, hold                     int
}

func parse(args []string) (*options, []string) {
	o := &options{}
	f := flag.NewFlagSet("peer nat", flag.ExitOnError)
	f.Var(&o.listen, "listen", "address to listen on")
	f.Var(&o.relays, "relay", "relay to reserve at")
	f.Var(&o.autoRelays, "auto-relay", "static relay for AutoRelay")
	f.Var(&o.assumePublic, "assume-public", "network that counts as public")
	f.Var(&o.connect, "connect", "peer to stay connected to")
	f.BoolVar(&o.relayService, "relay-service", false, "be a relay")
	f.BoolVar(&o.unlimited, "unlimited", false, "a relay without limits")
	f.Int64Var(&o.limitBytes, "limit-bytes", 1<<17, "bytes of a circuit, each way")
	f.IntVar(&o.limitSeconds, "limit-seconds", 120, "seconds of a circuit")
	f.BoolVar(&o.autoNAT, "autonat-service", false, "serve AutoNAT v1 and v2")
	f.StringVar(&o.lie, "lie", "", "reachable or unreachable: what AutoNAT v2 says of every address without dialing it")
	f.BoolVar(&o.holePunch, "hole-punch", false, "punch holes")
	f.BoolVar(&o.natMap, "nat-map", false, "map ports")
	f.StringVar(&o.reachability, "reachability", "", "public or private, instead of finding out")
	f.IntVar(&o.direct, "direct", 0, "seconds to wait for a direct connection")
	f.IntVar(&o.transfer, "transfer", 0, "bytes to echo over the connection")
	f.IntVar(&o.block, "block", 1024, "bytes of a write of --transfer")
	f.IntVar(&o.hold, "hold", 0, "seconds to keep the connection, until it is cut")
	_ = f.Parse(args)
	return o, f.Args()
}

// assume lets the addresses of some networks count as public.
func assume(networks []string) error {
	for _, text := range networks {
		_, wanted, err := net.ParseCIDR(text)
		if err != nil {
			return err
		}
		for _, ranges := range []*[]*net.IPNet{&manet.Private4, &manet.Unroutable4, &manet.Private6, &manet.Unroutable6} {
			var kept []*net.IPNet
			for _, one := range *ranges {
				if !one.Contains(wanted.IP) && !wanted.Contains(one.IP) {
					kept = append(kept, one)
				}
			}
			*ranges = kept
		}
	}
	return nil
}

func newHost(o *options) (host.Host, error) {
	config := []libp2p.Option{
		libp2p.UserAgent(userAgent),
		libp2p.DisableMetrics(),
		libp2p.EnableRelay(),
		libp2p.ResourceManager(&network.NullResourceManager{}),
	}
	if len(o.listen) == 0 {
		config = append(config, libp2p.NoListenAddrs, libp2p.EnableRelay())
	} else {
		config = append(config, libp2p.ListenAddrStrings(o.listen...))
	}
	if o.relayService {
		resources := relay.DefaultResources()
		resources.Limit = &relay.RelayLimit{Duration: time.Duration(o.limitSeconds) * time.Second, Data: o.limitBytes}
		option := relay.WithResources(resources)
		if o.unlimited {
			option = relay.WithInfiniteLimits()
		}
		config = append(config, libp2p.EnableRelayService(option))
	}
	if o.autoNAT {
		config = append(config, libp2p.EnableNATService(), libp2p.EnableAutoNATv2())
	}
	if o.holePunch {
		config = append(config, libp2p.EnableHolePunching(holepunch.WithTracer(tracer{})))
	}
	if o.natMap {
		config = append(config, libp2p.NATPortMap())
	}
	if len(o.autoRelays) > 0 {
		var relays []peer.AddrInfo
		for _, text := range o.autoRelays {
			info, err := peer.AddrInfoFromString(text)
			if err != nil {
				return nil, err
			}
			relays = append(relays, *info)
		}
		config = append(config, libp2p.EnableAutoRelayWithStaticRelays(relays, autorelay.WithBackoff(time.Second)))
	}
	switch o.reachability {
	case "public":
		config = append(config, libp2p.ForceReachabilityPublic())
	case "private":
		config = append(config, libp2p.ForceReachabilityPrivate())
	}
	h, err := libp2p.New(config...)
	if err != nil {
		return nil, err
	}
	if o.lie != "" {
		h.SetStreamHandler(autonatv2.DialProtocol, func(s network.Stream) { lie(s, o.lie) })
	}
	h.SetStreamHandler(echoProtocol, func(s network.Stream) {
		if _, err := io.Copy(s, s); err != nil {
			_ = s.Reset()
			return
		}
		_ = s.Close()
	})
	return h, nil
}

// lie answers a question of AutoNAT v2 without dialing anybody.
func lie(s network.Stream, what string) {
	defer s.Close()
	var question pb.Message
	if err := pbio.NewDelimitedReader(s, 8192).ReadMsg(&question); err != nil {
		_ = s.Reset()
		return
	}
	found := pb.DialStatus_OK
	if what == "unreachable" {
		found = pb.DialStatus_E_DIAL_ERROR
	}
	answer := &pb.DialResponse{Status: pb.DialResponse_OK, AddrIdx: 0, DialStatus: found}
	_ = pbio.NewDelimitedWriter(s).WriteMsg(&pb.Message{Msg: &pb.Message_DialResponse{DialResponse: answer}})
}

type tracer struct{}

func (tracer) Trace(e *holepunch.Event) {
	lines.Event("punch", lines.Fields{"type": e.Type, "peer": e.Remote.String()})
}

func isDirect(c network.Conn) bool {
	_, err := c.RemoteMultiaddr().ValueForProtocol(ma.P_CIRCUIT)
	return err != nil
}

func connection(c network.Conn) lines.Fields {
	return lines.Fields{
		"peer": c.RemotePeer().String(), "remote": c.RemoteMultiaddr().String(),
		"limited": c.Stat().Limited, "direct": isDirect(c), "inbound": c.Stat().Direction == network.DirInbound,
	}
}

func node(o *options) error {
	h, err := newHost(o)
	if err != nil {
		return err
	}
	defer h.Close()
	h.Network().Notify(&network.NotifyBundle{
		ConnectedF:    func(_ network.Network, c network.Conn) { lines.Event("connection", connection(c)) },
		DisconnectedF: func(_ network.Network, c network.Conn) { lines.Event("closed", connection(c)) },
	})
	var addrs []string
	for _, addr := range h.Network().ListenAddresses() {
		resolved, err := manet.ResolveUnspecifiedAddress(addr, nil)
		if err != nil {
			resolved = []ma.Multiaddr{addr}
		}
		addrs = append(addrs, lines.Addresses(h.ID(), resolved)...)
	}
	lines.Event("listening", lines.Fields{"peer": h.ID().String(), "addrs": addrs})
	subscription, err := h.EventBus().Subscribe([]any{
		new(event.EvtLocalReachabilityChanged), new(event.EvtHostReachableAddrsChanged),
		new(event.EvtLocalAddressesUpdated),
	})
	if err != nil {
		return err
	}
	go func() {
		for e := range subscription.Out() {
			switch e := e.(type) {
			case event.EvtLocalReachabilityChanged:
				lines.Event("reachability", lines.Fields{"state": e.Reachability.String()})
			case event.EvtHostReachableAddrsChanged:
				lines.Event("addresses", lines.Fields{"reachable": texts(e.Reachable), "unreachable": texts(e.Unreachable), "unknown": texts(e.Unknown)})
			case event.EvtLocalAddressesUpdated:
				var now []string
				for _, one := range e.Current {
					now = append(now, one.Address.String())
				}
				lines.Event("address", lines.Fields{"addrs": now})
			}
		}
	}()
	for _, text := range o.connect {
		go stayConnected(h, text)
	}
	for _, text := range o.relays {
		go reserve(h, text)
	}
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM, syscall.SIGINT)
	<-terminated
	return nil
}

func texts(addrs []ma.Multiaddr) []string {
	all := []string{}
	for _, addr := range addrs {
		all = append(all, addr.String())
	}
	return all
}

func stayConnected(h host.Host, text string) {
	info, err := peer.AddrInfoFromString(text)
	if err != nil {
		lines.Event("error", lines.Fields{"text": err.Error()})
		return
	}
	h.Peerstore().AddAddrs(info.ID, info.Addrs, peerstore.PermanentAddrTTL)
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
		if err := h.Connect(ctx, *info); err != nil {
			lines.Event("error", lines.Fields{"text": err.Error()})
		}
		cancel()
		time.Sleep(2 * time.Second)
	}
}

// reserve asks a relay for a place, checks its voucher, and asks again when half of the time is over.
func reserve(h host.Host, text string) {
	info, err := peer.AddrInfoFromString(text)
	if err != nil {
		lines.Event("error", lines.Fields{"text": err.Error()})
		return
	}
	h.Peerstore().AddAddrs(info.ID, info.Addrs, peerstore.PermanentAddrTTL)
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		reservation, err := client.Reserve(ctx, h, *info)
		cancel()
		if err != nil {
			lines.Event("refused", lines.Fields{"relay": info.ID.String(), "text": err.Error()})
			time.Sleep(2 * time.Second)
			continue
		}
		lines.Event("reservation", lines.Fields{
			"relay": info.ID.String(), "addr": text + "/p2p-circuit/p2p/" + h.ID().String(),
			"expires": reservation.Expiration.Unix(), "limit_bytes": reservation.LimitData,
			"limit_seconds": int(reservation.LimitDuration.Seconds()), "voucher": reservation.Voucher != nil,
			"addrs": len(reservation.Addrs),
		})
		time.Sleep(time.Until(reservation.Expiration) / 2)
	}
}

func pingPeer(o *options, target string) error {
	h, err := newHost(o)
	if err != nil {
		return err
	}
	defer h.Close()
	for _, text := range o.connect {
		go stayConnected(h, text)
	}
	info, err := peer.AddrInfoFromString(target)
	if err != nil {
		return err
	}
	h.Peerstore().AddAddrs(info.ID, info.Addrs, peerstore.PermanentAddrTTL)
	ctx, cancel := context.WithTimeout(network.WithAllowLimitedConn(context.Background(), "ping"), 30*time.Second)
	defer cancel()
	begin := time.Now()
	if err := h.Connect(ctx, *info); err != nil {
		return err
	}
	relayed := time.Now()
	limited := h.Network().ConnsToPeer(info.ID)[0].Stat().Limited
	if o.transfer > 0 {
		return transfer(ctx, h, info.ID, o.transfer, o.block)
	}
	if o.hold > 0 {
		return hold(h, info.ID, o.hold, begin)
	}
	direct := false
	if o.direct > 0 {
		end := time.Now().Add(time.Duration(o.direct) * time.Second)
		for !direct && time.Now().Before(end) {
			for _, c := range h.Network().ConnsToPeer(info.ID) {
				direct = direct || isDirect(c)
			}
			if !direct {
				time.Sleep(2 * time.Millisecond)
			}
		}
	}
	after := time.Since(relayed)
	result := <-ping.Ping(ctx, h, info.ID)
	if result.Error != nil {
		return result.Error
	}
	lines.Event("ping", lines.Fields{
		"peer": info.ID.String(), "rtt_us": result.RTT.Microseconds(), "limited": limited, "direct": direct,
		"direct_ms": after.Milliseconds(), "connect_ms": relayed.Sub(begin).Milliseconds(),
	})
	if o.direct > 0 && !direct {
		os.Exit(3)
	}
	return nil
}

// transfer echoes bytes until they are through or the relay cuts the circuit, and says how many came back.
func transfer(ctx context.Context, h host.Host, id peer.ID, size, most int) error {
	s, err := h.NewStream(ctx, id, echoProtocol)
	if err != nil {
		return err
	}
	defer s.Close()
	go func() {
		block := make([]byte, most)
		for sent := 0; sent < size; sent += len(block) {
			if _, err := s.Write(block[:min(len(block), size-sent)]); err != nil {
				return
			}
		}
		_ = s.CloseWrite()
	}()
	count, err := io.Copy(io.Discard, s)
	text := ""
	if err != nil {
		text = err.Error()
	}
	lines.Event("transfer", lines.Fields{"bytes": count, "whole": count == int64(size), "text": text})
	return nil
}

// hold says after how many seconds the connection was cut.
func hold(h host.Host, id peer.ID, seconds int, begin time.Time) error {
	end := time.Now().Add(time.Duration(seconds) * time.Second)
	for time.Now().Before(end) && len(h.Network().ConnsToPeer(id)) > 0 {
		time.Sleep(10 * time.Millisecond)
	}
	lines.Event("held", lines.Fields{"seconds": time.Since(begin).Seconds(), "open": len(h.Network().ConnsToPeer(id)) > 0})
	return nil
}

// Main runs the program and ends the process.
func Main(args []string) {
	if len(args) < 1 {
		fmt.Fprintln(os.Stderr, "usage: peer nat node|ping OPTIONS [MULTIADDR]")
		os.Exit(2)
	}
	o, rest := parse(args[1:])
	err := assume(o.assumePublic)
	switch {
	case err != nil:
	case args[0] == "node":
		err = node(o)
	case args[0] == "ping" && len(rest) == 1:
		err = pingPeer(o, rest[0])
	default:
		err = fmt.Errorf("usage: peer nat node|ping OPTIONS [MULTIADDR]")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
