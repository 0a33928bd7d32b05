package content

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/ipfs/boxo/files"
	"github.com/ipfs/boxo/gateway"
	"github.com/ipfs/boxo/path"
)

// carFetch fetches from a gateway by CARs, which boxo verifies: a file or directory as boxo's example car-file-fetcher does it, or
// with a range a part of a file as its example proxy-car serves it.
func carFetch(args []string) error {
	if len(args) < 3 || len(args) > 4 {
		return fmt.Errorf("car-fetch GATEWAY /ipfs/CID[/PATH] OUT [bytes=FROM-TO]")
	}
	ctx, cancel := context.WithTimeout(context.Background(), operationTimeout)
	defer cancel()
	backend, err := gateway.NewRemoteCarBackend([]string{args[0]}, &http.Client{Timeout: 30 * time.Second})
	if err != nil {
		return err
	}
	if len(args) == 4 {
		return carRange(ctx, backend, args[1], args[3], args[2])
	}
	wanted, err := path.NewPath(args[1])
	if err != nil {
		return err
	}
	fixed, _, _, err := backend.ResolveMutable(ctx, wanted)
	if err != nil {
		return err
	}
	_, node, err := backend.GetAll(ctx, fixed)
	if err != nil {
		return err
	}
	defer node.Close()
	return files.WriteTo(node, args[2])
}

func carRange(ctx context.Context, backend gateway.IPFSBackend, from, bytes, out string) error {
	request := httptest.NewRequest(http.MethodGet, from, nil).WithContext(ctx)
	request.Header.Set("Range", bytes)
	answer := httptest.NewRecorder()
	gateway.NewHandler(gateway.Config{DeserializedResponses: true}, backend).ServeHTTP(answer, request)
	if answer.Code != http.StatusPartialContent {
		return fmt.Errorf("status %d: %s", answer.Code, answer.Body)
	}
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	return os.WriteFile(out, data, 0o644)
}
