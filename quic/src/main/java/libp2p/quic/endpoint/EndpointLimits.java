package libp2p.quic.endpoint;

/**
 * Bounds of an endpoint.
 *
 * @param handshakes incoming handshakes at once; further ones are dropped
 * @param unvalidated of these without a proof that the address is the sender's; further ones are asked for it (Retry)
 * @param held datagrams that wait with one admission
 * @param answers answers without a connection that wait to be sent; while there are as many, packets of strangers are
 *     dropped before anything is computed for them
 * @param resets stateless resets in a tenth of a second
 * @param spareMemory bytes of buffers that wait for the next stream
 */
public record EndpointLimits(int handshakes, int unvalidated, int held, int answers, int resets, int spareMemory) {
    public static final EndpointLimits DEFAULT = new EndpointLimits(256, 16, 4, 32, 10, 4 << 20);

    public EndpointLimits withHandshakes(int value) {
        return new EndpointLimits(value, unvalidated, held, answers, resets, spareMemory);
    }

    public EndpointLimits withAnswers(int value) {
        return new EndpointLimits(handshakes, unvalidated, held, value, resets, spareMemory);
    }

    public EndpointLimits withUnvalidated(int value) {
        return new EndpointLimits(handshakes, value, held, answers, resets, spareMemory);
    }
}
