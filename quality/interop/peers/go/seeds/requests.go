// Seed 004, "Request-Response Pattern". Repairs: host.Host for libp2p.Host, which is no type; import of peer.
package seeds

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
)

type Request struct {
	ID   string `json:"id"`
	Data string `json:"data"`
}

type Response struct {
	ID     string `json:"id"`
	Result string `json:"result"`
	Error  string `json:"error,omitempty"`
}

const requestProtocol = "/request-response/1.0.0"

func handleRequest(stream network.Stream) {
	defer stream.Close()

	// Decode request
	var req Request
	decoder := json.NewDecoder(stream)
	if err := decoder.Decode(&req); err != nil {
		return
	}

	// Process request
	resp := Response{
		ID:     req.ID,
		Result: fmt.Sprintf("Processed: %s", req.Data),
	}

	// Send response
	encoder := json.NewEncoder(stream)
	encoder.Encode(resp)
}

func sendRequest(host host.Host, targetPeer peer.ID, request Request) (*Response, error) {
	ctx := context.Background()

	// Open stream
	stream, err := host.NewStream(ctx, targetPeer, protocol.ID(requestProtocol))
	if err != nil {
		return nil, err
	}
	defer stream.Close()

	// Send request
	encoder := json.NewEncoder(stream)
	if err := encoder.Encode(request); err != nil {
		return nil, err
	}

	// Receive response
	var resp Response
	decoder := json.NewDecoder(stream)
	if err := decoder.Decode(&resp); err != nil {
		return nil, err
	}

	return &resp, nil
}

func listenRequests(ctx context.Context, h host.Host, o options) error {
	h.SetStreamHandler(protocol.ID(requestProtocol), handleRequest)
	return nil
}

func dialRequest(ctx context.Context, h host.Host, remote peer.AddrInfo, o options) error {
	response, err := sendRequest(h, remote.ID, Request{ID: "req-1", Data: o.text})
	if err != nil {
		return err
	}
	if response.Error != "" || response.ID != "req-1" {
		return errors.New("id " + response.ID + ", error " + response.Error)
	}
	result(response.Result)
	return nil
}
