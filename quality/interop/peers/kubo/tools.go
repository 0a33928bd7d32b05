//go:build tools

// The daemon whose version go.mod pins; run builds it.
package tools

import _ "github.com/ipfs/kubo/cmd/ipfs"
