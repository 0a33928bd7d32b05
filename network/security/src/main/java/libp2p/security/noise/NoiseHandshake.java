package libp2p.security.noise;

import java.io.IOException;
import libp2p.core.connection.PeerMismatchException;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.environment.Environment;
import libp2p.core.identity.MalformedKeyException;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.crypto.Crypto;
import libp2p.security.SecurityLimits;
import org.jspecify.annotations.Nullable;

/**
 * The libp2p handshake over Noise XX, without I/O and without the records that may follow it: messages go in and come
 * out as arrays, and {@link #finish} tells who the remote is. TCP and the like run it through {@link Noise};
 * WebTransport and WebRTC run it through {@link HandshakeStream} and use nothing but the identity.
 *
 * <p>The initiator verifies the responder before it tells who it is. The first message must not carry a payload.
 *
 * <p>One thread at a time; nothing blocks. After an exception the handshake is of no use. {@link #close} wipes the
 * secrets, also after {@code finish}.
 */
public final class NoiseHandshake implements AutoCloseable {
    private static final byte[] NO_PAYLOAD = new byte[0];
    private static final int LAST_STEP = 2;

    private final NoiseKeys keys;
    private final Settings settings;
    private final SecurityLimits limits;
    private final HandshakeState state;
    private int step;
    private @Nullable PublicKey remoteKey;
    private NoiseExtensions remoteExtensions = NoiseExtensions.NONE;

    /**
     * The choices of the two sides of a handshake.
     *
     * @param role initiator or responder, which is not always who dialed
     * @param expectedPeer the identity that the remote must prove, or null for any
     * @param prologue bytes that both sides must know, empty for none; WebRTC puts the certificate hashes here
     * @param extensions what to tell the remote
     * @param verifier judges what the remote tells
     */
    public record Settings(
            Role role,
            @Nullable PeerId expectedPeer,
            byte[] prologue,
            NoiseExtensions extensions,
            ExtensionVerifier verifier) {
        /** Without prologue, extensions and verifier. */
        public static Settings of(Role role, @Nullable PeerId expectedPeer) {
            return new Settings(role, expectedPeer, NO_PAYLOAD, NoiseExtensions.NONE, ExtensionVerifier.ANY);
        }

        /** The same with another prologue. */
        public Settings withPrologue(byte[] other) {
            return new Settings(role, expectedPeer, other.clone(), extensions, verifier);
        }

        /** The same with other extensions. */
        public Settings withExtensions(NoiseExtensions other) {
            return new Settings(role, expectedPeer, prologue, other, verifier);
        }

        /** The same with another verifier. */
        public Settings withVerifier(ExtensionVerifier other) {
            return new Settings(role, expectedPeer, prologue, extensions, other);
        }
    }

    /** @param environment randomness for the ephemeral key */
    public NoiseHandshake(NoiseKeys keys, Settings settings, SecurityLimits limits, Environment environment) {
        this(keys, settings, limits, Crypto.standard().x25519().generatePrivateKey(environment::secureRandom));
    }

    NoiseHandshake(NoiseKeys keys, Settings settings, SecurityLimits limits, byte[] ephemeralPrivate) {
        this.keys = keys;
        this.settings = settings;
        this.limits = limits;
        state = new HandshakeState(
                Crypto.standard(),
                settings.role() == Role.INITIATOR,
                settings.prologue(),
                keys.staticPrivate(),
                keys.staticPublic(),
                ephemeralPrivate);
    }

    /** Whether {@link #write} comes next. */
    public boolean isMyTurn() {
        return state.isMyTurn();
    }

    /** Whether all three messages have passed. */
    public boolean isFinished() {
        return state.isFinished();
    }

    /** The longest message that {@link #read} takes next, in bytes. */
    public int maxMessage() {
        return state.overhead() + (step == 0 ? 0 : limits.noisePayloadBytes());
    }

    /** The next message of this side, at most 65,535 bytes. */
    public byte[] write() throws IOException {
        byte[] message = state.write(step == 0 ? NO_PAYLOAD : keys.payload(settings.extensions()));
        step++;
        return message;
    }

    /**
     * Takes the next message of the remote.
     *
     * @throws ProtocolViolationException if it is malformed, too long, not authentic, or signed by another key
     * @throws PeerMismatchException if it proves another identity than the expected one
     * @throws IOException of the verifier
     */
    public void read(byte[] message) throws IOException {
        if (message.length > maxMessage()) {
            throw new ProtocolViolationException(
                    Noise.PROTOCOL,
                    "handshake message " + (step + 1) + " has " + message.length + " bytes, more than the limit of "
                            + maxMessage());
        }
        byte[] payload = state.read(message);
        if (step++ > 0) {
            identify(HandshakePayload.decode(payload, limits));
        }
    }

    private void identify(HandshakePayload payload) throws IOException {
        PublicKey key;
        try {
            key = PublicKey.fromProtobuf(
                    payload.identityKey(), NoiseKeys.signedBytes(state.remoteStatic()), payload.signature());
        } catch (MalformedKeyException malformed) {
            throw new ProtocolViolationException(Noise.PROTOCOL, "identity key: " + malformed.getMessage());
        }
        if (key == null) {
            throw new ProtocolViolationException(Noise.PROTOCOL, "the identity key did not sign the static key");
        }
        PeerId expected = settings.expectedPeer();
        if (expected != null && !expected.equals(key.peerId())) {
            throw new PeerMismatchException(expected, key.peerId());
        }
        settings.verifier().verify(payload.extensions());
        remoteKey = key;
        remoteExtensions = payload.extensions();
    }

    /**
     * The outcome; the caller closes it.
     *
     * @throws IllegalStateException if the handshake is not finished
     */
    public NoiseSession finish() {
        PublicKey key = remoteKey;
        if (key == null || step != LAST_STEP + 1) {
            throw new IllegalStateException("the handshake is not finished");
        }
        return new NoiseSession(key, remoteExtensions, state.handshakeHash(), state.split());
    }

    @Override
    public void close() {
        state.close();
    }
}
