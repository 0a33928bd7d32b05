package kad

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/libp2p/go-libp2p"
	dht "github.com/libp2p/go-libp2p-kad-dht"
	kb "github.com/libp2p/go-libp2p-kbucket"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/peerstore"
	"github.com/libp2p/go-libp2p/core/routing"
	"github.com/libp2p/go-libp2p/p2p/host/peerstore/pstoremem"
	ma "github.com/multiformats/go-multiaddr"

	"peer/lines"
)

const benchTables, benchOffered = 200, 1000

// bench runs a network of DHT servers in this process on the loopback, and lookups of the closest peers from them, as
// quality/benchmarks/kad/DhtNetwork.java does: arguments NODES LOOKUPS AT_ONCE.
func bench(arguments []string) error {
	var numbers [3]int
	for i := range numbers {
		var err error
		if numbers[i], err = strconv.Atoi(arguments[i]); err != nil {
			return err
		}
	}
	nodes, lookups, atOnce := numbers[0], numbers[1], numbers[2]
	perPeer, err := memoryPerPeer()
	if err != nil {
		return err
	}
	var hosts []host.Host
	var routers []*dht.IpfsDHT
	ctx := context.Background()
	for range nodes {
		h, err := libp2p.New(libp2p.ListenAddrStrings("/ip4/127.0.0.1/tcp/0"), libp2p.DisableRelay(), libp2p.DisableMetrics(),
			libp2p.DisableIdentifyAddressDiscovery(), libp2p.ResourceManager(nil))
		if err != nil {
			return err
		}
		router, err := dht.New(h, dht.Mode(dht.ModeServer), dht.ProtocolPrefix("/bench"),
			dht.AddressFilter(func(addrs []ma.Multiaddr) []ma.Multiaddr { return addrs }),
			dht.RoutingTablePeerDiversityFilter(nil))
		if err != nil {
			return err
		}
		hosts, routers = append(hosts, h), append(routers, router)
	}
	for _, h := range hosts[1:] {
		if err := h.Connect(ctx, peer.AddrInfo{ID: hosts[0].ID(), Addrs: hosts[0].Addrs()}); err != nil {
			return err
		}
	}
	for range 2 {
		together(nodes, atOnce, func(i int) error { return <-routers[i].ForceRefresh() })
	}
	var found, asked atomic.Int64
	lookUp := func(number, key int) error {
		within, done := context.WithTimeout(ctx, time.Minute)
		defer done()
		within, events := routing.RegisterForQueryEvents(within)
		counted := make(chan struct{})
		go func() {
			for one := range events {
				if one.Type == routing.SendingQuery {
					asked.Add(1)
				}
			}
			close(counted)
		}()
		peers, err := routers[number*7919%nodes].GetClosestPeers(within, fmt.Sprintf("lookup %d", key))
		found.Add(int64(len(peers)))
		done()
		<-counted
		return err
	}
	together(lookups/4, atOnce, func(i int) error { return lookUp(i, -1-i) })
	found.Store(0)
	asked.Store(0)
	before, begin := processor(), time.Now()
	together(lookups, atOnce, func(i int) error { return lookUp(i, i) })
	seconds, used := time.Since(begin).Seconds(), processor()-before
	table := 0
	for _, router := range routers {
		table += router.RoutingTable().Size()
	}
	lines.Print(lines.Fields{
		"implementation": "go", "nodes": nodes, "lookups_per_s": float64(lookups) / seconds,
		"messages_per_lookup": float64(asked.Load()) / float64(lookups), "cpu_ms_per_lookup": used.Seconds() * 1000 / float64(lookups),
		"found": float64(found.Load()) / float64(lookups), "table": float64(table) / float64(nodes), "bytes_per_peer": perPeer,
	})
	return nil
}

func processor() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func together(count, atOnce int, action func(int) error) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range atOnce {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for number := next.Add(1) - 1; number < int64(count); number = next.Add(1) - 1 {
				if err := action(int(number)); err != nil {
					fmt.Fprintln(os.Stderr, "error:", err)
				}
			}
		}()
	}
	workers.Wait()
}

// memoryPerPeer fills tables with peers of two addresses each; the addresses of peers in a table are in the peerstore.
func memoryPerPeer() (float64, error) {
	before := heap()
	var kept []any
	peers := 0
	for range benchTables {
		store, err := pstoremem.NewPeerstore()
		if err != nil {
			return 0, err
		}
		self := benchID()
		table, err := kb.NewRoutingTable(20, kb.ConvertPeerID(self), time.Minute, store, time.Hour, nil)
		if err != nil {
			return 0, err
		}
		for j := range benchOffered {
			id := benchID()
			if added, _ := table.TryAddPeer(id, true, false); added {
				one, _ := ma.NewMultiaddr(fmt.Sprintf("/ip4/10.1.%d.%d/tcp/4001", j>>8, j&0xff))
				other, _ := ma.NewMultiaddr(fmt.Sprintf("/ip4/10.1.%d.%d/udp/4001/quic-v1", j>>8, j&0xff))
				store.AddAddrs(id, []ma.Multiaddr{one, other}, peerstore.PermanentAddrTTL)
			}
		}
		kept = append(kept, table, store)
		peers += table.Size()
	}
	perPeer := float64(heap()-before) / float64(peers)
	runtime.KeepAlive(kept)
	return perPeer, nil
}

var benchNumber uint64

func benchID() peer.ID {
	benchNumber++
	id := []byte{0, 36, 8, 1, 18, 32}
	state := benchNumber * 0x9e3779b97f4a7c15
	for range 32 {
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
		id = append(id, byte(state))
	}
	return peer.ID(id)
}

func heap() int64 {
	for range 3 {
		runtime.GC()
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
