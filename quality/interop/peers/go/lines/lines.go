// Package lines is what the families say on standard output, one JSON object a line, and the addresses in it.
package lines

import (
	"encoding/json"
	"fmt"
	"sync"

	"github.com/libp2p/go-libp2p/core/peer"
	ma "github.com/multiformats/go-multiaddr"
)

// Fields are the members of an object.
type Fields = map[string]any

var printing sync.Mutex

// Print says one object, in one piece.
func Print(members Fields) {
	line, err := json.Marshal(members)
	if err != nil {
		panic(err)
	}
	printing.Lock()
	defer printing.Unlock()
	fmt.Println(string(line))
}

// Event says what has happened.
func Event(name string, members Fields) {
	members["event"] = name
	Print(members)
}

// Addresses are those under which a peer can be dialed.
func Addresses(id peer.ID, addrs []ma.Multiaddr) []string {
	list := []string{}
	for _, addr := range addrs {
		list = append(list, addr.String()+"/p2p/"+id.String())
	}
	return list
}
