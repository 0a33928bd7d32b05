package libp2p.contracts.security;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import libp2p.core.security.SecureConnection;
import libp2p.core.security.SecurityProtocol;
import libp2p.core.security.SecurityRequest;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.system.SystemEnvironment;
import org.jspecify.annotations.Nullable;

/** Runs both sides of a handshake, each on its virtual thread. */
public final class Handshakes {
    /** The environment of the handshakes, with the real clock. */
    public static final Environment ENVIRONMENT = SystemEnvironment.shared();

    private Handshakes() {}

    /**
     * One side: a connection or a failure.
     *
     * @param connection the connection, or null if the handshake failed
     * @param failure the failure, or null if the handshake succeeded
     */
    public record Outcome(
            @Nullable SecureConnection connection, @Nullable Throwable failure) {
        /** Whether there is a connection. */
        public boolean succeeded() {
            return connection != null;
        }

        /** The connection; throws what the handshake threw. */
        public SecureConnection orThrow() {
            if (failure != null) {
                throw new AssertionError("the handshake failed", failure);
            }
            return Objects.requireNonNull(connection);
        }
    }

    /**
     * Both sides.
     *
     * @param initiator the side that spoke first
     * @param responder the side that answered
     */
    public record Pair(Outcome initiator, Outcome responder) {
        /** Closes the connections of both sides, if there are any. */
        public void close() {
            for (Outcome side : List.of(initiator, responder)) {
                if (side.connection() != null) {
                    side.connection().close();
                }
            }
        }
    }

    /** A request for one side of a handshake. */
    public static SecurityRequest request(Role role, @Nullable PeerId expected, String... muxers) {
        return new SecurityRequest(ENVIRONMENT, role, expected, List.of(muxers));
    }

    /** Joins two hosts that expect no particular peer; end a of the link is the initiator. */
    public static Pair join(HandshakeLink link, SecurityProtocol initiator, SecurityProtocol responder)
            throws Exception {
        return join(link, initiator, request(Role.INITIATOR, null), responder, request(Role.RESPONDER, null));
    }

    /** Runs both sides of a handshake over a link and waits for both. */
    public static Pair join(
            HandshakeLink link,
            SecurityProtocol initiator,
            SecurityRequest initiatorRequest,
            SecurityProtocol responder,
            SecurityRequest responderRequest)
            throws Exception {
        Task<Outcome> a = start(() -> secure(initiator, link.a(), initiatorRequest));
        Task<Outcome> b = start(() -> secure(responder, link.b(), responderRequest));
        return new Pair(a.get(), b.get());
    }

    private static Outcome secure(SecurityProtocol protocol, HandshakeLink.End raw, SecurityRequest request) {
        try {
            return new Outcome(protocol.secure(raw, request), null);
        } catch (Throwable failure) {
            return new Outcome(null, failure);
        } finally {
            raw.nothingMoreToSend();
        }
    }

    /** A task on a virtual thread of its own; its result is there when the thread has ended. */
    public static final class Task<T> extends FutureTask<T> {
        private final Thread thread = Thread.ofVirtual().unstarted(this);

        private Task(Callable<T> call) {
            super(call);
        }

        @Override
        public T get() throws InterruptedException, ExecutionException {
            thread.join();
            return super.get();
        }
    }

    /** Starts a virtual thread. */
    public static <T> Task<T> start(Callable<T> call) {
        Task<T> task = new Task<>(call);
        task.thread.start();
        return task;
    }

    /** The failure of a task; fails if it succeeded. */
    public static Throwable failure(Task<?> task) throws InterruptedException {
        try {
            throw new AssertionError("succeeded with " + task.get());
        } catch (ExecutionException failed) {
            return Objects.requireNonNull(failed.getCause());
        }
    }
}
