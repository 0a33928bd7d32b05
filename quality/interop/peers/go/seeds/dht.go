// Seed 004, "Content Routing" and "Peer Discovery". Repairs: the hosts are parameters, one in each process. Both DHTs are servers, made
// without a context. They know a validator for the namespace "example", without which no node stores the key, under a prefix of their
// own, since that of IPFS takes no such validator. The role that dials stores its text, and without one it retrieves the value. The
// bootstrap peers are the peer that is dialed.
package seeds

import (
	"context"
	"fmt"
	"time"

	dht "github.com/libp2p/go-libp2p-kad-dht"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/discovery/routing"

	"peer/lines"
)

type anyValue struct{}

func (anyValue) Validate(key string, value []byte) error         { return nil }
func (anyValue) Select(key string, values [][]byte) (int, error) { return 0, nil }

func createDHT(ctx context.Context, host host.Host) *dht.IpfsDHT {
	// Create DHT
	kademliaDHT, err := dht.New(host, dht.Mode(dht.ModeServer), dht.ProtocolPrefix("/seeds"),
		dht.NamespacedValidator("example", anyValue{}))
	if err != nil {
		panic(err)
	}

	// Bootstrap DHT
	if err = kademliaDHT.Bootstrap(ctx); err != nil {
		panic(err)
	}
	return kademliaDHT
}

func awaitTable(d *dht.IpfsDHT) {
	for d.RoutingTable().Size() == 0 {
		time.Sleep(50 * time.Millisecond)
	}
}

func listenDHT(ctx context.Context, h host.Host, o options) error {
	createDHT(ctx, h)
	return nil
}

func dialDHT(ctx context.Context, h host.Host, remote peer.AddrInfo, o options) error {
	kademliaDHT := createDHT(ctx, h)
	awaitTable(kademliaDHT)
	key := "/example/key"
	if o.text != "" {
		// Store value in DHT
		value := []byte(o.text)

		err := kademliaDHT.PutValue(ctx, key, value)
		if err != nil {
			panic(err)
		}
		result("stored")
		return nil
	}

	// Retrieve value from DHT
	retrievedValue, err := kademliaDHT.GetValue(ctx, key)
	if err != nil {
		panic(err)
	}

	result(string(retrievedValue))
	return nil
}

func listenDiscovery(ctx context.Context, h host.Host, o options) error {
	kademliaDHT := createDHT(ctx, h)
	go func() {
		awaitTable(kademliaDHT)

		// Create discovery service
		discovery := routing.NewRoutingDiscovery(kademliaDHT)

		// Advertise service
		if _, err := discovery.Advertise(ctx, "my-service"); err != nil {
			lines.Event("error", lines.Fields{"error": err.Error()})
			return
		}
		lines.Event("advertised", lines.Fields{})
	}()
	return nil
}

func dialDiscovery(ctx context.Context, h host.Host, remote peer.AddrInfo, o options) error {
	kademliaDHT := createDHT(ctx, h)
	awaitTable(kademliaDHT)
	discovery := routing.NewRoutingDiscovery(kademliaDHT)
	for {
		// Find peers providing service
		peerChan, err := discovery.FindPeers(ctx, "my-service")
		if err != nil {
			panic(err)
		}

		for peer := range peerChan {
			result(fmt.Sprintf("Found peer: %s", peer.ID))
			return nil
		}
		time.Sleep(200 * time.Millisecond)
	}
}
