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
    /**
     * 256 handshakes at once, 16 of them unvalidated, 4 datagrams held for each, 32 answers, 10 resets in a tenth of a
     * second and 4 MiB of spare buffers.
     */
    public static final EndpointLimits DEFAULT = new EndpointLimits(256, 16, 4, 32, 10, 4 << 20);

    /** The same with another number of handshakes at once. */
    public EndpointLimits withHandshakes(int value) {
        return new EndpointLimits(value, unvalidated, held, answers, resets, spareMemory);
    }

    /** The same with another number of answers that wait. */
    public EndpointLimits withAnswers(int value) {
        return new EndpointLimits(handshakes, unvalidated, held, value, resets, spareMemory);
    }

    /** The same with another number of handshakes at once whose client has not proved its address. */
    public EndpointLimits withUnvalidated(int value) {
        return new EndpointLimits(handshakes, value, held, answers, resets, spareMemory);
    }
}
