package libp2p.transports.quic;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.resource.ConnectionScope;
import libp2p.quic.connection.Connection;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.endpoint.Endpoint;
import libp2p.quic.endpoint.IncomingConnection;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.security.tls13.Credentials;
import libp2p.security.tls13.ServerHandshake;
import libp2p.streams.engine.Turn;
import org.jspecify.annotations.Nullable;

/**
 * The way of strangers into a port: counted, and then each on one thread of its own, which asks the host's acceptor,
 * runs the handshake to its end and hands the connection over.
 *
 * @param lock of the endpoint
 * @param config of their connections
 */
record InboundHandshakes(
        Environment environment,
        QuicPort port,
        Libp2pCertificate certificate,
        Endpoint<QuicConnection> endpoint,
        ReentrantLock lock,
        ConnectionConfig config) {
    private static final System.Logger LOG = System.getLogger("libp2p.transports.quic");

    /** Called by the event loop with the lock; does not block. */
    boolean arrived(IncomingConnection admission) {
        QuicAcceptor current = port.acceptor();
        if (current == null || endpoint.waiting() >= port.limits().port().admissions()) {
            return false;
        }
        ConnectionScope place = null;
        if (!admission.isValidated()) {
            try {
                place = current.unproved(admission.remote());
            } catch (RuntimeException | StackOverflowError | LinkageError failure) { // of an application's part
                LOG.log(
                        System.Logger.Level.WARNING,
                        "a stranger is refused, since its place could not be counted",
                        failure);
            }
            if (place == null) {
                return false;
            }
        }
        ConnectionScope taken = place;
        environment.start("quic-handshake", () -> admit(current, admission, taken));
        return true;
    }

    /** @param place of a client that may have forged its address; null for others */
    private void admit(QuicAcceptor current, IncomingConnection admission, @Nullable ConnectionScope place) {
        ConnectionScope scope = null;
        try {
            if (place == null) {
                scope = current.admit(dialed(admission), admission.remote());
            } else {
                current.admit(dialed(admission), admission.remote(), place);
                scope = place;
            }
        } catch (IOException | RuntimeException | StackOverflowError | LinkageError refused) {
            // the gater or a limit said no, and has counted it
        }
        if (scope == null) {
            if (place != null) {
                place.close();
            }
            refuse(admission);
        } else {
            enter(admission, current, scope);
        }
    }

    /** The address that a stranger has dialed, as far as it is known. */
    private InetSocketAddress dialed(IncomingConnection admission) {
        InetSocketAddress bound = port.localAddress();
        InetAddress own = admission.ownAddress();
        return own == null ? bound : new InetSocketAddress(own, bound.getPort());
    }

    private void refuse(IncomingConnection admission) {
        lock.lock();
        try {
            endpoint.refuse(admission);
        } finally {
            lock.unlock();
        }
    }

    private void enter(IncomingConnection admission, QuicAcceptor current, ConnectionScope scope) {
        Credentials credentials = current.credentials(certificate);
        QuicConnection connection =
                new QuicConnection(environment, port, dialed(admission), admission.remote(), credentials, current::application);
        Connection engine;
        try (Turn turn = connection.enter()) {
            lock.lock();
            try {
                engine = endpoint.accept(
                        admission,
                        connection,
                        config,
                        output -> new ServerHandshake(credentials, port.protocols(), environment, output),
                        environment.nanoTime());
            } finally {
                lock.unlock();
            }
            if (engine != null) {
                port.begins(connection, engine, scope);
            }
        }
        if (engine == null) {
            current.failed(dialed(admission), admission.remote(), scope, new IOException("the listener is closed"));
            return;
        }
        @Nullable Throwable failure = new IOException("the QUIC handshake was cut off");
        try {
            connection.awaitHandshake(Deadline.NONE); // of which the engine has its own
            failure = null;
        } catch (IOException | RuntimeException | StackOverflowError | LinkageError failed) {
            failure = failed;
        } finally {
            handshakeDone(admission, current, scope, connection, failure);
        }
    }

    private void handshakeDone(
            IncomingConnection admission,
            QuicAcceptor current,
            ConnectionScope scope,
            QuicConnection connection,
            @Nullable Throwable failure) {
        lock.lock();
        try {
            endpoint.handshakeOver(admission);
        } finally {
            lock.unlock();
        }
        if (failure == null) {
            current.accepted(connection, scope);
        } else {
            current.failed(dialed(admission), admission.remote(), scope, failure);
        }
    }
}
