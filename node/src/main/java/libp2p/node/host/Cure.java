package libp2p.node.host;

import java.net.BindException;
import java.net.ConnectException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import libp2p.core.connection.DialException;
import libp2p.core.connection.NegotiationException;
import libp2p.core.connection.PeerMismatchException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** The next step after a mistake, in one line. */
public final class Cure {
    private static final String ADDRESS =
            "an address looks like /ip4/127.0.0.1/tcp/4001/p2p/12D3KooW…; take one that a node has printed";
    private static final String LISTEN_ADDRESS = "a node listens on addresses like /ip4/0.0.0.0/tcp/4001,"
            + " /ip4/0.0.0.0/tcp/4001/ws and /ip4/0.0.0.0/udp/4001/quic-v1";
    /** Protocols that a node serves only when it is told to, by the names that {@code --serve} takes. */
    private static final List<String> ON_REQUEST = List.of("echo", "perf");

    private Cure() {}

    /** The cure of an error, or null where none is known. */
    public static @Nullable String of(Throwable error) {
        return switch (error) {
            case RefusedByNode refused -> refused.cure();
            case CommandLine.UnmatchedArgumentException unmatched -> ofUnmatched(unmatched);
            case DialException dial -> ofDial(dial.causes().values());
            case NegotiationException negotiation -> ofNegotiation(negotiation);
            default -> ofMessage(error, String.valueOf(error.getMessage()));
        };
    }

    private static @Nullable String ofUnmatched(CommandLine.UnmatchedArgumentException unmatched) {
        List<String> near = Suggestions.of(unmatched);
        return near.isEmpty() ? null : "did you mean " + String.join(" or ", near) + "?";
    }

    private static @Nullable String ofDial(Collection<Throwable> causes) {
        if (causes.stream().anyMatch(cause -> find(cause, PeerMismatchException.class) != null)) {
            return "another peer answers there; the peer id of a node without --data is another at each start,"
                    + " so take the address that it prints now";
        }
        if (!causes.isEmpty() && causes.stream().allMatch(cause -> find(cause, ConnectException.class) != null)) {
            return "no node listens there; is it running, and has it printed this address?";
        }
        return null;
    }

    private static @Nullable String ofNegotiation(NegotiationException negotiation) {
        String wanted = ON_REQUEST.stream()
                .filter(name ->
                        negotiation.offered().stream().anyMatch(offered -> offered.startsWith("/" + name + "/")))
                .collect(Collectors.joining(","));
        return wanted.isEmpty() ? null : "a node serves it when it is started with --serve " + wanted;
    }

    private static @Nullable String ofMessage(Throwable error, String message) {
        if (message.startsWith("multiaddr: ")) {
            return ADDRESS;
        }
        if (message.startsWith("no transport listens on ")) {
            return LISTEN_ADDRESS;
        }
        if (message.contains("another process uses it")) {
            return "a node runs on this --data already; end it, or name another folder";
        }
        BindException bind = find(error, BindException.class);
        if (bind != null) {
            return String.valueOf(bind.getMessage()).contains("in use")
                    ? "another program listens there; take another port, or 0 for any that is free"
                    : "take an address of this machine, /ip4/0.0.0.0 for all, and a port above 1023";
        }
        return null;
    }

    /** The first of a kind among an error and its causes, or null. */
    private static <E extends Throwable> @Nullable E find(Throwable error, Class<E> kind) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return kind.cast(cause);
            }
        }
        return null;
    }
}
