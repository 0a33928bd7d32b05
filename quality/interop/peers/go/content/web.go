package content

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"

	"github.com/ipfs/boxo/blockservice"
	"github.com/ipfs/boxo/blockstore"
	"github.com/ipfs/boxo/exchange/offline"
	"github.com/ipfs/boxo/gateway"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	libp2phttp "github.com/libp2p/go-libp2p/p2p/http"
	httpauth "github.com/libp2p/go-libp2p/p2p/http/auth"

	"peer/lines"
)

// web is HTTP over streams with boxo's trustless gateway, and a plain HTTP server that asks for peer ids.
type web struct {
	host   *libp2phttp.Host
	id     host.Host
	plain  net.Listener
	served http.Server
}

func newWeb(h host.Host, blocks blockstore.Blockstore) (*web, error) {
	backend, err := gateway.NewBlocksBackend(blockservice.New(blocks, offline.Exchange(blocks)))
	if err != nil {
		return nil, err
	}
	handler := gateway.NewHandler(gateway.Config{DeserializedResponses: false}, backend)
	w := &web{host: &libp2phttp.Host{StreamHost: h}, id: h}
	w.host.SetHTTPHandlerAtPath("/ipfs/gateway", "/", handler)
	go func() { _ = w.host.Serve() }()
	auth := &httpauth.ServerPeerIDAuth{
		PrivKey:         h.Peerstore().PrivKey(h.ID()),
		NoTLS:           true,
		TokenTTL:        operationTimeout,
		ValidHostnameFn: func(string) bool { return true },
		Next: func(client peer.ID, response http.ResponseWriter, request *http.Request) {
			body, _ := io.ReadAll(request.Body)
			fmt.Fprintf(response, "%s %d", client, len(body))
		},
	}
	if w.plain, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	w.served.Handler = auth
	go func() { _ = w.served.Serve(w.plain) }()
	return w, nil
}

func (w *web) authAddress() string { return w.plain.Addr().String() }

func (w *web) close() {
	_ = w.host.Close()
	_ = w.served.Close()
}

// get asks a peer for a path of its gateway, over a stream.
func (w *web) get(ctx context.Context, info peer.AddrInfo, path string) (lines.Fields, error) {
	client, err := w.host.NamespacedClient("/ipfs/gateway", info)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	sum := sha256.Sum256(body)
	return lines.Fields{"status": response.StatusCode, "bytes": len(body), "sha256": hex.EncodeToString(sum[:]),
		"type": response.Header.Get("Content-Type")}, err
}

// authenticate tells a server who this peer is, twice: by the handshake, then by the token.
func (w *web) authenticate(ctx context.Context, url string) (lines.Fields, error) {
	auth := &httpauth.ClientPeerIDAuth{PrivKey: w.id.Peerstore().PrivKey(w.id.ID()), TokenTTL: operationTimeout}
	var server peer.ID
	var body []byte
	for range 2 {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader([]byte("hello")))
		if err != nil {
			return nil, err
		}
		var response *http.Response
		server, response, err = auth.AuthenticatedDo(http.DefaultClient, request)
		if err != nil {
			return nil, err
		}
		body, err = io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	return lines.Fields{"server": server.String(), "body": string(body), "token": auth.HasToken(request(url))}, nil
}

func request(url string) string {
	made, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return ""
	}
	return made.Host
}
