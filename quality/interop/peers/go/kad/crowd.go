package kad

import (
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"math/rand"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/libp2p/go-libp2p"
	dht "github.com/libp2p/go-libp2p-kad-dht"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/routing"
	ma "github.com/multiformats/go-multiaddr"
	mh "github.com/multiformats/go-multihash"
)

const crowdHonest, crowdGround = 100, 40

// crowd announces keys from 100 honest servers of a network in this process and from 40 ids that were ground to be the lowest, and
// counts the honest ones that a search names which asks all holders: arguments NODES KEYS. It prints lines that
// protocols/kad/attacks keeps: operation, providers wanted, found, messages, bytes (which are not counted).
func crowd(arguments []string) error {
	nodes, err := strconv.Atoi(arguments[0])
	if err != nil {
		return err
	}
	keys, err := strconv.Atoi(arguments[1])
	if err != nil {
		return err
	}
	if nodes <= crowdHonest {
		return fmt.Errorf("%d nodes, more than %d are needed", nodes, crowdHonest)
	}
	ctx := context.Background()
	var hosts []host.Host
	var routers []*dht.IpfsDHT
	for range nodes {
		h, router, err := crowdNode(dht.ModeServer)
		if err != nil {
			return err
		}
		hosts, routers = append(hosts, h), append(routers, router)
	}
	first := peer.AddrInfo{ID: hosts[0].ID(), Addrs: hosts[0].Addrs()}
	together(nodes-1, 8, func(i int) error { return hosts[i+1].Connect(ctx, first) })
	for range 2 {
		together(nodes, 8, func(i int) error { return <-routers[i].ForceRefresh() })
	}
	var ground []*dht.IpfsDHT
	for i := range crowdGround {
		h, router, err := crowdNode(dht.ModeClient, libp2p.Identity(groundKey(i)))
		if err != nil {
			return err
		}
		if err := h.Connect(ctx, first); err != nil {
			return err
		}
		for range 200 { // the peer is asked whether it answers before it comes into the table
			if router.RoutingTable().Size() > 0 {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		if err := <-router.ForceRefresh(); err != nil {
			return fmt.Errorf("the attacker %d has not joined: %w", i, err)
		}
		ground = append(ground, router)
	}
	random := rand.New(rand.NewSource(1))
	var wanted, found int
	var asked atomic.Int64
	for number := range keys {
		hash, err := mh.Sum(fmt.Appendf(nil, "key %d", number), mh.SHA2_256, -1)
		if err != nil {
			return err
		}
		key := cid.NewCidV1(cid.Raw, hash)
		order := random.Perm(nodes)
		honest := map[peer.ID]bool{}
		for _, i := range order[:crowdHonest] {
			honest[hosts[i].ID()] = true
		}
		provide := func(router *dht.IpfsDHT) error {
			within, done := context.WithTimeout(ctx, time.Minute)
			defer done()
			return router.Provide(within, key, true)
		}
		together(crowdHonest, 8, func(i int) error { return provide(routers[order[i]]) })
		together(crowdGround, 8, func(i int) error { return provide(ground[i]) })
		within, done := context.WithTimeout(ctx, time.Minute)
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
		for one := range routers[order[crowdHonest]].FindProvidersAsync(within, key, 0) {
			if honest[one.ID] {
				found++
				delete(honest, one.ID)
			}
		}
		done()
		<-counted
		wanted += crowdHonest
	}
	fmt.Println("JUDGED 0 0 0")
	fmt.Printf("ALL_HOLDERS %d %d %d 0\n", wanted, found, 2*asked.Load())
	return nil
}

func crowdNode(mode dht.ModeOpt, options ...libp2p.Option) (host.Host, *dht.IpfsDHT, error) {
	options = append(options, libp2p.ListenAddrStrings("/ip4/127.0.0.1/tcp/0"), libp2p.DisableRelay(), libp2p.DisableMetrics(),
		libp2p.DisableIdentifyAddressDiscovery(), libp2p.ResourceManager(nil))
	h, err := libp2p.New(options...)
	if err != nil {
		return nil, nil, err
	}
	router, err := dht.New(h, dht.Mode(mode), dht.ProtocolPrefix("/crowd"),
		dht.AddressFilter(func(addrs []ma.Multiaddr) []ma.Multiaddr { return addrs }),
		dht.RoutingTablePeerDiversityFilter(nil))
	return h, router, err
}

// groundKey makes keys until one has an id that begins with 12 bits of 0.
func groundKey(number int) crypto.PrivKey {
	seed := make([]byte, ed25519.SeedSize)
	for attempt := uint64(0); ; attempt++ {
		binary.BigEndian.PutUint64(seed, uint64(number))
		binary.BigEndian.PutUint64(seed[8:], attempt)
		private := ed25519.NewKeyFromSeed(seed)
		if public := private.Public().(ed25519.PublicKey); public[0] == 0 && public[1] < 16 {
			key, err := crypto.UnmarshalEd25519PrivateKey(private)
			if err != nil {
				panic(err)
			}
			return key
		}
	}
}
