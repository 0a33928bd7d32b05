package libp2p.quic.connection;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.security.tls13.CipherSuite;
import libp2p.security.tls13.Handshake;
import libp2p.security.tls13.HandshakeOutput;
import libp2p.security.tls13.TlsException;
import org.jspecify.annotations.Nullable;

/**
 * Computations of a handshake that take long: signatures, key agreement, certificates. They are run on some thread,
 * without the lock of the connection, and then handed back to {@link Connection#worked}.
 */
public final class HandshakeWork implements HandshakeOutput {
    /** The results, in order. */
    sealed interface Outcome permits Message, Keys {}

    record Message(byte[] bytes) implements Outcome {}

    record Keys(Level level, boolean sending, CipherSuite suite, byte[] secret) implements Outcome {}

    /** Runs the handshake's part of it. */
    @FunctionalInterface
    interface Step {
        void run(Handshake handshake) throws IOException;
    }

    private final TlsDriver driver;
    private final List<byte[]> messages;
    private final boolean starts;
    private final List<Outcome> outcomes = new ArrayList<>();
    private @Nullable IOException failure;

    HandshakeWork(TlsDriver driver, List<byte[]> messages, boolean starts) {
        this.driver = driver;
        this.messages = messages;
        this.starts = starts;
    }

    /** Does it; about a millisecond of computing. */
    public void run() {
        Handshake handshake = driver.enter(this);
        try {
            if (starts) {
                handshake.start();
            }
            for (byte[] message : messages) {
                handshake.receive(message);
            }
        } catch (IOException refused) {
            failure = refused;
        } finally {
            driver.leave();
        }
    }

    List<Outcome> outcomes() {
        return outcomes;
    }

    @Nullable
    IOException failure() {
        return failure;
    }

    @Override
    public void send(byte[] message) {
        outcomes.add(new Message(message));
    }

    @Override
    public void sendUnder(Level level, CipherSuite suite, byte[] secret) {
        outcomes.add(new Keys(level, true, suite, secret));
    }

    @Override
    public void receiveUnder(Level level, CipherSuite suite, byte[] secret) throws TlsException {
        outcomes.add(new Keys(level, false, suite, secret));
    }
}
