package host

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/connmgr"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/peerstore"
	"github.com/libp2p/go-libp2p/core/pnet"
	"github.com/libp2p/go-libp2p/core/sec"
	rcmgr "github.com/libp2p/go-libp2p/p2p/host/resource-manager"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	libp2ptls "github.com/libp2p/go-libp2p/p2p/security/tls"
	quic "github.com/libp2p/go-libp2p/p2p/transport/quic"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	"github.com/libp2p/go-libp2p/p2p/transport/websocket"
	webtransport "github.com/libp2p/go-libp2p/p2p/transport/webtransport"
	ma "github.com/multiformats/go-multiaddr"

	"peer/lines"
)

const dialTimeout = 15 * time.Second

// userAgent names another version where ../go-0.48 is built.
var userAgent = "go-libp2p/0.51.0"

// errNoAnswer marks a QUIC dial that no host answered: over UDP silence is all that tells.
var errNoAnswer = errors.New("no answer")

// newHost starts a host that listens nowhere yet. Relay, NAT port mapping, hole punching and address discovery stay
// off: the peer only ever talks to the addresses it is told.
func newHost(o *options) (host.Host, error) {
	key, err := identity(o)
	if err != nil {
		return nil, err
	}
	wsOpts := []any{websocket.WithTLSClientConfig(&tls.Config{InsecureSkipVerify: o.tlsInsecure})}
	if len(o.listen) > 0 {
		certificate, err := selfSigned()
		if err != nil {
			return nil, err
		}
		wsOpts = append(wsOpts, websocket.WithTLSConfig(&tls.Config{Certificates: []tls.Certificate{certificate}}))
	}
	config := []libp2p.Option{
		libp2p.Identity(key),
		libp2p.NoListenAddrs,
		libp2p.NoTransports,
		libp2p.Transport(tcp.NewTCPTransport),
		libp2p.Transport(websocket.New, wsOpts...),
		libp2p.Muxer(yamux.ID, yamux.DefaultTransport),
		libp2p.UserAgent(userAgent),
		libp2p.DisableRelay(),
		libp2p.DisableMetrics(),
		libp2p.DisableIdentifyAddressDiscovery(),
	}
	for _, protocol := range o.security {
		if protocol == "noise" {
			config = append(config, libp2p.Security(noise.ID, noise.New))
		} else {
			config = append(config, libp2p.Security(libp2ptls.ID, libp2ptls.New))
		}
	}
	if o.pskFile == "" {
		config = append(config, libp2p.Transport(quic.NewTransport), libp2p.Transport(webtransport.New))
	} else {
		psk, err := readPSK(o.pskFile)
		if err != nil {
			return nil, err
		}
		config = append(config, libp2p.PrivateNetwork(psk))
	}
	if o.limits == "none" {
		unlimited, err := rcmgr.NewResourceManager(rcmgr.NewFixedLimiter(rcmgr.InfiniteLimits), rcmgr.WithMetricsDisabled())
		if err != nil {
			return nil, err
		}
		config = append(config, libp2p.ResourceManager(unlimited), libp2p.ConnectionManager(connmgr.NullConnMgr{}))
	}
	return libp2p.New(config...)
}

// dial starts a host and connects it to the target; connecting includes identify.
func dial(ctx context.Context, o *options) (host.Host, error) {
	h, err := newHost(o)
	if err != nil {
		return nil, err
	}
	if err := connect(ctx, h, o); err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

func connect(ctx context.Context, h host.Host, o *options) error {
	ctx, cancel := context.WithTimeout(network.WithDialPeerTimeout(ctx, dialTimeout), dialTimeout)
	defer cancel()
	h.Peerstore().AddAddrs(o.target.ID, o.target.Addrs, peerstore.PermanentAddrTTL)
	err := h.Connect(ctx, peer.AddrInfo{ID: o.target.ID})
	if _, noUDP := o.targetAddr.ValueForProtocol(ma.P_UDP); noUDP == nil && errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", errNoAnswer, err)
	}
	return err
}

func isWrongPeer(err error) bool {
	var mismatch sec.ErrPeerIDMismatch
	return errors.As(err, &mismatch)
}

// isUnreachable says that no transport connection came about: refused, no route, or no answer to QUIC's first packets.
func isUnreachable(err error) bool {
	var operation *net.OpError
	if errors.As(err, &operation) && operation.Op == "dial" {
		return true
	}
	return errors.Is(err, errNoAnswer)
}

// identity reads the key file, a libp2p PrivateKey protobuf; without one the key is fresh.
func identity(o *options) (crypto.PrivKey, error) {
	if o.keyFile == "" {
		key, _, err := crypto.GenerateEd25519Key(rand.Reader)
		return key, err
	}
	bytes, err := os.ReadFile(o.keyFile)
	if err != nil {
		return nil, usagef("--key: %v", err)
	}
	key, err := crypto.UnmarshalPrivateKey(bytes)
	if err != nil {
		return nil, usagef("--key %s: %v", o.keyFile, err)
	}
	return key, nil
}

// writeKey creates a key file of the wanted type; an existing file is kept and only its peer id printed.
func writeKey(_ context.Context, o *options) error {
	if _, err := os.Stat(o.keyFile); errors.Is(err, fs.ErrNotExist) {
		types := map[string]int{
			"ed25519": crypto.Ed25519, "secp256k1": crypto.Secp256k1, "ecdsa": crypto.ECDSA, "rsa": crypto.RSA,
		}
		key, _, err := crypto.GenerateKeyPairWithReader(types[o.keyType], 2048, rand.Reader)
		if err != nil {
			return err
		}
		bytes, err := crypto.MarshalPrivateKey(key)
		if err != nil {
			return err
		}
		if err := os.WriteFile(o.keyFile, bytes, 0o600); err != nil {
			return err
		}
	}
	key, err := identity(o)
	if err != nil {
		return err
	}
	id, err := peer.IDFromPrivateKey(key)
	if err != nil {
		return err
	}
	lines.Event("key", lines.Fields{"peer": id.String(), "type": key.Type().String()})
	return nil
}

func readPSK(path string) (pnet.PSK, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, usagef("--psk: %v", err)
	}
	defer file.Close()
	psk, err := pnet.DecodeV1PSK(file)
	if err != nil {
		return nil, usagef("--psk %s: %v", path, err)
	}
	return psk, nil
}

// selfSigned is the certificate of wss listeners; dialers need --tls-insecure to accept it.
func selfSigned() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "localhost"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{"localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
