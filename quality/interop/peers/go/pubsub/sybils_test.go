// The attack "few first" of protocols/pubsub/attacks on routers of go-libp2p-pubsub, in simulated time; quality/benchmarks/pubsub-sybils runs it.
package pubsub

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	pb "github.com/libp2p/go-libp2p-pubsub/pb"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	mocknet "github.com/libp2p/go-libp2p/p2p/net/mock"
	"github.com/libp2p/go-msgio"
	ma "github.com/multiformats/go-multiaddr"
	"google.golang.org/protobuf/proto"
)

const (
	honestCount    = 100
	publisherCount = 10
	sybilCount     = 25
	messageRate    = 12
	messageBytes   = 2048
	attackTopic    = "blocks"
)

// vectors is a file of the evaluation of GossipSub 1.1, read as SOURCES.md beside it says.
type vectors struct{ values map[string]any }

func readVectors(t *testing.T, name string) vectors {
	data, err := os.ReadFile(os.Getenv("VECTORS") + "/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(data, &v.values); err != nil {
		t.Fatal(err)
	}
	return v
}

func (v vectors) of(path string) any {
	var at any = v.values
	for _, name := range append(strings.Split(path, "."), "value") {
		at = at.(map[string]any)[name]
	}
	return at
}

func (v vectors) number(path string) float64 { return v.of(path).(float64) }
func (v vectors) count(path string) int      { return int(v.number(path)) }

func (v vectors) time(path string) time.Duration {
	text := v.of(path).(string)
	duration, err := time.ParseDuration(text[strings.IndexByte(text, '@')+1:])
	if err != nil {
		panic(err)
	}
	return duration
}

func (v vectors) mesh() pubsub.GossipSubParams {
	p := pubsub.DefaultGossipSubParams()
	p.D, p.Dlo, p.Dhi = v.count("main.pubsub.degree"), v.count("main.pubsub.degree_lo"), v.count("main.pubsub.degree_hi")
	p.Dscore, p.Dlazy = v.count("main.pubsub.degree_score"), v.count("main.pubsub.degree_lazy")
	p.OpportunisticGraftTicks = uint64(v.count("main.pubsub.opportunistic_graft_ticks"))
	return p
}

func (v vectors) scores() (*pubsub.PeerScoreParams, *pubsub.PeerScoreThresholds) {
	topic, peers := "topic.score.", "main.peer_score."
	delivery := topic + "mesh_message_deliveries."
	return &pubsub.PeerScoreParams{
			SkipAtomicValidation: true,
			Topics: map[string]*pubsub.TopicScoreParams{attackTopic: {
				SkipAtomicValidation:            true,
				TopicWeight:                     v.number("topic.topic_weight"),
				TimeInMeshWeight:                v.number(topic + "time_in_mesh.weight"),
				TimeInMeshQuantum:               v.time(topic + "time_in_mesh.quantum"),
				TimeInMeshCap:                   v.number(topic + "time_in_mesh.cap"),
				FirstMessageDeliveriesWeight:    v.number(topic + "first_message_deliveries.weight"),
				FirstMessageDeliveriesDecay:     v.number(topic + "first_message_deliveries.decay"),
				FirstMessageDeliveriesCap:       v.number(topic + "first_message_deliveries.cap"),
				MeshMessageDeliveriesWeight:     v.number(delivery + "weight"),
				MeshMessageDeliveriesDecay:      v.number(delivery + "decay"),
				MeshMessageDeliveriesCap:        v.number(delivery + "cap"),
				MeshMessageDeliveriesThreshold:  v.number(delivery + "threshold"),
				MeshMessageDeliveriesWindow:     v.time(delivery + "window"),
				MeshMessageDeliveriesActivation: v.time(delivery+"activation") + v.time("main.time.warm"),
				MeshFailurePenaltyWeight:        v.number(topic + "mesh_failure_penalty.weight"),
				MeshFailurePenaltyDecay:         v.number(topic + "mesh_failure_penalty.decay"),
				InvalidMessageDeliveriesWeight:  v.number(topic + "invalid_message_deliveries.weight"),
				InvalidMessageDeliveriesDecay:   v.number(topic + "invalid_message_deliveries.decay"),
			}},
			AppSpecificScore:            func(peer.ID) float64 { return 0 },
			IPColocationFactorWeight:    v.number(peers + "ip_colocation_weight"),
			IPColocationFactorThreshold: v.count(peers + "ip_colocation_threshold"),
			DecayInterval:               v.time(peers + "decay_interval"),
			DecayToZero:                 v.number(peers + "decay_to_zero"),
			RetainScore:                 v.time(peers + "retain_score"),
		}, &pubsub.PeerScoreThresholds{
			SkipAtomicValidation:        true,
			GossipThreshold:             v.number(peers + "gossip_threshold"),
			PublishThreshold:            v.number(peers + "publish_threshold"),
			GraylistThreshold:           v.number(peers + "graylist_threshold"),
			AcceptPXThreshold:           v.number(peers + "acceptpx_threshold"),
			OpportunisticGraftThreshold: v.number(peers + "opportunistic_graft_threshold"),
		}
}

// field is one network: hosts in memory, whose streams of pubsub have a latency.
type field struct {
	lock    sync.Mutex
	random  *rand.Rand
	net     mocknet.Mocknet
	sent    map[uint64]time.Time
	control int
	message int
	latency time.Duration
	jitter  float64
}

func (f *field) float() float64 {
	f.lock.Lock()
	defer f.lock.Unlock()
	return f.random.Float64()
}

func (f *field) spread(upTo time.Duration) time.Duration {
	return time.Duration(float64(upTo) * f.float())
}

// dialTime is when a dial begins: later by a part, which itself differs, and within a second.
func (f *field) dialTime(delay time.Duration, jitter float64) time.Duration {
	return time.Duration(float64(delay)*(1+jitter*(1+2*f.float()))) + f.spread(time.Second)
}

func (f *field) host(t *testing.T, address int) host.Host {
	var key crypto.PrivKey
	var err error
	f.lock.Lock()
	key, _, err = crypto.GenerateEd25519Key(f.random)
	f.lock.Unlock()
	if err == nil {
		at := fmt.Sprintf("/ip4/54.%d.%d.%d/tcp/4001", address>>16, address>>8&255, address&255)
		var h host.Host
		if h, err = f.net.AddPeer(key, ma.StringCast(at)); err == nil {
			return slowHost{h, f}
		}
	}
	t.Fatal(err)
	return nil
}

func (f *field) link(t *testing.T, dialer, listener host.Host) {
	if _, err := f.net.LinkPeers(dialer.ID(), listener.ID()); err != nil {
		t.Error(err)
	} else if _, err := f.net.ConnectPeers(dialer.ID(), listener.ID()); err != nil {
		t.Error(err)
	}
}

func (f *field) count(rpc *pb.RPC) {
	size := proto.Size(rpc)
	f.lock.Lock()
	defer f.lock.Unlock()
	if len(rpc.GetPublish()) > 0 {
		f.message += size
	} else {
		f.control += size
	}
}

// slowHost opens streams whose bytes arrive later, in their order, however many are under way.
type slowHost struct {
	host.Host
	field *field
}

func (h slowHost) NewStream(ctx context.Context, to peer.ID, ids ...protocol.ID) (network.Stream, error) {
	s, err := h.Host.NewStream(ctx, to, ids...)
	if err != nil {
		return nil, err
	}
	slow := &slowStream{Stream: s, field: h.field, under: make(chan arrival, 4096)}
	go slow.deliver(ctx)
	return slow, nil
}

type arrival struct {
	at    time.Time
	bytes []byte
}

type slowStream struct {
	network.Stream
	field *field
	under chan arrival
}

func (s *slowStream) Write(bytes []byte) (int, error) {
	delay := float64(s.field.latency) * (1 + s.field.jitter*(2*s.field.float()-1))
	s.under <- arrival{time.Now().Add(time.Duration(delay)), slices.Clone(bytes)}
	return len(bytes), nil
}

func (s *slowStream) deliver(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			s.Stream.Reset()
			return
		case next := <-s.under:
			time.Sleep(time.Until(next.at))
			if _, err := s.Stream.Write(next.bytes); err != nil {
				return
			}
		}
	}
}

// honest is one node that follows the protocol.
type honest struct {
	tracer
	field     *field
	host      host.Host
	topic     *pubsub.Topic
	delivered map[uint64]time.Duration
}

func (r *honest) SendRPC(rpc *pubsub.RPC, _ peer.ID) { r.field.count(&rpc.RPC) }

func (r *honest) DeliverMessage(m *pubsub.Message) {
	number := binary.BigEndian.Uint64(m.Data)
	r.field.lock.Lock()
	at := r.field.sent[number]
	r.field.lock.Unlock()
	r.lock.Lock()
	defer r.lock.Unlock()
	r.delivered[number] = time.Since(at)
}

func newHonest(ctx context.Context, t *testing.T, f *field, number int, scored bool, v vectors) *honest {
	r := &honest{tracer: tracer{mesh: map[peer.ID]bool{}}, field: f, host: f.host(t, number), delivered: map[uint64]time.Duration{}}
	parameters := pubsub.DefaultGossipSubParams()
	if scored {
		parameters = v.mesh()
	}
	parameters.HeartbeatInitialDelay = f.spread(parameters.HeartbeatInterval)
	options := []pubsub.Option{
		pubsub.WithGossipSubParams(parameters),
		pubsub.WithFloodPublish(true),
		pubsub.WithRawTracer(r),
		pubsub.WithNoAuthor(),
		pubsub.WithMessageSignaturePolicy(pubsub.StrictNoSign),
		pubsub.WithMessageIdFn(func(m *pb.Message) string { return string(m.Data[:8]) }),
	}
	if scored {
		options = append(options, pubsub.WithPeerScore(v.scores()))
	}
	ps, err := pubsub.NewGossipSub(ctx, r.host, options...)
	if err == nil {
		r.topic, err = ps.Join(attackTopic)
	}
	var subscription *pubsub.Subscription
	if err == nil {
		subscription, err = r.topic.Subscribe()
	}
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			if _, err := subscription.Next(ctx); err != nil {
				return
			}
		}
	}()
	return r
}

func (r *honest) publish(ctx context.Context, number uint64) error {
	data := binary.BigEndian.AppendUint64(make([]byte, 0, messageBytes), number)[:messageBytes]
	r.field.lock.Lock()
	r.field.sent[number] = time.Now()
	r.field.lock.Unlock()
	r.lock.Lock()
	r.delivered[number] = 0
	r.lock.Unlock()
	return r.topic.Publish(ctx, data)
}

// sybil grafts all that tell it of the topic, again a while after each PRUNE, and drops every message.
type sybil struct {
	field *field
	host  host.Host
	v     vectors
}

func (s *sybil) attack(ctx context.Context) {
	s.host.SetStreamHandler(pubsub.GossipSubID_v10, func(in network.Stream) {
		out, err := s.host.NewStream(ctx, in.Conn().RemotePeer(), pubsub.GossipSubID_v10)
		if err != nil {
			return
		}
		defer out.Reset()
		topic := proto.String(attackTopic)
		graft := &pb.RPC{Control: &pb.ControlMessage{Graft: []*pb.ControlGraft{{TopicID: topic}}}}
		reader := msgio.NewVarintReaderSize(in, 4<<20)
		for {
			frame, err := reader.ReadMsg()
			rpc := &pb.RPC{}
			if err != nil || proto.Unmarshal(frame, rpc) != nil {
				return
			}
			reader.ReleaseMsg(frame)
			for _, subscription := range rpc.GetSubscriptions() {
				if subscription.GetSubscribe() && subscription.GetTopicid() == attackTopic {
					s.send(out, &pb.RPC{Subscriptions: []*pb.RPC_SubOpts{{Subscribe: proto.Bool(true), Topicid: topic}}})
					s.send(out, graft)
				}
			}
			if len(rpc.GetControl().GetPrune()) > 0 {
				again := s.v.time("main.attack_behavior.sybil_regraft_backoff") +
					s.field.spread(s.v.time("main.attack_behavior.sybil_regraft_delay"))
				time.AfterFunc(again, func() { s.send(out, graft) })
			}
		}
	})
}

func (s *sybil) send(out network.Stream, rpc *pb.RPC) {
	s.field.count(rpc)
	bytes, err := proto.Marshal(rpc)
	if err == nil {
		out.Write(append(binary.AppendUvarint(nil, uint64(len(bytes))), bytes...))
	}
}

// figures of a run; the worst of the seconds are those from a minute after the onset on.
type figures struct {
	share, good, lowest, delivered float64
	p50, p99, first, later         time.Duration
	message, control               int
	cpu                            float64
}

func quantile(values []time.Duration, share float64) time.Duration {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[min(len(values)-1, int(float64(len(values))*share))]
}

func runField(ctx context.Context, t *testing.T, name string, attackers int, scored bool, seed int64) (figures, mocknet.Mocknet) {
	v := readVectors(t, name)
	warm, publishing := v.time("main.time.warm"), v.time("main.time.run")
	f := &field{
		random: rand.New(rand.NewSource(seed)), net: mocknet.New(), sent: map[uint64]time.Time{},
		latency: v.time("main.network.latency"), jitter: v.number("main.network.jitter_pct") / 100,
	}
	var nodes []*honest
	for i := range honestCount {
		nodes = append(nodes, newHonest(ctx, t, f, i, scored, v))
	}
	begin, before := time.Now(), cpu()
	linked := map[[2]int]bool{}
	for dialer := range nodes {
		at := f.dialTime(v.time("main.honest_behavior.connect_delay"), v.number("main.honest_behavior.connect_jitter_pct")/100)
		for picked := map[int]bool{}; len(picked) < v.count("main.network.degree"); {
			other := int(f.float() * honestCount)
			if other == dialer || picked[other] {
				continue
			}
			picked[other] = true
			if pair := [2]int{min(dialer, other), max(dialer, other)}; !linked[pair] {
				linked[pair] = true
				time.AfterFunc(at, func() { f.link(t, nodes[dialer].host, nodes[other].host) })
			}
		}
	}
	for i := range attackers {
		s := &sybil{f, f.host(t, 80_000+i), v}
		s.attack(ctx)
		for _, victim := range nodes {
			at := f.dialTime(v.time("main.attack_behavior.connect_delay"), v.number("main.attack_behavior.connect_jitter_pct")/100)
			time.AfterFunc(at, func() { f.link(t, s.host, victim.host) })
		}
	}
	interval := time.Second * publisherCount / messageRate
	for i := range publisherCount {
		go func() {
			time.Sleep(warm + f.spread(interval))
			for number := uint64(i); time.Since(begin) < warm+publishing; number += publisherCount {
				if err := nodes[i].publish(ctx, number); err != nil {
					t.Error(err)
				}
				time.Sleep(interval)
			}
		}()
	}
	known := map[peer.ID]bool{}
	for _, r := range nodes {
		known[r.host.ID()] = true
	}
	result := figures{share: 1, good: 1, lowest: 1}
	for range (warm + publishing) / time.Second {
		time.Sleep(time.Second)
		share, good := look(nodes, known)
		if time.Since(begin) > warm {
			result.lowest = min(result.lowest, share)
		}
		if time.Since(begin) > warm+time.Minute {
			result.share, result.good = min(result.share, share), min(result.good, good)
		}
	}
	time.Sleep(10 * time.Second)
	var all, first, later []time.Duration
	for _, r := range nodes {
		r.lock.Lock()
		for number, delay := range r.delivered {
			all = append(all, delay)
			if f.sent[number].Sub(begin) < warm+time.Minute {
				first = append(first, delay)
			} else {
				later = append(later, delay)
			}
		}
		r.lock.Unlock()
	}
	result.delivered = float64(len(all)) / float64(len(f.sent)*honestCount)
	result.p50, result.p99 = quantile(all, 0.5), quantile(all, 0.99)
	result.first, result.later = quantile(first, 0.99), quantile(later, 0.99)
	result.message, result.control, result.cpu = f.message, f.control, cpu()-before
	return result, f.net
}

// look returns the mean share of honest members in the meshes, and the share of the meshes that are honest by half.
func look(nodes []*honest, known map[peer.ID]bool) (float64, float64) {
	sum, good := 0.0, 0
	for _, r := range nodes {
		r.lock.Lock()
		members := 0
		for member := range r.mesh {
			if known[member] {
				members++
			}
		}
		share := 0.0
		if len(r.mesh) > 0 {
			share = float64(members) / float64(len(r.mesh))
		}
		r.lock.Unlock()
		sum += share
		if share >= 0.5 {
			good++
		}
	}
	return sum / float64(len(nodes)), float64(good) / float64(len(nodes))
}

func row(name string, r, calm figures) string {
	return fmt.Sprintf("| %s | %.3f | %.3f | %.3f | %.3f %% | %d | %d | %d | %.2f | %.2f | %.2f | | %.0f |",
		name, r.share, r.good, r.lowest, 100*r.delivered, r.p50.Milliseconds(), r.p99.Milliseconds(), r.first.Milliseconds(),
		float64(r.later)/float64(calm.later), float64(r.message)/float64(calm.message), float64(r.control)/float64(calm.control), r.cpu)
}

func TestSybils(t *testing.T) {
	seed, err := strconv.ParseInt(os.Getenv("SEED"), 10, 64)
	if err != nil {
		t.Skip("started by quality/benchmarks/pubsub-sybils")
	}
	for _, scores := range strings.Fields(os.Getenv("SCORES")) {
		scored := scores == "evaluation"
		run := func(name string, attackers int) (result figures) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(context.Background())
				var net mocknet.Mocknet
				result, net = runField(ctx, t, name, attackers, scored, seed)
				cancel()
				time.Sleep(time.Second) // until no router opens streams any more
				if err := net.Close(); err != nil {
					t.Error(err)
				}
				time.Sleep(time.Second)
			})
			return result
		}
		calm := run("1k", 0)
		fmt.Println(scores, row("calm", calm, calm))
		fmt.Println(scores, row("few first", run("1k-attack-dawn", sybilCount), calm))
	}
}
