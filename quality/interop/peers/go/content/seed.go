package content

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"peer/lines"
)

// The two small protocols of the documents that the project was made from, with the bytes that they have there.
const (
	requestProtocol = "/request-response/1.0.0"
	fileProtocol    = "/fileshare/1.0.0"
)

type jsonRequest struct {
	ID   string `json:"id"`
	Data string `json:"data"`
}

type jsonResponse struct {
	ID     string `json:"id"`
	Result string `json:"result"`
	Error  string `json:"error,omitempty"`
}

// small serves both; its only file is 100,000 bytes of a pattern.
type small struct {
	host host.Host
	file []byte
}

func newSmall(h host.Host) *small {
	s := &small{h, make([]byte, 100_000)}
	for i := range s.file {
		s.file[i] = byte(i % 251)
	}
	h.SetStreamHandler(requestProtocol, func(stream network.Stream) {
		defer stream.Close()
		var request jsonRequest
		if json.NewDecoder(stream).Decode(&request) != nil {
			return
		}
		_ = json.NewEncoder(stream).Encode(jsonResponse{ID: request.ID, Result: "Processed: " + request.Data})
	})
	h.SetStreamHandler(fileProtocol, func(stream network.Stream) {
		defer stream.Close()
		hash := make([]byte, 32)
		if _, err := io.ReadFull(stream, hash); err != nil {
			return
		}
		size := make([]byte, 8)
		if sum := sha256.Sum256(s.file); string(sum[:]) == string(hash) {
			binary.BigEndian.PutUint64(size, uint64(len(s.file)))
			_, _ = stream.Write(size)
			_, _ = stream.Write(s.file)
			return
		}
		_, _ = stream.Write(size)
	})
	return s
}

func (s *small) hash() string {
	sum := sha256.Sum256(s.file)
	return hex.EncodeToString(sum[:])
}

func (s *small) request(ctx context.Context, info peer.AddrInfo, data string) (lines.Fields, error) {
	if err := s.host.Connect(ctx, info); err != nil {
		return nil, err
	}
	stream, err := s.host.NewStream(ctx, info.ID, requestProtocol)
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	if err := json.NewEncoder(stream).Encode(jsonRequest{ID: "req-1", Data: data}); err != nil {
		return nil, err
	}
	var response jsonResponse
	err = json.NewDecoder(stream).Decode(&response)
	return lines.Fields{"id": response.ID, "result": response.Result, "failure": response.Error}, err
}

func (s *small) get(ctx context.Context, info peer.AddrInfo, hash string) (lines.Fields, error) {
	if err := s.host.Connect(ctx, info); err != nil {
		return nil, err
	}
	stream, err := s.host.NewStream(ctx, info.ID, fileProtocol)
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	wanted, err := hex.DecodeString(hash)
	if err != nil {
		return nil, err
	}
	if _, err := stream.Write(wanted); err != nil {
		return nil, err
	}
	size := make([]byte, 8)
	if _, err := io.ReadFull(stream, size); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(stream, int64(binary.BigEndian.Uint64(size))))
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	if hex.EncodeToString(sum[:]) != hash {
		return nil, fmt.Errorf("%d bytes of another file", len(data))
	}
	return lines.Fields{"bytes": len(data)}, nil
}
