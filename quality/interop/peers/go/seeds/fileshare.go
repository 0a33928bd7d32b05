// Seed 004, "Custom Protocol Implementation". Repairs: host.Host for libp2p.Host; imports of encoding/binary, encoding/hex and peer,
// without os.
package seeds

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
)

const fileProtocol = "/fileshare/1.0.0"

type FileShareProtocol struct {
	host  host.Host
	files map[string][]byte // In-memory file storage
}

func NewFileShareProtocol(host host.Host) *FileShareProtocol {
	fsp := &FileShareProtocol{
		host:  host,
		files: make(map[string][]byte),
	}

	host.SetStreamHandler(protocol.ID(fileProtocol), fsp.handleStream)
	return fsp
}

func (fsp *FileShareProtocol) handleStream(stream network.Stream) {
	defer stream.Close()

	// Read file hash request
	hashBytes := make([]byte, 32)
	_, err := io.ReadFull(stream, hashBytes)
	if err != nil {
		return
	}

	hash := fmt.Sprintf("%x", hashBytes)

	// Check if file exists
	if fileData, exists := fsp.files[hash]; exists {
		// Send file size first
		size := uint64(len(fileData))
		binary.BigEndian.PutUint64(hashBytes[:8], size)
		stream.Write(hashBytes[:8])

		// Send file data
		stream.Write(fileData)
	} else {
		// Send zero size to indicate file not found
		stream.Write(make([]byte, 8))
	}
}

func (fsp *FileShareProtocol) StoreFile(filename string, data []byte) string {
	// Calculate hash
	hash := sha256.Sum256(data)
	hashStr := fmt.Sprintf("%x", hash)

	// Store file
	fsp.files[hashStr] = data

	fmt.Printf("Stored file %s with hash %s\n", filename, hashStr)
	return hashStr
}

func (fsp *FileShareProtocol) RequestFile(ctx context.Context, peerID peer.ID, hash string) ([]byte, error) {
	// Open stream
	stream, err := fsp.host.NewStream(ctx, peerID, protocol.ID(fileProtocol))
	if err != nil {
		return nil, err
	}
	defer stream.Close()

	// Send hash request
	hashBytes, _ := hex.DecodeString(hash)
	stream.Write(hashBytes)

	// Read file size
	sizeBytes := make([]byte, 8)
	_, err = io.ReadFull(stream, sizeBytes)
	if err != nil {
		return nil, err
	}

	size := binary.BigEndian.Uint64(sizeBytes)
	if size == 0 {
		return nil, fmt.Errorf("file not found")
	}

	// Read file data
	fileData := make([]byte, size)
	_, err = io.ReadFull(stream, fileData)
	if err != nil {
		return nil, err
	}

	return fileData, nil
}

func listenFiles(ctx context.Context, h host.Host, o options) error {
	data, err := os.ReadFile(o.file)
	if err != nil {
		return err
	}
	NewFileShareProtocol(h).StoreFile(o.file, data)
	return nil
}

func dialFile(ctx context.Context, h host.Host, remote peer.AddrInfo, o options) error {
	data, err := NewFileShareProtocol(h).RequestFile(ctx, remote.ID, o.hash)
	if err != nil {
		return err
	}
	result(fmt.Sprintf("%d bytes", len(data)))
	return os.WriteFile(o.out, data, 0o600)
}
