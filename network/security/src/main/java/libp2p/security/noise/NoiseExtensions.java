package libp2p.security.noise;

import java.util.List;

/**
 * The extensions that travel beside the identity in a Noise handshake (libp2p specification, noise, "Noise
 * Extensions"). Any dialer sees those of the responder, which are sent before the initiator has proved anything.
 *
 * @param certhashes multihashes of certificates, for WebTransport; the arrays must not be changed
 * @param streamMuxers protocol ids of stream muxers, best first; empty if early negotiation is not wanted
 */
public record NoiseExtensions(List<byte[]> certhashes, List<String> streamMuxers) {
    /** Nothing. */
    public static final NoiseExtensions NONE = new NoiseExtensions(List.of(), List.of());

    public NoiseExtensions {
        certhashes = List.copyOf(certhashes);
        streamMuxers = List.copyOf(streamMuxers);
    }

    /** Only stream muxers. */
    public static NoiseExtensions ofMuxers(List<String> streamMuxers) {
        return new NoiseExtensions(List.of(), streamMuxers);
    }

    /** Only certificate hashes. */
    public static NoiseExtensions ofCerthashes(List<byte[]> certhashes) {
        return new NoiseExtensions(certhashes, List.of());
    }

    boolean isEmpty() {
        return certhashes.isEmpty() && streamMuxers.isEmpty();
    }
}
