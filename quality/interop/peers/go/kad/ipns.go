package kad

import (
	"context"
	"time"

	"github.com/ipfs/boxo/ipns"
	"github.com/ipfs/boxo/path"
	dht "github.com/libp2p/go-libp2p-kad-dht"
	"github.com/libp2p/go-libp2p/core/host"

	"peer/lines"
)

// publish puts an IPNS record of this host's key that points to the path.
func publish(ctx context.Context, h host.Host, router *dht.IpfsDHT, target string) error {
	value, err := path.NewPath(target)
	if err != nil {
		return err
	}
	key := h.Peerstore().PrivKey(h.ID())
	record, err := ipns.NewRecord(key, value, uint64(time.Now().Unix()), time.Now().Add(24*time.Hour), 5*time.Minute)
	if err != nil {
		return err
	}
	encoded, err := ipns.MarshalRecord(record)
	if err != nil {
		return err
	}
	name := ipns.NameFromPeer(h.ID())
	if err := router.PutValue(ctx, string(name.RoutingKey()), encoded); err != nil {
		return err
	}
	lines.Event("published", lines.Fields{"name": name.String()})
	return nil
}
