// Seed 004, "Peer Identity and Cryptography". Repairs: none.
package seeds

import (
	"crypto/rand"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"
)

func createPeerIdentity() (crypto.PrivKey, peer.ID, error) {
	// Generate Ed25519 private key
	priv, pub, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		return nil, "", err
	}

	// Derive PeerID from public key
	peerID, err := peer.IDFromPublicKey(pub)
	if err != nil {
		return nil, "", err
	}

	return priv, peerID, nil
}
