package libp2p.transports.quic;

import java.io.IOException;
import java.net.InetSocketAddress;
import libp2p.quic.connection.Connection;
import libp2p.streams.engine.Turn;
import org.jspecify.annotations.Nullable;

/**
 * The addresses to which the peer of an accepted connection goes over (RFC 9000, section 9). The host is asked about
 * each, once the peer has proved it: what may not connect from somewhere may not go on from there either. Another port
 * of the same address, as after a router has forgotten a mapping, is not asked about. Under the lock of the connection.
 */
final class PeerMigration {
    private static final System.Logger LOG = System.getLogger("libp2p.transports.quic");

    private final QuicConnection connection;
    private InetSocketAddress known;
    private @Nullable MoveJudge judge;
    private boolean asking;

    PeerMigration(QuicConnection connection, InetSocketAddress remote) {
        this.connection = connection;
        known = remote;
    }

    /** Moves are judged from now on. Without the lock. */
    void judge(MoveJudge asked) {
        try (Turn turn = connection.enter()) {
            judge = asked;
        }
    }

    /** The remote may have moved. */
    void follow(Connection engine) {
        InetSocketAddress proved = engine.migration().proved();
        MoveJudge current = judge;
        if (proved == known || proved == null || current == null || asking) {
            return;
        }
        boolean same = proved.getAddress().equals(known.getAddress());
        known = proved;
        if (!same) {
            asking = true;
            connection.environment().start("quic-moved", () -> ask(current, proved));
        }
    }

    private void ask(MoveJudge current, InetSocketAddress proved) {
        try {
            current.moved(proved);
        } catch (IOException | RuntimeException refused) {
            LOG.log(System.Logger.Level.DEBUG, "a peer may not go on from {0}: {1}", proved, refused.toString());
            connection.close(CloseReasons.refusal(refused), "refused");
        }
        try (Turn turn = connection.enter()) {
            asking = false; // and on the way out it is looked whether it has moved on
        }
    }
}
