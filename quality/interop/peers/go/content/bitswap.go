package content

import (
	"context"

	"github.com/ipfs/boxo/bitswap"
	"github.com/ipfs/boxo/bitswap/network/bsnet"
	"github.com/ipfs/boxo/blockservice"
	"github.com/ipfs/boxo/blockstore"
	"github.com/ipfs/boxo/ipld/merkledag"
	"github.com/ipfs/go-cid"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/protocol"

	"peer/lines"
)

// swapper is boxo's Bitswap in one version of the protocol.
type swapper struct {
	exchange *bitswap.Bitswap
	blocks   blockstore.Blockstore
}

func newSwapper(ctx context.Context, h host.Host, blocks blockstore.Blockstore, version string) *swapper {
	spoken := protocol.ID("/ipfs/bitswap/" + version)
	network := bsnet.NewFromIpfsHost(h, bsnet.SupportedProtocols([]protocol.ID{spoken}))
	exchange := bitswap.New(ctx, network, nil, blocks)
	network.Start(exchange)
	return &swapper{exchange, blocks}
}

func (s *swapper) get(ctx context.Context, root string) (lines.Fields, error) {
	c, err := cid.Decode(root)
	if err != nil {
		return nil, err
	}
	service := merkledag.NewDAGService(blockservice.New(s.blocks, s.exchange))
	seen := cid.NewSet()
	err = merkledag.Walk(ctx, merkledag.GetLinksWithDAG(service), c, seen.Visit)
	return lines.Fields{"blocks": seen.Len()}, err
}
