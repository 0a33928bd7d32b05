package main

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
	"github.com/filecoin-project/go-address"
	fcrypto "github.com/filecoin-project/go-crypto"
	"github.com/filecoin-project/go-state-types/crypto"
	"golang.org/x/crypto/blake2b"
)

// wallet is a secp256k1 key; those of the tests have 32 equal bytes.
type wallet struct{ key []byte }

var (
	clientWallet = wallet{bytes.Repeat([]byte{1}, 32)}
	workerWallet = wallet{bytes.Repeat([]byte{2}, 32)}
	miner        = must(address.NewIDAddress(1000))
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func (w wallet) address() address.Address {
	return must(address.NewSecp256k1Address(fcrypto.PublicKey(w.key)))
}

// steady is set where the same message is to have the same signature (RFC 6979); that of go-crypto differs from time to time.
var steady = false

func (w wallet) sign(message []byte) crypto.Signature {
	sum := blake2b.Sum256(message)
	if steady {
		compact := ecdsa.SignCompact(secp256k1.PrivKeyFromBytes(w.key), sum[:], false)
		return crypto.Signature{Type: crypto.SigTypeSecp256k1, Data: append(compact[1:], compact[0]-27)}
	}
	return crypto.Signature{Type: crypto.SigTypeSecp256k1, Data: must(fcrypto.Sign(w.key, sum[:]))}
}

// holds is what lotus does with a signature of secp256k1.
func holds(signature crypto.Signature, signer address.Address, message []byte) error {
	if signature.Type != crypto.SigTypeSecp256k1 {
		return fmt.Errorf("a signature of type %d", signature.Type)
	}
	sum := blake2b.Sum256(message)
	key, err := fcrypto.EcRecover(sum[:], signature.Data)
	if err != nil {
		return err
	}
	found, err := address.NewSecp256k1Address(key)
	if err != nil {
		return err
	}
	if found != signer {
		return errors.New("signature did not match")
	}
	return nil
}

func verify(words []string) error {
	if len(words) != 3 {
		return errors.New("an address, a message and a signature")
	}
	signer, err := address.NewFromString(words[0])
	if err != nil {
		return err
	}
	message, err := hex.DecodeString(words[1])
	if err != nil {
		return err
	}
	raw, err := hex.DecodeString(words[2])
	if err != nil {
		return err
	}
	var signature crypto.Signature
	if err := signature.UnmarshalBinary(raw); err != nil {
		return err
	}
	if err := holds(signature, signer, message); err != nil {
		return err
	}
	event("holds", map[string]any{})
	return nil
}
