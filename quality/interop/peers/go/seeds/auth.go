// Seed 004, "Authentication and Authorization". Repairs: host.Host for libp2p.Host, imports without context, crypto and time. The
// seed has the side that listens only; the side that dials is below.
package seeds

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
)

type AuthenticatedProtocol struct {
	host         host.Host
	trustedPeers map[peer.ID]bool
	challenges   map[peer.ID][]byte
}

const authProtocol = "/auth/1.0.0"

func NewAuthenticatedProtocol(host host.Host) *AuthenticatedProtocol {
	ap := &AuthenticatedProtocol{
		host:         host,
		trustedPeers: make(map[peer.ID]bool),
		challenges:   make(map[peer.ID][]byte),
	}

	host.SetStreamHandler(protocol.ID(authProtocol), ap.handleAuth)
	return ap
}

func (ap *AuthenticatedProtocol) AddTrustedPeer(peerID peer.ID) {
	ap.trustedPeers[peerID] = true
}

func (ap *AuthenticatedProtocol) handleAuth(stream network.Stream) {
	defer stream.Close()

	remotePeer := stream.Conn().RemotePeer()

	// Check if peer is in trusted list
	if !ap.trustedPeers[remotePeer] {
		fmt.Printf("Rejecting untrusted peer: %s\n", remotePeer)
		return
	}

	// Generate challenge
	challenge := make([]byte, 32)
	rand.Read(challenge)
	ap.challenges[remotePeer] = challenge

	// Send challenge
	stream.Write(challenge)

	// Read signature
	signature := make([]byte, 64) // Ed25519 signature size
	_, err := stream.Read(signature)
	if err != nil {
		fmt.Printf("Failed to read signature: %v\n", err)
		return
	}

	// Verify signature
	if ap.verifyChallenge(remotePeer, challenge, signature) {
		stream.Write([]byte("AUTH_SUCCESS"))
		fmt.Printf("Successfully authenticated peer: %s\n", remotePeer)
	} else {
		stream.Write([]byte("AUTH_FAILED"))
		fmt.Printf("Authentication failed for peer: %s\n", remotePeer)
	}

	delete(ap.challenges, remotePeer)
}

func (ap *AuthenticatedProtocol) verifyChallenge(peerID peer.ID, challenge, signature []byte) bool {
	// Get peer's public key from peer store
	pubKey := ap.host.Peerstore().PubKey(peerID)
	if pubKey == nil {
		return false
	}

	// Verify signature
	valid, err := pubKey.Verify(challenge, signature)
	return err == nil && valid
}

func listenAuth(ctx context.Context, h host.Host, o options) error {
	ap := NewAuthenticatedProtocol(h)
	for _, text := range o.trust {
		id, err := peer.Decode(text)
		if err != nil {
			return err
		}
		ap.AddTrustedPeer(id)
	}
	return nil
}

func dialAuth(ctx context.Context, h host.Host, remote peer.AddrInfo, o options) error {
	stream, err := h.NewStream(ctx, remote.ID, protocol.ID(authProtocol))
	if err != nil {
		return err
	}
	defer stream.Close()
	challenge := make([]byte, 32)
	if _, err := io.ReadFull(stream, challenge); err != nil {
		return fmt.Errorf("the peer does not trust this one: %w", err)
	}
	signature, err := h.Peerstore().PrivKey(h.ID()).Sign(challenge)
	if err != nil {
		return err
	}
	if _, err := stream.Write(signature); err != nil {
		return err
	}
	answer, err := io.ReadAll(io.LimitReader(stream, 64))
	if err != nil {
		return err
	}
	if string(answer) != "AUTH_SUCCESS" {
		return errors.New(string(answer))
	}
	result(string(answer))
	return nil
}
