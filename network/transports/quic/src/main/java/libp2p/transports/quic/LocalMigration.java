package libp2p.transports.quic;

import java.io.IOException;
import java.net.InetSocketAddress;
import libp2p.core.environment.Environment;
import libp2p.quic.connection.Connection;
import libp2p.streams.engine.Turn;

/**
 * From which socket a connection leaves: that of its port on which it was heard last, or, for one that was dialed and
 * whose path has gone silent, a socket with another port of UDP, when the remote answers there (RFC 9000, section 9). A
 * router that has forgotten the way back, or a firewall that has closed it, often does not know the other. Under the
 * lock of the connection.
 */
final class LocalMigration {
    private static final System.Logger LOG = System.getLogger("libp2p.transports.quic");
    /** Probe timeouts in a row after which another way is tried. */
    private static final int SILENT = 3;

    private final QuicConnection connection;
    private final PeerMigration peerMigration;
    private volatile QuicSocket socket;
    private QuicSocket other;
    private int local;
    private boolean asking;

    LocalMigration(QuicConnection connection, QuicSocket socket, InetSocketAddress remote) {
        this.connection = connection;
        peerMigration = new PeerMigration(connection, remote);
        this.socket = socket;
        other = socket;
    }

    /** The socket from which it leaves. Any thread. */
    QuicSocket socket() {
        return socket;
    }

    /** The socket of an address of this side as the engine calls it. */
    QuicSocket socket(int number) {
        return number == local ? socket : other;
    }

    /** Notes the socket on which the next datagrams were heard. */
    void heardOn(QuicSocket heard, Connection engine) {
        if (heard.isElsewhere() == socket.isElsewhere()) {
            moveTo(heard);
            engine.migration().heardOn(local);
        } else {
            other = heard;
            engine.migration().heardOn(local ^ 1);
        }
    }

    private void moveTo(QuicSocket next) {
        if (next != socket) {
            socket.deadlines().remove(connection);
            socket = next;
        }
    }

    /** The addresses from which the remote sends. */
    PeerMigration peerMigration() {
        return peerMigration;
    }

    /** The engine may have gone over to the other address, or the remote to one of its own. */
    void follow(Connection engine) {
        peerMigration.follow(engine);
        if (engine.migration().local() != local) {
            QuicSocket before = socket;
            moveTo(other);
            other = before;
            local ^= 1;
        }
    }

    /** A time of the engine has passed. */
    void rang(Environment environment, Connection engine) {
        if (engine.recovery().probes() >= SILENT && engine.migration().mayAttempt(local ^ 1) && !asking) {
            asking = true;
            environment.start("quic-path", this::attempt);
        }
    }

    private void attempt() {
        QuicSocket found = null;
        try {
            found = socket.isElsewhere()
                    ? connection.port().main()
                    : connection.port().elsewhere();
        } catch (IOException failure) {
            LOG.log(System.Logger.Level.DEBUG, "no other socket for a silent path: {0}", failure.toString());
        }
        try (Turn turn = connection.enter()) {
            asking = false;
            if (found != null && connection.engine().recovery().probes() > 0) {
                other = found;
                connection.engine().migration().attempt(local ^ 1);
            }
        }
    }
}
