package pubsub

import (
	"bytes"
	"encoding/binary"
	"errors"
	"iter"
	"log/slog"
	"math/bits"
	"os"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p-pubsub/partialmessages"
	pb "github.com/libp2p/go-libp2p-pubsub/pb"
	"github.com/libp2p/go-libp2p/core/peer"

	"peer/lines"
)

const (
	partCount = 8
	partBytes = 1024
)

// sight is what is known of a peer: the parts it has, those it knows to be here, and whether either was ever told.
type sight struct {
	theirs, told     byte
	heard, announced bool
}

// partial is messages of eight parts of 1 KiB, as the official suite defines them: the metadata is a byte with a bit for every part that
// is there; parts travel as such a byte, the parts in their order, and the group. The 64-bit numbers of a part count on from that of
// the group. The event loop of pubsub alone uses it.
type partial struct {
	ps    *pubsub.PubSub
	topic string
	have  map[uint64]byte
}

func part(group uint64, index int) []byte {
	var out []byte
	for i := range partBytes / 8 {
		out = binary.BigEndian.AppendUint64(out, group+uint64(index*partBytes/8+i))
	}
	return out
}

func encodeParts(group uint64, some byte) []byte {
	out := []byte{some}
	for i := range partCount {
		if some&(1<<i) != 0 {
			out = append(out, part(group, i)...)
		}
	}
	return binary.BigEndian.AppendUint64(out, group)
}

func (p *partial) tell(group uint64) {
	lines.Event("parts", lines.Fields{"group": group, "parts": p.have[group]})
}

func (p *partial) extension() *partialmessages.PartialMessagesExtension[*sight] {
	return &partialmessages.PartialMessagesExtension[*sight]{
		Logger:             slog.New(slog.NewTextHandler(os.Stderr, nil)),
		GroupTTLByHeatbeat: 10,
		OnEmitGossip: func(topic string, groupID []byte, to []peer.ID, states map[peer.ID]*sight) {
			mine := p.have[binary.BigEndian.Uint64(groupID)]
			for _, id := range to {
				go p.publishTo(groupID, mine, id)
			}
		},
		OnIncomingRPC: p.incoming,
	}
}

func (p *partial) incoming(from peer.ID, states map[peer.ID]*sight, rpc *pb.PartialMessagesExtension) error {
	if len(rpc.GroupID) != 8 {
		return errors.New("no group of this suite")
	}
	group := binary.BigEndian.Uint64(rpc.GroupID)
	state := states[from]
	if state == nil {
		state = &sight{}
		states[from] = state
	}
	if len(rpc.PartsMetadata) == 1 {
		state.theirs |= rpc.PartsMetadata[0]
		state.heard = true
	}
	if len(rpc.PartialMessage) > 0 {
		some := rpc.PartialMessage[0]
		if !bytes.Equal(rpc.PartialMessage, encodeParts(group, some)) {
			return errors.New("not the parts of this group")
		}
		state.theirs |= some
		state.told |= some
		before := p.have[group]
		p.have[group] = before | some
		if p.have[group] != before {
			p.tell(group)
		}
	}
	go p.publish(group, rpc.GroupID)
	return nil
}

func (p *partial) publishTo(groupID []byte, mine byte, to peer.ID) {
	_ = pubsub.PublishPartial(p.ps, p.topic, groupID, func(states map[peer.ID]*sight, requests func(peer.ID) bool) iter.Seq2[peer.ID, partialmessages.PublishAction] {
		return func(yield func(peer.ID, partialmessages.PublishAction) bool) {
			yield(to, partialmessages.PublishAction{EncodedPartsMetadata: []byte{mine}})
		}
	})
}

// publish tells every peer of the group what is here, and sends what it is known to lack.
func (p *partial) publish(group uint64, groupID []byte) {
	err := pubsub.PublishPartial(p.ps, p.topic, groupID, func(states map[peer.ID]*sight, requests func(peer.ID) bool) iter.Seq2[peer.ID, partialmessages.PublishAction] {
		return func(yield func(peer.ID, partialmessages.PublishAction) bool) {
			mine := p.have[group]
			for id, state := range states {
				if state == nil {
					state = &sight{}
					states[id] = state
				}
				var action partialmessages.PublishAction
				if lacks := mine &^ state.theirs; state.heard && requests(id) && bits.OnesCount8(lacks) > 0 {
					action.EncodedPartialMessage = encodeParts(group, lacks)
					state.theirs |= lacks
				}
				if !state.announced || mine&^state.told != 0 {
					state.announced = true
					state.told |= mine
					action.EncodedPartsMetadata = []byte{state.told}
				}
				if !yield(id, action) {
					return
				}
			}
		}
	})
	if err != nil {
		lines.Event("failed", lines.Fields{"what": "parts", "why": err.Error()})
	}
}

// add is the order "parts GROUP BITS".
func (p *partial) add(group uint64, some byte) {
	groupID := binary.BigEndian.AppendUint64(nil, group)
	_ = pubsub.PublishPartial(p.ps, p.topic, groupID, func(map[peer.ID]*sight, func(peer.ID) bool) iter.Seq2[peer.ID, partialmessages.PublishAction] {
		p.have[group] |= some
		p.tell(group)
		return func(func(peer.ID, partialmessages.PublishAction) bool) {}
	})
	p.publish(group, groupID)
}

func (p *partial) join(ps *pubsub.PubSub, name string) (*pubsub.Topic, error) {
	p.ps, p.topic = ps, name
	return ps.Join(name, pubsub.RequestPartialMessages())
}
