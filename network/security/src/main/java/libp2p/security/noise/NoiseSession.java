package libp2p.security.noise;

import java.util.Arrays;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.crypto.AeadOpener;
import libp2p.crypto.AeadSealer;
import libp2p.crypto.Crypto;

/**
 * The result of a finished handshake: the proven identity of the remote, its extensions, and the two transport keys.
 * Its holder closes it, which wipes the keys; sealer and opener made before live on. One thread at a time.
 */
public final class NoiseSession implements AutoCloseable {
    private final PublicKey remoteKey;
    private final NoiseExtensions remoteExtensions;
    private final byte[] handshakeHash;
    private final byte[][] keys;
    private boolean closed;

    NoiseSession(PublicKey remoteKey, NoiseExtensions remoteExtensions, byte[] handshakeHash, byte[][] keys) {
        this.remoteKey = remoteKey;
        this.remoteExtensions = remoteExtensions;
        this.handshakeHash = handshakeHash;
        this.keys = keys;
    }

    /** The peer that the remote key stands for. */
    public PeerId remotePeer() {
        return remoteKey.peerId();
    }

    /** The identity key of the remote peer, which has proved to hold it. */
    public PublicKey remoteKey() {
        return remoteKey;
    }

    /** The extensions that the remote peer has sent. */
    public NoiseExtensions remoteExtensions() {
        return remoteExtensions;
    }

    /** A name of this session that both sides know and neither can choose (channel binding), 32 bytes. */
    public byte[] handshakeHash() {
        return handshakeHash.clone();
    }

    /** Seals the messages of this side, counting from 0. To be asked for once, since two would use nonces twice. */
    public AeadSealer sealer() {
        return Crypto.standard().chacha20Poly1305().sealer(key(0));
    }

    /** Opens the messages of the remote, counting from 0. To be asked for once. */
    public AeadOpener opener() {
        return Crypto.standard().chacha20Poly1305().opener(key(1));
    }

    private byte[] key(int index) {
        if (closed) {
            throw new IllegalStateException("the Noise session is closed");
        }
        return keys[index];
    }

    @Override
    public void close() {
        closed = true;
        for (byte[] key : keys) {
            Arrays.fill(key, (byte) 0);
        }
    }
}
