package host

import (
	"slices"
	"strconv"
	"strings"

	"github.com/libp2p/go-libp2p/core/peer"
	ma "github.com/multiformats/go-multiaddr"
)

// options is a parsed command line; counts are at least 1, sizes at least 0.
type options struct {
	target      *peer.AddrInfo // nil for commands that do not dial
	targetAddr  ma.Multiaddr
	listen      []ma.Multiaddr
	keyFile     string
	keyType     string
	security    []string
	muxers      []string
	pskFile     string
	limits      string
	tlsInsecure bool
	quiet       bool
	count       int
	parallel    int
	size        int64
	upload      int64
	download    int64
	streams     int
	repeat      int
	warmup      int64
	seconds     int
	direction   string
}

var (
	common  = []string{"--key", "--security", "--muxer", "--psk", "--limits", "--tls-insecure"}
	allowed = map[string][]string{
		"listen":    {"--listen", "--quiet"},
		"key":       {"--type"},
		"ping":      {"--count"},
		"identify":  {},
		"echo":      {"--size"},
		"halfclose": {},
		"abandon":   {"--count"},
		"reset":     {},
		"perf":      {"--upload", "--download", "--streams", "--repeat", "--warmup-bytes"},
		"busyping":  {"--seconds", "--repeat", "--direction"},
		"streams":   {"--count", "--parallel"},
		"connects":  {"--count", "--parallel"},
		"idle":      {"--count"},
		"contract":  {},
	}
)

func parseOptions(command string, args []string) (*options, error) {
	o := &options{
		keyType: "ed25519", security: []string{"noise", "tls"}, muxers: []string{"yamux"}, limits: "none",
		count: 1, parallel: 1, size: 1 << 20, streams: 1, repeat: 1,
		seconds: 2, direction: "upload",
	}
	dials := command != "listen" && command != "key" && command != "contract"
	if dials {
		if len(args) == 0 || strings.HasPrefix(args[0], "--") {
			return nil, usagef("%s needs a multiaddr", command)
		}
		if err := o.setTarget(args[0]); err != nil {
			return nil, err
		}
		args = args[1:]
	}
	for len(args) > 0 {
		name := args[0]
		if !slices.Contains(common, name) && !slices.Contains(allowed[command], name) {
			return nil, usagef("%s does not take %q", command, name)
		}
		values := args[1:]
		if end := slices.IndexFunc(values, func(a string) bool { return strings.HasPrefix(a, "--") }); end >= 0 {
			values = values[:end]
		}
		if err := o.set(name, values); err != nil {
			return nil, err
		}
		args = args[1+len(values):]
	}
	if command == "listen" && len(o.listen) == 0 {
		return nil, usagef("listen needs --listen MULTIADDR…")
	}
	if (command == "connects" || command == "idle") && o.keyFile != "" {
		return nil, usagef("%s makes its own keys", command)
	}
	if command == "key" && o.keyFile == "" {
		return nil, usagef("key needs --key FILE")
	}
	return o, nil
}

func (o *options) setTarget(s string) error {
	addr, err := ma.NewMultiaddr(s)
	if err != nil {
		return usagef("multiaddr %q: %v", s, err)
	}
	info, err := peer.AddrInfoFromP2pAddr(addr)
	if err != nil || len(info.Addrs) != 1 {
		return usagef("multiaddr %q must have an address and end in /p2p/ID", s)
	}
	o.target, o.targetAddr = info, info.Addrs[0]
	return nil
}

func (o *options) set(name string, values []string) error {
	switch name {
	case "--tls-insecure":
		o.tlsInsecure = true
		if len(values) != 0 {
			return usagef("--tls-insecure takes no value")
		}
		return nil
	case "--quiet":
		o.quiet = true
		if len(values) != 0 {
			return usagef("--quiet takes no value")
		}
		return nil
	case "--listen":
		if len(values) == 0 {
			return usagef("--listen needs at least one multiaddr")
		}
		for _, v := range values {
			addr, err := ma.NewMultiaddr(v)
			if err != nil {
				return usagef("multiaddr %q: %v", v, err)
			}
			o.listen = append(o.listen, addr)
		}
		return nil
	}
	if len(values) != 1 {
		return usagef("%s needs one value", name)
	}
	value := values[0]
	switch name {
	case "--key":
		o.keyFile = value
	case "--type":
		return oneOf(name, value, &o.keyType, "ed25519", "secp256k1", "ecdsa", "rsa")
	case "--psk":
		o.pskFile = value
	case "--limits":
		return oneOf(name, value, &o.limits, "none", "default")
	case "--security":
		return listOf(name, value, &o.security, "noise", "tls")
	case "--muxer":
		return listOf(name, value, &o.muxers, "yamux")
	case "--count":
		return number(name, value, 1, &o.count)
	case "--parallel":
		return number(name, value, 1, &o.parallel)
	case "--streams":
		return number(name, value, 1, &o.streams)
	case "--seconds":
		return number(name, value, 1, &o.seconds)
	case "--direction":
		return oneOf(name, value, &o.direction, "upload", "download")
	case "--repeat":
		return number(name, value, 1, &o.repeat)
	case "--size":
		return number(name, value, 0, &o.size)
	case "--upload":
		return number(name, value, 0, &o.upload)
	case "--download":
		return number(name, value, 0, &o.download)
	case "--warmup-bytes":
		return number(name, value, 0, &o.warmup)
	}
	return nil
}

func oneOf(name, value string, into *string, choices ...string) error {
	if !slices.Contains(choices, value) {
		return usagef("%s %s: not offered by this peer (only %s)", name, value, strings.Join(choices, ", "))
	}
	*into = value
	return nil
}

func listOf(name, value string, into *[]string, choices ...string) error {
	*into = strings.Split(value, ",")
	for _, v := range *into {
		var ignored string
		if err := oneOf(name, v, &ignored, choices...); err != nil {
			return err
		}
	}
	return nil
}

func number[T int | int64](name, value string, least T, into *T) error {
	n, err := strconv.ParseInt(value, 10, 63)
	if err != nil || T(n) < least {
		return usagef("%s %q: not a whole number of at least %d", name, value, least)
	}
	*into = T(n)
	return nil
}
