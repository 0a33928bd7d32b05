package content

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"

	"github.com/ipfs/boxo/blockstore"
	"github.com/ipfs/go-cid"
	"github.com/ipfs/go-graphsync"
	gsimpl "github.com/ipfs/go-graphsync/impl"
	gsnet "github.com/ipfs/go-graphsync/network"
	"github.com/ipfs/go-graphsync/storeutil"
	"github.com/ipfs/go-unixfsnode"
	_ "github.com/ipld/go-codec-dagpb"
	"github.com/ipld/go-ipld-prime/codec/dagjson"
	_ "github.com/ipld/go-ipld-prime/codec/raw"
	"github.com/ipld/go-ipld-prime/datamodel"
	cidlink "github.com/ipld/go-ipld-prime/linking/cid"
	"github.com/ipld/go-ipld-prime/node/basicnode"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"

	"peer/lines"
)

// syncer is go-graphsync over the blocks of this peer.
type syncer struct {
	host     host.Host
	exchange interface {
		graphsync.GraphExchange
		PeerState(of peer.ID) gsimpl.PeerState
	}
}

func newSyncer(ctx context.Context, h host.Host, blocks blockstore.Blockstore) *syncer {
	links := storeutil.LinkSystemForBlockstore(blocks)
	links.TrustedStorage = false
	unixfsnode.AddUnixFSReificationToLinkSystem(&links)
	exchange := gsimpl.New(ctx, gsnet.NewFromLibp2pHost(h), links)
	exchange.RegisterIncomingRequestHook(func(_ peer.ID, request graphsync.RequestData, actions graphsync.IncomingRequestHookActions) {
		actions.ValidateRequest()
		if data, has := request.Extension("test/echo"); has {
			actions.SendExtensionData(graphsync.ExtensionData{Name: "test/echo", Data: data})
		}
		if _, has := request.Extension("test/pause"); has {
			actions.PauseResponse()
		}
	})
	exchange.RegisterRequestUpdatedHook(func(_ peer.ID, _ graphsync.RequestData, update graphsync.RequestData, actions graphsync.RequestUpdatedHookActions) {
		if _, has := update.Extension("test/resume"); has {
			actions.UnpauseResponse()
		}
	})
	exchange.RegisterCompletedResponseListener(func(p peer.ID, _ graphsync.RequestData, status graphsync.ResponseStatusCode) {
		lines.Event("served", lines.Fields{"peer": p.String(), "status": int(status)})
	})
	exchange.RegisterRequestorCancelledListener(func(p peer.ID, _ graphsync.RequestData) {
		lines.Event("cancelled", lines.Fields{"peer": p.String()})
	})
	return &syncer{h, exchange.(*gsimpl.GraphSync)}
}

func parse(root, selector string) (cidlink.Link, datamodel.Node, error) {
	c, err := cid.Decode(root)
	if err != nil {
		return cidlink.Link{}, nil, err
	}
	builder := basicnode.Prototype.Any.NewBuilder()
	if err := dagjson.Decode(builder, strings.NewReader(selector)); err != nil {
		return cidlink.Link{}, nil, err
	}
	return cidlink.Link{Cid: c}, builder.Build(), nil
}

func (s *syncer) request(ctx context.Context, info peer.AddrInfo, root, selector string) (lines.Fields, error) {
	if err := s.host.Connect(ctx, info); err != nil {
		return nil, err
	}
	link, node, err := parse(root, selector)
	if err != nil {
		return nil, err
	}
	var blocks, bytes atomic.Int64
	unregister := s.exchange.RegisterIncomingBlockHook(func(_ peer.ID, _ graphsync.ResponseData, block graphsync.BlockData, _ graphsync.IncomingBlockHookActions) {
		if block.BlockSizeOnWire() > 0 {
			blocks.Add(1)
			bytes.Add(int64(block.BlockSizeOnWire()))
		}
	})
	defer unregister()
	progress, errs := s.exchange.Request(ctx, info.ID, link, node)
	return finish(progress, errs, &blocks, &bytes)
}

func finish(progress <-chan graphsync.ResponseProgress, errs <-chan error, blocks, bytes *atomic.Int64) (lines.Fields, error) {
	visits := 0
	var failures []error
	for progress != nil || errs != nil {
		select {
		case _, more := <-progress:
			if !more {
				progress = nil
			} else {
				visits++
			}
		case err, more := <-errs:
			if !more {
				errs = nil
			} else {
				failures = append(failures, err)
			}
		}
	}
	return lines.Fields{"blocks": blocks.Load(), "bytes": bytes.Load(), "visits": visits, "failures": len(failures)}, errors.Join(failures...)
}

// pauseAndResume pauses the request after three blocks and goes on with it. go-graphsync takes responses that were under way when it
// paused for answers to the resumed request; so another request is answered first, whose response comes after theirs.
func (s *syncer) pauseAndResume(ctx context.Context, info peer.AddrInfo, root, selector string) (lines.Fields, error) {
	if err := s.host.Connect(ctx, info); err != nil {
		return nil, err
	}
	link, node, err := parse(root, selector)
	if err != nil {
		return nil, err
	}
	var blocks, bytes atomic.Int64
	paused := make(chan graphsync.RequestID, 1)
	unregister := s.exchange.RegisterIncomingBlockHook(func(_ peer.ID, response graphsync.ResponseData, block graphsync.BlockData, actions graphsync.IncomingBlockHookActions) {
		bytes.Add(int64(block.BlockSizeOnWire()))
		if blocks.Add(1) == 3 {
			actions.PauseRequest()
			paused <- response.RequestID()
		}
	})
	defer unregister()
	progress, errs := s.exchange.Request(ctx, info.ID, link, node)
	resumed := make(chan error, 1)
	go func() {
		select {
		case id := <-paused:
			resumed <- s.resume(ctx, info.ID, id, node)
		case <-ctx.Done():
			resumed <- ctx.Err()
		}
	}()
	result, err := finish(progress, errs, &blocks, &bytes)
	if err == nil {
		err = <-resumed
	}
	return result, err
}

// resume goes on with a request that is being paused.
func (s *syncer) resume(ctx context.Context, from peer.ID, id graphsync.RequestID, selector datamodel.Node) error {
	for s.exchange.PeerState(from).OutgoingState.RequestStates[id] != graphsync.Paused { // a little after the hook
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	nowhere, err := cid.V1Builder{Codec: cid.Raw, MhType: 0x12}.Sum([]byte(id.String()))
	if err != nil {
		return err
	}
	progress, errs := s.exchange.Request(ctx, from, cidlink.Link{Cid: nowhere}, selector)
	for progress != nil || errs != nil {
		select {
		case _, more := <-progress:
			if !more {
				progress = nil
			}
		case _, more := <-errs:
			if !more {
				errs = nil
			}
		}
	}
	return s.exchange.Unpause(ctx, id)
}
