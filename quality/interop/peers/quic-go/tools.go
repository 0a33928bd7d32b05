//go:build tools

// Package quicgopeer pins quic-go, whose programs for the interop runner are built as they are.
package quicgopeer

import (
	_ "github.com/quic-go/quic-go/interop/client"
	_ "github.com/quic-go/quic-go/interop/server"
)
