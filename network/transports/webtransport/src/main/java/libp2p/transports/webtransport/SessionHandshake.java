package libp2p.transports.webtransport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.multiformats.Multihash;
import libp2p.security.SecurityLimits;
import libp2p.security.noise.HandshakeStream;
import libp2p.security.noise.NoiseExtensions;
import libp2p.security.noise.NoiseHandshake;
import libp2p.security.noise.NoiseKeys;
import libp2p.security.noise.NoiseSession;
import org.jspecify.annotations.Nullable;

/**
 * The proof of both identities on the first stream of a session (libp2p specification, webtransport, "Security
 * Handshake"). The certificate is bound to the identity of the server by its hash, which Noise carries; its keys are not
 * used. Thread-safe.
 */
final class SessionHandshake {
    private final NoiseKeys keys;
    private final Environment environment;

    /** @param keys of the host's identity */
    SessionHandshake(NoiseKeys keys, Environment environment) {
        this.keys = keys;
        this.environment = environment;
    }

    /**
     * The side that has opened the session and the stream; blocks.
     *
     * @param dialed hashes of which the certificate had one, and of which the server must know all
     * @return the key that the server has proved
     */
    PublicKey client(MuxedStream stream, @Nullable PeerId expected, List<Multihash> dialed) throws IOException {
        NoiseHandshake.Settings settings = NoiseHandshake.Settings.of(Role.INITIATOR, expected)
                .withVerifier(extensions -> {
                    List<byte[]> told = extensions.certhashes();
                    for (Multihash hash : dialed) {
                        if (told.stream().noneMatch(bytes -> Arrays.equals(bytes, hash.toBytes()))) {
                            throw new ProtocolViolationException(
                                    "webtransport",
                                    "the remote peer does not know the certificate hash " + hash + " of its address");
                        }
                    }
                });
        PublicKey key = run(stream, settings);
        stream.close();
        return key;
    }

    /**
     * The side that was asked for the session; blocks.
     *
     * @param shown hashes of this side's certificates, past, present and future
     * @return the key that the client has proved
     */
    PublicKey server(MuxedStream stream, List<Multihash> shown) throws IOException {
        List<byte[]> hashes = shown.stream().map(Multihash::toBytes).toList();
        PublicKey key = run(
                stream,
                NoiseHandshake.Settings.of(Role.RESPONDER, null).withExtensions(NoiseExtensions.ofCerthashes(hashes)));
        try {
            stream.closeWrite();
        } catch (IOException stopped) {
            // the client, which has all that it wants, was quicker
        }
        awaitEnd(stream);
        return key;
    }

    private PublicKey run(MuxedStream stream, NoiseHandshake.Settings settings) throws IOException {
        HandshakeStream bytes = new HandshakeStream() {
            @Override
            public int read(ByteBuffer target) throws IOException {
                return stream.read(target);
            }

            @Override
            public void write(ByteBuffer source) throws IOException {
                stream.write(source);
            }
        };
        NoiseHandshake handshake = new NoiseHandshake(keys, settings, SecurityLimits.DEFAULT, environment);
        try (NoiseSession session = bytes.run(handshake)) {
            return session.remoteKey();
        }
    }

    /**
     * Lets the client end its side in its own time: a browser takes STOP_SENDING for a failure of the handshake.
     */
    private static void awaitEnd(MuxedStream stream) {
        try {
            if (stream.onReadable(() -> awaitEnd(stream)) && stream.read(ByteBuffer.allocate(1)) >= 0) {
                stream.reset(ErrorCode.STREAM_PROTOCOL_VIOLATION);
            }
        } catch (IOException over) {
            // the stream has ended in another way
        }
    }
}
