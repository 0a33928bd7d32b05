package libp2p.transports.quic;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.resource.ConnectionScope;
import libp2p.quic.connection.Connection;
import libp2p.quic.endpoint.Endpoint;
import libp2p.quic.endpoint.IncomingConnection;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.security.tls13.ServerHandshake;
import libp2p.streams.engine.Turn;
import org.jspecify.annotations.Nullable;

/**
 * The way of strangers into a port: counted, and then each on one thread of its own, which asks the first acceptor of
 * the port, runs the handshake to its end and hands the connection over to the acceptor of the protocol that was agreed.
 *
 * @param lock of the endpoint
 */
record InboundHandshakes(
        Environment environment,
        QuicPort port,
        Libp2pCertificate certificate,
        Endpoint<QuicConnection> endpoint,
        ReentrantLock lock) {
    private static final System.Logger LOG = System.getLogger("libp2p.transports.quic");

    /** Called by the event loop with the lock; does not block. */
    boolean arrived(IncomingConnection admission) {
        Map<String, QuicAcceptor> acceptors = port.acceptors();
        if (acceptors.isEmpty() || endpoint.waiting() >= port.limits().port().admissions()) {
            return false;
        }
        QuicAcceptor current = acceptors.values().iterator().next();
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
        environment.start("quic-handshake", () -> admit(acceptors, current, admission, taken));
        return true;
    }

    /** @param place of a client that may have forged its address; null for others */
    private void admit(
            Map<String, QuicAcceptor> acceptors,
            QuicAcceptor current,
            IncomingConnection admission,
            @Nullable ConnectionScope place) {
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
            enter(admission, acceptors, current, scope);
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

    private void enter(
            IncomingConnection admission,
            Map<String, QuicAcceptor> acceptors,
            QuicAcceptor current,
            ConnectionScope scope) {
        ProtocolChoice choice = new ProtocolChoice(acceptors, certificate);
        QuicConnection connection =
                new QuicConnection(environment, port, dialed(admission), admission.remote(), choice);
        Connection engine;
        try (Turn turn = connection.enter()) {
            lock.lock();
            try {
                engine = endpoint.accept(
                        admission,
                        connection,
                        port.config(acceptors.values()),
                        output -> new ServerHandshake(choice::choose, choice.names(), environment, output),
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
        scope.onDisplaced(() -> {
            connection.giveUpHandshake(new IOException("newcomers need the place"));
            connection.close(
                    ErrorCode.CONNECTION_RESOURCE_LIMIT_EXCEEDED, "newcomers need the place"); // perhaps it is made
        });
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
            endpoint.handshakeOver(admission, failure == null);
        } finally {
            lock.unlock();
        }
        if (failure != null) {
            current.failed(dialed(admission), admission.remote(), scope, failure);
            return;
        }
        QuicAcceptor agreed = port.acceptors().get(connection.choice().chosen().name());
        if (agreed == null) { // it has left the port meanwhile
            connection.close(ErrorCode.CONNECTION_SHUTDOWN, "not listening");
            current.failed(dialed(admission), admission.remote(), scope, new IOException("the listener is closed"));
            return;
        }
        agreed.accepted(connection, scope);
    }
}
