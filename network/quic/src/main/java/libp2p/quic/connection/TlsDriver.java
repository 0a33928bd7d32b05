package libp2p.quic.connection;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import libp2p.quic.wire.TransportError;
import libp2p.quic.wire.TransportException;
import libp2p.security.tls13.Alert;
import libp2p.security.tls13.CipherSuite;
import libp2p.security.tls13.Handshake;
import libp2p.security.tls13.HandshakeOutput;
import libp2p.security.tls13.MessageAssembler;
import libp2p.security.tls13.TlsException;
import org.jspecify.annotations.Nullable;

/**
 * Between the CRYPTO streams and the handshake of TLS: puts messages together, level by level, and hands them out as
 * work, one piece at a time. Under the lock of the connection, but for what {@link HandshakeWork#run} calls.
 */
final class TlsDriver implements HandshakeOutput {
    private static final int MAX_MESSAGE = 16 << 10;
    private static final MessageAssembler[] NONE = {};
    /** Levels as they are numbered here. */
    static final int INITIAL = 0;

    static final int HANDSHAKE = 1;
    static final int APPLICATION = 2;

    /** Null when a server's is over: it hears no more messages then. */
    private @Nullable Handshake handshake;

    private MessageAssembler[] assemblers = {
        new MessageAssembler(MAX_MESSAGE), new MessageAssembler(MAX_MESSAGE), new MessageAssembler(MAX_MESSAGE)
    };
    private List<byte[]> inbox = new ArrayList<>();
    private @Nullable HandshakeOutput current;
    private int receiving = INITIAL;
    private boolean working;
    private boolean toStart = true;

    /** Makes the handshake that sends to an output. */
    @FunctionalInterface
    interface Maker {
        Handshake make(HandshakeOutput output);
    }

    TlsDriver(Maker maker) {
        handshake = maker.make(this);
    }

    Handshake handshake() {
        Handshake current = handshake;
        if (current == null) {
            throw new IllegalStateException("the handshake is over");
        }
        return current;
    }

    /** A server's handshake is complete. */
    void over() {
        handshake = null;
        assemblers = NONE; // of which nothing is asked any more
        inbox = List.of();
    }

    Handshake enter(HandshakeOutput output) {
        current = output;
        return handshake();
    }

    void leave() {
        current = null;
    }

    /** Bytes of a CRYPTO stream have come in order. */
    void receive(int level, byte[] bytes) throws TransportException {
        if (bytes.length == 0) {
            return;
        }
        if (handshake == null) {
            throw error(Alert.UNEXPECTED_MESSAGE, "handshake bytes of a client whose handshake is complete");
        }
        if (level < receiving) {
            throw error(Alert.UNEXPECTED_MESSAGE, "handshake bytes at a level that is over");
        }
        try {
            MessageAssembler assembler = assemblers[level];
            assembler.add(ByteBuffer.wrap(bytes), 0, bytes.length);
            if (level == receiving) {
                drain(assembler);
            }
        } catch (TlsException malformed) {
            throw error(malformed);
        }
    }

    private void drain(MessageAssembler assembler) {
        byte[] message;
        while ((message = assembler.poll()) != null) {
            inbox.add(message);
        }
    }

    /** Messages are expected at another level now; none may be left half at the old one. */
    void receiveAt(int level) throws TransportException {
        if (!assemblers[receiving].isEmpty()) {
            throw error(Alert.UNEXPECTED_MESSAGE, "a handshake message that goes on after its keys have ended");
        }
        receiving = level;
        drain(assemblers[level]);
    }

    boolean hasWork() {
        return !working && handshake != null && (toStart || !inbox.isEmpty());
    }

    /** The next piece of work, or null while there is none or another is being done. */
    @Nullable
    HandshakeWork work() {
        if (!hasWork()) {
            return null;
        }
        working = true;
        HandshakeWork work = new HandshakeWork(this, inbox, toStart);
        toStart = false;
        inbox = new ArrayList<>();
        return work;
    }

    void worked() {
        working = false;
    }

    static TransportException error(TlsException refused) {
        TransportException error = error(refused.alert(), String.valueOf(refused.getMessage()));
        error.initCause(refused);
        return error;
    }

    static TransportException error(Alert alert, String text) {
        return new TransportException(TransportError.CRYPTO_ERROR + alert.code(), text);
    }

    private HandshakeOutput output() {
        HandshakeOutput output = current;
        if (output == null) {
            throw new IllegalStateException("the handshake works outside of its work");
        }
        return output;
    }

    @Override
    public void send(byte[] message) {
        output().send(message);
    }

    @Override
    public void sendUnder(Level level, CipherSuite suite, byte[] secret) {
        output().sendUnder(level, suite, secret);
    }

    @Override
    public void receiveUnder(Level level, CipherSuite suite, byte[] secret) throws TlsException {
        output().receiveUnder(level, suite, secret);
    }
}
