// Seed 004, "Publish-Subscribe". Repairs: the host is a parameter and the goroutines are the two roles; the publisher waits until
// the mesh of the topic has a peer, sends the text of the option as its first message, and ends with its input.
package seeds

import (
	"context"
	"fmt"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
)

func setupGossipsub(ctx context.Context, host host.Host) (*pubsub.Topic, *pubsub.Subscription) {
	// Create gossipsub
	ps, err := pubsub.NewGossipSub(ctx, host)
	if err != nil {
		panic(err)
	}

	// Join topic
	topic, err := ps.Join("my-topic")
	if err != nil {
		panic(err)
	}

	// Subscribe to topic
	sub, err := topic.Subscribe()
	if err != nil {
		panic(err)
	}
	return topic, sub
}

func listenGossip(ctx context.Context, h host.Host, o options) error {
	_, sub := setupGossipsub(ctx, h)

	// Subscriber goroutine
	go func() {
		for {
			msg, err := sub.Next(ctx)
			if err != nil {
				break
			}
			result(string(msg.Data))
		}
	}()
	return nil
}

func dialGossip(ctx context.Context, h host.Host, remote peer.AddrInfo, o options) error {
	topic, _ := setupGossipsub(ctx, h)
	// what is published before the mesh has a peer reaches none
	if err := topic.Publish(ctx, []byte(o.text), pubsub.WithReadiness(pubsub.MinTopicSize(1))); err != nil {
		return err
	}

	// Publisher goroutine
	for i := 0; i < 10; i++ {
		msg := fmt.Sprintf("Message %d", i)
		topic.Publish(ctx, []byte(msg))
	}
	result("published")
	awaitEnd()
	return nil
}
