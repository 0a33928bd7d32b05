package content

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/core/record"
	"google.golang.org/protobuf/encoding/protowire"

	"peer/lines"
)

// The challenge authentication of the documents that the project was made from, and the proofs of identity of our own.
const (
	authProtocol  = "/auth/1.0.0"
	proofProtocol = "/auth/2.0.0"
	nonceSize     = 32
)

// authenticated is the handler of the documents. Repaired: the challenges that are under way are not kept, since nothing reads them,
// the list of peers has a lock, and the signature is read whole.
type authenticated struct {
	host    host.Host
	mu      sync.Mutex
	trusted map[peer.ID]bool
}

func newAuthenticated(h host.Host) *authenticated {
	a := &authenticated{host: h, trusted: make(map[peer.ID]bool)}
	h.SetStreamHandler(authProtocol, a.handleAuth)
	h.SetStreamHandler(proofProtocol, a.prove)
	return a
}

func (a *authenticated) trust(text string) (lines.Fields, error) {
	id, err := peer.Decode(text)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.trusted[id] = true
	return lines.Fields{"peer": text}, nil
}

func (a *authenticated) isTrusted(id peer.ID) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.trusted[id]
}

func (a *authenticated) handleAuth(stream network.Stream) {
	defer stream.Close()
	remote := stream.Conn().RemotePeer()
	if !a.isTrusted(remote) {
		lines.Event("untrusted", lines.Fields{"peer": remote.String()})
		return
	}
	challenge := make([]byte, 32)
	_, _ = rand.Read(challenge)
	_, _ = stream.Write(challenge)
	signature := make([]byte, 64)
	if _, err := io.ReadFull(stream, signature); err != nil {
		return
	}
	if a.verify(remote, challenge, signature) {
		_, _ = stream.Write([]byte("AUTH_SUCCESS"))
	} else {
		_, _ = stream.Write([]byte("AUTH_FAILED"))
	}
}

func (a *authenticated) verify(id peer.ID, challenge, signature []byte) bool {
	key := a.host.Peerstore().PubKey(id)
	if key == nil {
		return false
	}
	valid, err := key.Verify(challenge, signature)
	return err == nil && valid
}

func (a *authenticated) key() crypto.PrivKey {
	return a.host.Peerstore().PrivKey(a.host.ID())
}

// authenticate is the side of the documents that dials; forged has it sign something else.
func (a *authenticated) authenticate(ctx context.Context, info peer.AddrInfo, forged bool) (lines.Fields, error) {
	stream, err := a.open(ctx, info, authProtocol)
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	challenge := make([]byte, 32)
	if _, err := io.ReadFull(stream, challenge); err != nil {
		return lines.Fields{"result": "", "error": err.Error()}, nil
	}
	if forged {
		challenge[0] ^= 1
	}
	signature, err := a.key().Sign(challenge)
	if err != nil {
		return nil, err
	}
	if _, err := stream.Write(signature); err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(stream)
	return lines.Fields{"result": string(answer)}, err
}

func (a *authenticated) open(ctx context.Context, info peer.AddrInfo, id string) (network.Stream, error) {
	if err := a.host.Connect(ctx, info); err != nil {
		return nil, err
	}
	stream, err := a.host.NewStream(ctx, info.ID, protocol.ID(id))
	if err != nil {
		return nil, err
	}
	_ = stream.SetDeadline(time.Now().Add(operationTimeout))
	return stream, nil
}

// proof is the payload of a signed envelope.
type proof struct {
	verifier, prover, verifierNonce, proverNonce []byte
	expiry                                       uint64
}

func (*proof) Domain() string { return "libp2p-auth-proof" }
func (*proof) Codec() []byte  { return []byte("/libp2p/auth-proof") }

func (p *proof) MarshalRecord() ([]byte, error) {
	var out []byte
	for i, value := range [][]byte{p.verifier, p.prover, p.verifierNonce, p.proverNonce} {
		out = protowire.AppendTag(out, protowire.Number(i+1), protowire.BytesType)
		out = protowire.AppendBytes(out, value)
	}
	out = protowire.AppendTag(out, 5, protowire.VarintType)
	return protowire.AppendVarint(out, p.expiry), nil
}

func (p *proof) UnmarshalRecord(data []byte) error {
	members, expiry, err := unmarshal(data, 5)
	if err != nil {
		return err
	}
	p.verifier, p.prover, p.verifierNonce, p.proverNonce, p.expiry = members[1], members[2], members[3], members[4], expiry
	return nil
}

// unmarshal reads members of bytes, and the one number that has this field.
func unmarshal(data []byte, number protowire.Number) (map[protowire.Number][]byte, uint64, error) {
	members := map[protowire.Number][]byte{}
	var value uint64
	for len(data) > 0 {
		field, kind, n := protowire.ConsumeTag(data)
		if n < 0 {
			return nil, 0, protowire.ParseError(n)
		}
		data = data[n:]
		switch {
		case kind == protowire.BytesType:
			bytes, n := protowire.ConsumeBytes(data)
			if n < 0 {
				return nil, 0, protowire.ParseError(n)
			}
			members[field] = bytes
			data = data[n:]
		case kind == protowire.VarintType && field == number:
			number, n := protowire.ConsumeVarint(data)
			if n < 0 {
				return nil, 0, protowire.ParseError(n)
			}
			value = number
			data = data[n:]
		default:
			return nil, 0, fmt.Errorf("field %d of kind %d", field, kind)
		}
	}
	return members, value, nil
}

func readDelimited(in *bufio.Reader, most uint64) ([]byte, error) {
	length, err := binary.ReadUvarint(in)
	if err != nil {
		return nil, err
	}
	if length > most {
		return nil, fmt.Errorf("%d bytes", length)
	}
	data := make([]byte, length)
	_, err = io.ReadFull(in, data)
	return data, err
}

func writeDelimited(out io.Writer, data []byte) error {
	_, err := out.Write(append(binary.AppendUvarint(nil, uint64(len(data))), data...))
	return err
}

// prove answers a question for a proof of identity.
func (a *authenticated) prove(stream network.Stream) {
	defer stream.Close()
	data, err := readDelimited(bufio.NewReader(stream), 128)
	if err != nil {
		return
	}
	members, expiry, err := unmarshal(data, 2)
	if err != nil {
		return
	}
	nonce := make([]byte, nonceSize)
	_, _ = rand.Read(nonce)
	envelope, err := record.Seal(&proof{[]byte(stream.Conn().RemotePeer()), []byte(a.host.ID()), members[1], nonce, expiry}, a.key())
	if err != nil {
		return
	}
	if data, err = envelope.Marshal(); err == nil {
		_ = writeDelimited(stream, data)
	}
}

// ask asks a peer for a proof of identity and checks all that it says.
func (a *authenticated) ask(ctx context.Context, info peer.AddrInfo) (lines.Fields, error) {
	stream, err := a.open(ctx, info, proofProtocol)
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	nonce := make([]byte, nonceSize)
	_, _ = rand.Read(nonce)
	expiry := uint64(time.Now().Add(time.Hour).Unix())
	question := protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), nonce)
	question = protowire.AppendVarint(protowire.AppendTag(question, 2, protowire.VarintType), expiry)
	if err := writeDelimited(stream, question); err != nil {
		return nil, err
	}
	if err := stream.CloseWrite(); err != nil {
		return nil, err
	}
	data, err := readDelimited(bufio.NewReader(stream), 8192)
	if err != nil {
		return nil, err
	}
	var said proof
	envelope, err := record.ConsumeTypedEnvelope(data, &said)
	if err != nil {
		return nil, err
	}
	switch {
	case !envelope.PublicKey.Equals(stream.Conn().RemotePublicKey()):
		return nil, errors.New("another key")
	case string(said.verifier) != string(a.host.ID()) || string(said.prover) != string(info.ID):
		return nil, errors.New("other peers")
	case string(said.verifierNonce) != string(nonce) || len(said.proverNonce) != nonceSize || said.expiry != expiry:
		return nil, errors.New("other nonces or another expiry")
	}
	return lines.Fields{"peer": info.ID.String(), "key": envelope.PublicKey.Type().String()}, nil
}
