package libp2p.security.noise;

import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.identity.IdentityLimits;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.security.SecurityLimits;

/**
 * The message {@code NoiseHandshakePayload}.
 *
 * @param identityKey a public key message, not yet decoded
 * @param signature over the sender's static Noise key
 */
record HandshakePayload(byte[] identityKey, byte[] signature, NoiseExtensions extensions) {
    private static final int OTHER_FIELDS = 64;

    byte[] encode() {
        ProtobufWriter out = new ProtobufWriter().bytes(1, identityKey).bytes(2, signature);
        if (!extensions.isEmpty()) {
            out.message(4, inner -> {
                extensions.certhashes().forEach(certhash -> inner.bytes(1, certhash));
                extensions.streamMuxers().forEach(muxer -> inner.string(2, muxer));
            });
        }
        return out.toByteArray();
    }

    static HandshakePayload decode(byte[] bytes, SecurityLimits limits) throws ProtocolViolationException {
        byte[] identityKey = null;
        byte[] signature = null;
        List<byte[]> certhashes = new ArrayList<>();
        List<String> muxers = new ArrayList<>();
        try {
            ProtobufReader in = ProtobufReader.of(
                    "NoiseHandshakePayload",
                    bytes,
                    limits.noisePayloadBytes(),
                    limits.extensionMuxers() + limits.extensionCerthashes() + OTHER_FIELDS);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> identityKey = in.bytes(IdentityLimits.PUBLIC_KEY_BYTES);
                    case 2 -> signature = in.bytes(IdentityLimits.SIGNATURE_BYTES);
                    case 4 -> decodeExtensions(in.message("NoiseExtensions"), certhashes, muxers, limits);
                    default -> in.skip();
                }
            }
        } catch (ProtobufException malformed) {
            throw new ProtocolViolationException(Noise.PROTOCOL, String.valueOf(malformed.getMessage()));
        }
        if (identityKey == null || signature == null) {
            throw new ProtocolViolationException(
                    Noise.PROTOCOL,
                    "handshake payload without " + (identityKey == null ? "identity_key" : "identity_sig"));
        }
        return new HandshakePayload(identityKey, signature, new NoiseExtensions(certhashes, muxers));
    }

    private static void decodeExtensions(
            ProtobufReader in, List<byte[]> certhashes, List<String> muxers, SecurityLimits limits)
            throws ProtobufException {
        while (in.next()) {
            switch (in.field()) {
                case 1 -> {
                    if (certhashes.size() == limits.extensionCerthashes()) {
                        throw in.error("more certificate hashes than the limit of " + limits.extensionCerthashes());
                    }
                    certhashes.add(in.bytes(limits.certhashBytes()));
                }
                case 2 -> {
                    if (muxers.size() == limits.extensionMuxers()) {
                        throw in.error("more stream muxers than the limit of " + limits.extensionMuxers());
                    }
                    muxers.add(in.string(limits.protocolNameBytes()));
                }
                default -> in.skip();
            }
        }
    }
}
