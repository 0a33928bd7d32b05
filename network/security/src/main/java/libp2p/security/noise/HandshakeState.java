package libp2p.security.noise;

import java.io.ByteArrayOutputStream;
import java.security.InvalidKeyException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.crypto.Crypto;
import libp2p.crypto.X25519;
import org.jspecify.annotations.Nullable;

/**
 * The three messages of {@code Noise_XX_25519_ChaChaPoly_SHA256} (Noise revision 34, sections 5.3 and 7.5), without
 * I/O:
 *
 * <pre>{@code
 * -> e
 * <- e, ee, s, es
 * -> s, se
 * }</pre>
 *
 * <p>One thread at a time. After an exception the state is of no use. {@link #close} wipes the secrets.
 */
final class HandshakeState implements AutoCloseable {
    static final String PROTOCOL_NAME = "Noise_XX_25519_ChaChaPoly_SHA256";

    private enum Token {
        E,
        S,
        EE,
        ES,
        SE
    }

    private static final Token[][] XX = {{Token.E}, {Token.E, Token.EE, Token.S, Token.ES}, {Token.S, Token.SE}};

    private final X25519 x25519;
    private final SymmetricState symmetric;
    private final boolean initiator;
    private final byte[] staticPrivate;
    private final byte[] staticPublic;
    private final byte[] ephemeralPrivate;
    private byte @Nullable [] remoteStatic;
    private byte @Nullable [] remoteEphemeral;
    private int step;

    /**
     * @param staticPrivate and {@code staticPublic} stay the caller's
     * @param ephemeralPrivate fresh from a secure source; wiped by {@link #close}
     */
    HandshakeState(
            Crypto crypto,
            boolean initiator,
            byte[] prologue,
            byte[] staticPrivate,
            byte[] staticPublic,
            byte[] ephemeralPrivate) {
        this.x25519 = crypto.x25519();
        this.initiator = initiator;
        this.staticPrivate = staticPrivate;
        this.staticPublic = staticPublic;
        this.ephemeralPrivate = ephemeralPrivate;
        symmetric = new SymmetricState(crypto, PROTOCOL_NAME);
        symmetric.mixHash(prologue);
    }

    boolean isFinished() {
        return step == XX.length;
    }

    /** Whether the next message is this side's. */
    boolean isMyTurn() {
        return !isFinished() && (step % 2 == 0) == initiator;
    }

    /** The number of bytes the next message has beside its payload. */
    int overhead() {
        return switch (step) {
            case 0 -> X25519.LENGTH;
            case 1 -> 2 * X25519.LENGTH + 2 * 16;
            default -> X25519.LENGTH + 2 * 16;
        };
    }

    byte[] write(byte[] payload) throws ProtocolViolationException {
        if (!isMyTurn()) {
            throw new IllegalStateException("handshake message " + (step + 1) + " is not this side's");
        }
        ByteArrayOutputStream message = new ByteArrayOutputStream(payload.length + overhead());
        for (Token token : XX[step]) {
            switch (token) {
                case E -> {
                    byte[] ephemeralPublic = x25519.publicKey(ephemeralPrivate);
                    symmetric.mixHash(ephemeralPublic);
                    message.writeBytes(ephemeralPublic);
                }
                case S -> message.writeBytes(symmetric.encryptAndHash(staticPublic));
                default -> agree(token);
            }
        }
        message.writeBytes(symmetric.encryptAndHash(payload));
        step++;
        return message.toByteArray();
    }

    /**
     * Takes a message of the remote.
     *
     * @return its payload
     * @throws ProtocolViolationException if it is too short, or not authentic
     */
    byte[] read(byte[] message) throws ProtocolViolationException {
        if (isFinished() || isMyTurn()) {
            throw new IllegalStateException("handshake message " + (step + 1) + " is not the remote's");
        }
        if (message.length < overhead()) {
            throw violation("has " + message.length + " bytes, fewer than " + overhead());
        }
        int at = 0;
        try {
            for (Token token : XX[step]) {
                switch (token) {
                    case E -> {
                        byte[] key = Arrays.copyOf(message, X25519.LENGTH);
                        remoteEphemeral = key;
                        symmetric.mixHash(key);
                        at += key.length;
                    }
                    case S -> {
                        int length = X25519.LENGTH + symmetric.overhead();
                        remoteStatic = symmetric.decryptAndHash(Arrays.copyOfRange(message, at, at + length));
                        at += length;
                    }
                    default -> agree(token);
                }
            }
            byte[] payload = symmetric.decryptAndHash(Arrays.copyOfRange(message, at, message.length));
            step++;
            return payload;
        } catch (AEADBadTagException forged) {
            throw violation("is not authentic");
        }
    }

    /** The static key of the remote, once its message was read. */
    byte[] remoteStatic() {
        byte[] key = remoteStatic;
        if (key == null) {
            throw new IllegalStateException("the remote's static key has not come yet");
        }
        return key;
    }

    /** The transport keys of a finished handshake, this side's sending key first. */
    byte[][] split() {
        if (!isFinished()) {
            throw new IllegalStateException("the handshake is not finished");
        }
        byte[][] keys = symmetric.split();
        return initiator ? keys : new byte[][] {keys[1], keys[0]};
    }

    byte[] handshakeHash() {
        return symmetric.handshakeHash();
    }

    /** The initiator's key is the first letter of {@code ES} and {@code SE}, the responder's the second. */
    private void agree(Token token) throws ProtocolViolationException {
        boolean mineStatic = token != Token.EE && (token == Token.SE) == initiator;
        boolean theirsStatic = token != Token.EE && !mineStatic;
        byte[] theirs = theirsStatic ? remoteStatic : remoteEphemeral;
        if (theirs == null) {
            throw new IllegalStateException("no remote key for " + token);
        }
        try {
            byte[] secret = x25519.agree(mineStatic ? staticPrivate : ephemeralPrivate, theirs);
            symmetric.mixKey(secret);
            Arrays.fill(secret, (byte) 0);
        } catch (InvalidKeyException smallOrder) {
            throw violation("brings a key of small order");
        }
    }

    private ProtocolViolationException violation(String what) {
        return new ProtocolViolationException(Noise.PROTOCOL, "handshake message " + (step + 1) + " " + what);
    }

    @Override
    public void close() {
        symmetric.close();
        Arrays.fill(ephemeralPrivate, (byte) 0);
    }
}
