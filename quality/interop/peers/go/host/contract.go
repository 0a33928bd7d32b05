package host

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
	ma "github.com/multiformats/go-multiaddr"
)

const contractTimeout = 180 * time.Second

// contract carries out one role of the official interoperability contracts; its orders are in the environment:
// IS_DIALER and the like for unified-testing, is_dialer and the like for test-plans.
func contract(ctx context.Context, o *options) error {
	unified := os.Getenv("IS_DIALER") != ""
	read := func(capital, small string) string {
		if unified {
			return os.Getenv(capital)
		}
		return os.Getenv(small)
	}
	key := "listenerAddr"
	if unified {
		key = os.Getenv("TEST_KEY") + "_listener_multiaddr"
	}
	o.security = []string{read("SECURE_CHANNEL", "security")}
	o.tlsInsecure = true // listeners of the contract have self-signed certificates
	redis, err := net.DialTimeout("tcp", read("REDIS_ADDR", "redis_addr"), 10*time.Second)
	if err != nil {
		return err
	}
	defer redis.Close()
	redis.SetDeadline(time.Now().Add(contractTimeout))
	if read("IS_DIALER", "is_dialer") == "true" {
		return contractDial(ctx, o, redis, key, unified)
	}
	return contractListen(o, redis, key, read("TRANSPORT", "transport"), read("LISTENER_IP", "ip"))
}

func contractListen(o *options, redis net.Conn, key, transport, ip string) error {
	suffixes := map[string]string{"tcp": "/tcp/0", "ws": "/tcp/0/ws", "wss": "/tcp/0/tls/ws", "quic-v1": "/udp/0/quic-v1"}
	addr, err := ma.NewMultiaddr("/ip4/" + ip + suffixes[transport])
	if err != nil {
		return usagef("transport %q on %q: %v", transport, ip, err)
	}
	o.listen = []ma.Multiaddr{addr}
	h, err := newHost(o)
	if err != nil {
		return err
	}
	defer h.Close()
	ping.NewPingService(h)
	addrs, err := startListening(h, o.listen)
	if err != nil {
		return err
	}
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM, syscall.SIGINT)
	if _, err := redisCall(redis, "RPUSH", key, addrs[0]); err != nil {
		return err
	}
	<-terminated
	return nil
}

func contractDial(ctx context.Context, o *options, redis net.Conn, key string, unified bool) error {
	popped, err := redisCall(redis, "BLPOP", key, strconv.Itoa(int(contractTimeout.Seconds())))
	if err != nil {
		return err
	}
	if len(popped) != 2 {
		return errors.New("no listener has told its address")
	}
	if err := o.setTarget(popped[1]); err != nil {
		return err
	}
	start := time.Now()
	h, err := dial(ctx, o)
	if err != nil {
		return err
	}
	defer h.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := ping.Ping(ctx, h, o.target.ID)
	first := <-results
	handshake := time.Since(start)
	second := <-results
	if err := errors.Join(first.Error, second.Error); err != nil {
		return err
	}
	format := "{\"handshakePlusOneRTTMillis\":%.3f,\"pingRTTMilllis\":%.3f}\n"
	if unified {
		format = "latency:\n  handshake_plus_one_rtt: %.3f\n  ping_rtt: %.3f\n  unit: ms\n"
	}
	_, err = fmt.Printf(format, milliseconds(handshake), milliseconds(second.RTT))
	return err
}

func milliseconds(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }

// redisCall sends one command and returns the strings of the answer, which may be none. Nothing is sent before the
// answer to the last command has been read, so that no bytes are lost with the buffer.
func redisCall(redis net.Conn, words ...string) ([]string, error) {
	request := fmt.Sprintf("*%d\r\n", len(words))
	for _, word := range words {
		request += fmt.Sprintf("$%d\r\n%s\r\n", len(word), word)
	}
	if _, err := io.WriteString(redis, request); err != nil {
		return nil, err
	}
	return redisReply(bufio.NewReader(redis))
}

func redisReply(in *bufio.Reader) ([]string, error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return nil, err
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" || line[0] == '-' {
		return nil, fmt.Errorf("redis: %q", line)
	}
	if line[0] != '*' && line[0] != '$' {
		return []string{line[1:]}, nil
	}
	length, err := strconv.Atoi(line[1:])
	if err != nil || length < 0 {
		return nil, err
	}
	if line[0] == '$' {
		text := make([]byte, length+2)
		_, err := io.ReadFull(in, text)
		return []string{string(text[:length])}, err
	}
	var all []string
	for range length {
		some, err := redisReply(in)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}
