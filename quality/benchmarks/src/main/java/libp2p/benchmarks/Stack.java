package libp2p.benchmarks;

import java.util.List;

/**
 * The protocols of connections.
 *
 * @param name as it stands in the headings
 * @param listen where to listen
 * @param options for every command
 */
record Stack(String name, String listen, List<String> options) {
    private static final String TCP = "/ip4/127.0.0.1/tcp/0";
    private static final String UDP = "/ip4/127.0.0.1/udp/0/quic-v1";

    static Stack of(String name) {
        return switch (name) {
            case "noise" -> new Stack(name, TCP, List.of("--security", "noise", "--limits", "none"));
            case "tls" -> new Stack(name, TCP, List.of("--security", "tls", "--limits", "none"));
            case "ws" -> new Stack(name, TCP + "/ws", List.of("--security", "noise", "--limits", "none"));
            case "quic" -> new Stack(name, UDP, List.of("--limits", "none"));
            case "webtransport" -> new Stack(name, UDP + "/webtransport", List.of("--limits", "none"));
            default -> throw new IllegalArgumentException("no such stack: " + name);
        };
    }

    boolean isQuic() {
        return name.equals("quic");
    }

    /** Whether the engine of QUIC carries it. */
    boolean isOverQuic() {
        return isQuic() || name.equals("webtransport");
    }

    /** A goal that is set for TCP with Noise only; 0, no goal, for all others. */
    double goal(double noise) {
        return name.equals("noise") ? noise : 0;
    }

    /** Goals for TCP with Noise and with TLS; 0, no goal, for all others. */
    double goal(double noise, double tls) {
        return name.equals("tls") ? tls : goal(noise);
    }

    /** Goals for TCP with Noise, with TLS and for QUIC; 0, no goal, for WebSocket. */
    double goal(double noise, double tls, double quic) {
        return isQuic() ? quic : goal(noise, tls);
    }
}
