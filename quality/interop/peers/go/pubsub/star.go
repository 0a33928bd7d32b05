package pubsub

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/libp2p/go-libp2p"
	pb "github.com/libp2p/go-libp2p-pubsub/pb"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"peer/lines"
)

const (
	meshsub  = "/meshsub/1.2.0"
	patience = time.Second // until a message that a subscriber has not heard makes room for another
)

// ray is a peer of the node that is measured: it speaks pubsub by hand, takes what comes without checking it, and grafts every topic
// itself when told so, so that the measured node works and its peers hardly do.
type ray struct {
	star   *star
	host   host.Host
	lock   sync.Mutex
	out    network.Stream
	buffer *bufio.Writer
	heard  bool
	mesh   atomic.Bool
}

// star is the measured node's surroundings: an author and rays that count.
type star struct {
	topic    string
	graft    bool
	rays     []*ray
	inbound  atomic.Int64
	sequence uint64

	lock     sync.Mutex
	wanted   []int32 // by message: rays that have yet to hear it
	sent     []time.Time
	delays   []time.Duration
	arrived  int64
	complete chan int
}

func newRay(s *star) (*ray, error) {
	h, err := libp2p.New(libp2p.NoListenAddrs, libp2p.Security(noise.ID, noise.New), libp2p.DisableRelay(), libp2p.ResourceManager(&network.NullResourceManager{}))
	if err != nil {
		return nil, err
	}
	r := &ray{star: s, host: h}
	h.SetStreamHandler(meshsub, r.read)
	return r, nil
}

func (r *ray) connect(ctx context.Context, middle peer.AddrInfo) error {
	if err := r.host.Connect(ctx, middle); err != nil {
		return err
	}
	out, err := r.host.NewStream(ctx, middle.ID, meshsub)
	if err != nil {
		return err
	}
	r.out = out
	r.buffer = bufio.NewWriter(out)
	if r == r.star.rays[0] {
		return r.send(&pb.RPC{}) // an author in the mesh would take the place of a receiver
	}
	return r.join([]string{r.star.topic})
}

func (r *ray) join(topics []string) error {
	for len(topics) > 0 {
		some := topics[:min(50, len(topics))]
		topics = topics[len(some):]
		rpc := &pb.RPC{}
		for _, topic := range some {
			rpc.Subscriptions = append(rpc.Subscriptions, &pb.RPC_SubOpts{Subscribe: proto.Bool(true), Topicid: proto.String(topic)})
		}
		if err := r.send(rpc); err != nil {
			return err
		}
	}
	return nil
}

func (r *ray) graftAll(topics []string) error {
	rpc := &pb.RPC{Control: &pb.ControlMessage{}}
	for _, topic := range topics {
		rpc.Control.Graft = append(rpc.Control.Graft, &pb.ControlGraft{TopicID: proto.String(topic)})
		if topic == r.star.topic {
			r.mesh.Store(true)
		}
	}
	return r.send(rpc)
}

func (r *ray) send(rpc *pb.RPC) error {
	bytes, err := proto.Marshal(rpc)
	if err != nil {
		return err
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	_, err = r.buffer.Write(binary.AppendUvarint(nil, uint64(len(bytes))))
	if err == nil {
		_, err = r.buffer.Write(bytes)
	}
	if err == nil {
		err = r.buffer.Flush()
	}
	return err
}

func (r *ray) read(stream network.Stream) {
	r.star.inbound.Add(1)
	in := bufio.NewReaderSize(stream, 16<<10)
	var frame []byte
	for {
		length, err := binary.ReadUvarint(in)
		if err != nil || length > 4<<20 {
			return
		}
		if uint64(cap(frame)) < length {
			frame = make([]byte, length)
		}
		frame = frame[:length]
		if _, err := io.ReadFull(in, frame); err != nil {
			return
		}
		r.take(frame)
	}
}

// fields calls back with every field of a message that has a length, without copying.
func fields(bytes []byte, each func(number protowire.Number, value []byte)) {
	for len(bytes) > 0 {
		number, kind, n := protowire.ConsumeTag(bytes)
		if n < 0 {
			return
		}
		bytes = bytes[n:]
		if kind != protowire.BytesType {
			n = protowire.ConsumeFieldValue(number, kind, bytes)
			if n < 0 {
				return
			}
			bytes = bytes[n:]
			continue
		}
		value, n := protowire.ConsumeBytes(bytes)
		if n < 0 {
			return
		}
		each(number, value)
		bytes = bytes[n:]
	}
}

func (r *ray) take(frame []byte) {
	fields(frame, func(number protowire.Number, value []byte) {
		switch number {
		case 2:
			fields(value, func(part protowire.Number, data []byte) {
				if part == 2 && len(data) >= 8 {
					r.star.heard(int(binary.BigEndian.Uint64(data)))
				}
			})
		case 3:
			fields(value, func(part protowire.Number, control []byte) {
				if part == 3 || part == 4 {
					fields(control, func(one protowire.Number, topic []byte) {
						if one == 1 && string(topic) == r.star.topic {
							r.mesh.Store(part == 3)
						}
					})
				}
			})
		}
	})
}

func (s *star) heard(message int) {
	now := time.Now()
	s.lock.Lock()
	defer s.lock.Unlock()
	if message < 0 || message >= len(s.wanted) {
		return
	}
	s.arrived++
	s.delays = append(s.delays, now.Sub(s.sent[message]))
	s.wanted[message]--
	if s.wanted[message] == 0 {
		s.complete <- message
	}
}

func (s *star) meshed() int {
	count := 0
	for _, r := range s.rays[1:] {
		if r.mesh.Load() {
			count++
		}
	}
	return count
}

func (s *star) message(number, size int) (*pb.RPC, error) {
	author := s.rays[0].host
	data := make([]byte, size)
	binary.BigEndian.PutUint64(data, uint64(number))
	s.sequence++
	message := &pb.Message{
		From: []byte(author.ID()), Data: data, Seqno: binary.BigEndian.AppendUint64(nil, s.sequence), Topic: proto.String(s.topic),
	}
	bytes, err := proto.Marshal(message)
	if err != nil {
		return nil, err
	}
	message.Signature, err = author.Peerstore().PrivKey(author.ID()).Sign(append([]byte("libp2p-pubsub:"), bytes...))
	return &pb.RPC{Publish: []*pb.Message{message}}, err
}

// publish sends messages with at most window of them under way, and no more than rate a second if that is above 0.
func (s *star) publish(count, size, window, rate int) error {
	rpcs := make([]*pb.RPC, count)
	for i := range rpcs {
		rpc, err := s.message(i, size)
		if err != nil {
			return err
		}
		rpcs[i] = rpc
	}
	expected := s.meshed()
	if expected == 0 {
		return errors.New("no peer is in the mesh")
	}
	s.lock.Lock()
	s.wanted, s.sent = make([]int32, count), make([]time.Time, count)
	s.delays, s.arrived = make([]time.Duration, 0, count*expected), 0
	s.complete = make(chan int, count)
	for i := range s.wanted {
		s.wanted[i] = int32(expected)
	}
	s.lock.Unlock()
	lines.Event("begins", lines.Fields{"mesh": expected})
	begin := time.Now()
	under, lost := map[int]bool{}, 0
	oldest := 0
	await := func() {
		for !under[oldest] {
			oldest++
		}
		s.lock.Lock()
		patience := time.Until(s.sent[oldest].Add(patience))
		s.lock.Unlock()
		select {
		case message := <-s.complete:
			delete(under, message)
		case <-time.After(patience):
			lost++
			delete(under, oldest)
		}
	}
	for i, rpc := range rpcs {
		for len(under) >= window {
			await()
		}
		if rate > 0 {
			time.Sleep(time.Until(begin.Add(time.Duration(i) * time.Second / time.Duration(rate))))
		}
		s.lock.Lock()
		s.sent[i] = time.Now()
		s.lock.Unlock()
		under[i] = true
		if err := s.rays[0].send(rpc); err != nil {
			return err
		}
	}
	for len(under) > 0 {
		await()
	}
	seconds := time.Since(begin).Seconds()
	s.lock.Lock()
	defer s.lock.Unlock()
	sort.Slice(s.delays, func(i, j int) bool { return s.delays[i] < s.delays[j] })
	quantile := func(share float64) float64 {
		if len(s.delays) == 0 {
			return 0
		}
		return float64(s.delays[min(len(s.delays)-1, int(share*float64(len(s.delays))))].Microseconds()) / 1000
	}
	lines.Print(lines.Fields{
		"event": "measured", "messages": count, "seconds": seconds, "mesh": expected, "arrived": s.arrived, "waits_in_vain": lost,
		"p50_ms": quantile(0.5), "p99_ms": quantile(0.99),
	})
	return nil
}

func (s *star) connect(ctx context.Context, count int, middle peer.AddrInfo) error {
	for range count {
		r, err := newRay(s)
		if err != nil {
			return err
		}
		s.rays = append(s.rays, r)
		if err := r.connect(ctx, middle); err != nil {
			return err
		}
	}
	for s.inbound.Load() < int64(len(s.rays)) { // the streams on which the middle sends
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d of %d streams of the middle: %w", s.inbound.Load(), len(s.rays), ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
	if s.graft {
		for _, r := range s.rays[1:] {
			if err := r.graftAll([]string{s.topic}); err != nil {
				return err
			}
		}
	}
	return nil
}

// topics subscribes every ray to further topics and grafts them.
func (s *star) topics(count int) error {
	var names []string
	for i := range count {
		names = append(names, fmt.Sprintf("t%d", i))
	}
	for _, r := range s.rays {
		if err := r.join(names); err != nil {
			return err
		}
		if err := r.graftAll(names); err != nil {
			return err
		}
	}
	return nil
}

// runStar obeys orders from standard input: connect PEERS ADDRESS, topics COUNT, publish COUNT SIZE WINDOW RATE.
func runStar(topic string, graft bool) {
	s := &star{topic: topic, graft: graft}
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		words := strings.Fields(in.Text())
		numbers := make([]int, len(words))
		for i := range words {
			numbers[i], _ = strconv.Atoi(words[i])
		}
		var err error
		switch words[0] {
		case "connect":
			var middle *peer.AddrInfo
			if middle, err = peer.AddrInfoFromString(words[2]); err == nil {
				ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
				err = s.connect(ctx, numbers[1], *middle)
				cancel()
			}
		case "topics":
			err = s.topics(numbers[1])
		case "publish":
			err = s.publish(numbers[1], numbers[2], numbers[3], numbers[4])
		}
		if err != nil {
			lines.Event("failed", lines.Fields{"what": words[0], "why": err.Error()})
		} else {
			lines.Event("done", lines.Fields{"what": words[0]})
		}
	}
}
