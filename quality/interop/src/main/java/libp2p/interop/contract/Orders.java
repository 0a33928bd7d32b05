package libp2p.interop.contract;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The orders of the environment to a role.
 *
 * @param dialect which of the two contracts it is
 * @param dialer whether this is the dialer
 * @param transport {@code tcp}, {@code ws}, {@code quic-v1}…
 * @param security {@code noise} or {@code tls}; empty if the transport brings its own
 * @param muxer {@code yamux} or {@code mplex}; empty if the transport brings its own
 * @param ip the address to listen on
 * @param redis where Redis is
 * @param key the list through which the address goes
 * @param timeout of the whole test
 */
record Orders(
        Dialect dialect,
        boolean dialer,
        String transport,
        Optional<String> security,
        Optional<String> muxer,
        String ip,
        InetSocketAddress redis,
        String key,
        Duration timeout) {
    /** The two contracts. */
    enum Dialect {
        UNIFIED_TESTING,
        TEST_PLANS
    }

    private static final List<String> STANDALONE =
            List.of("quic", "quic-v1", "webtransport", "webrtc", "webrtc-direct");
    private static final int REDIS_PORT = 6379;
    private static final long TIMEOUT_SECONDS = 180;

    /** @throws IllegalArgumentException if a variable is missing or wrong */
    static Orders of(Map<String, String> environment) {
        if (environment.containsKey("IS_DIALER")) {
            return unifiedTesting(environment);
        }
        if (environment.containsKey("is_dialer")) {
            return testPlans(environment);
        }
        throw new IllegalArgumentException("none of IS_DIALER, is_dialer and ROLE is in the environment");
    }

    private static Orders unifiedTesting(Map<String, String> environment) {
        String transport = required(environment, "TRANSPORT");
        return new Orders(
                Dialect.UNIFIED_TESTING,
                flag(environment, "IS_DIALER"),
                transport,
                layer(environment, transport, "SECURE_CHANNEL"),
                layer(environment, transport, "MUXER"),
                environment.getOrDefault("LISTENER_IP", "0.0.0.0"),
                address(required(environment, "REDIS_ADDR")),
                required(environment, "TEST_KEY") + "_listener_multiaddr",
                Duration.ofSeconds(TIMEOUT_SECONDS));
    }

    private static Orders testPlans(Map<String, String> environment) {
        String transport = required(environment, "transport");
        String seconds = environment.getOrDefault("test_timeout_seconds", "");
        return new Orders(
                Dialect.TEST_PLANS,
                flag(environment, "is_dialer"),
                transport,
                layer(environment, transport, "security"),
                layer(environment, transport, "muxer"),
                environment.getOrDefault("ip", "0.0.0.0"),
                address(environment.getOrDefault("redis_addr", "redis:" + REDIS_PORT)),
                "listenerAddr",
                Duration.ofSeconds(seconds.isBlank() ? TIMEOUT_SECONDS : Long.parseLong(seconds.strip())));
    }

    private static Optional<String> layer(Map<String, String> environment, String transport, String name) {
        return STANDALONE.contains(transport) ? Optional.empty() : Optional.of(required(environment, name));
    }

    static String required(Map<String, String> environment, String name) {
        String value = environment.getOrDefault(name, "").strip();
        if (value.isEmpty()) {
            throw new IllegalArgumentException(name + " is not in the environment");
        }
        return value;
    }

    private static boolean flag(Map<String, String> environment, String name) {
        return switch (required(environment, name)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(name + " is neither true nor false");
        };
    }

    static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        return colon < 0
                ? new InetSocketAddress(text, REDIS_PORT)
                : new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    /** The address to listen on. */
    String listenAddress() {
        String family = ip.contains(":") ? "/ip6/" : "/ip4/";
        return switch (transport) {
            case "tcp" -> family + ip + "/tcp/0";
            case "ws" -> family + ip + "/tcp/0/ws";
            case "wss" -> family + ip + "/tcp/0/tls/ws";
            case "quic-v1" -> family + ip + "/udp/0/quic-v1";
            default -> throw new IllegalArgumentException("transport " + transport + " is not offered");
        };
    }
}
