package libp2p.metrics;

import io.micrometer.core.instrument.Tags;
import java.io.InterruptedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Locale;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ConnectionState;
import libp2p.core.connection.GatedException;
import libp2p.core.connection.NegotiationException;
import libp2p.core.connection.PeerMismatchException;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.UnauthorizedException;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.resource.Direction;
import libp2p.core.resource.LimitExceededException;

/** The labels of the meters: each takes few values, whatever strangers do. */
final class Labels {
    private Labels() {}

    static String of(Direction direction) {
        return direction.name().toLowerCase(Locale.ROOT);
    }

    static Tags of(Connection connection) {
        ConnectionState state = connection.state();
        return Tags.of(
                "dir",
                of(connection.direction()),
                "transport",
                state.transport(),
                "security",
                state.security(),
                "muxer",
                state.muxer(),
                "early_muxer",
                String.valueOf(state.earlyMuxer()),
                "ip_version",
                ipVersion(connection.remoteAddress().ip()));
    }

    private static String ipVersion(@org.jspecify.annotations.Nullable InetAddress address) {
        if (address == null) {
            return "unknown";
        }
        return address instanceof Inet4Address ? "ip4" : "ip6";
    }

    static String error(Throwable cause) {
        return switch (cause) {
            case DeadlineExceededException late -> "timeout";
            case InterruptedIOException cancelled -> "canceled";
            case LimitExceededException limit -> "limit";
            case GatedException gated -> "gated";
            case UnauthorizedException unauthorized -> "unauthorized";
            case PeerMismatchException other -> "peer mismatch";
            case NegotiationException disagreed -> "negotiation";
            case ProtocolViolationException violation -> "protocol violation";
            case java.net.ConnectException refused -> "connection refused";
            case java.net.UnknownHostException unknown -> "name not found";
            case java.io.IOException network -> "network";
            default -> "other";
        };
    }
}
