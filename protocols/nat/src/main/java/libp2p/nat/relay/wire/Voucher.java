package libp2p.nat.relay.wire;

import java.io.IOException;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.record.SignedEnvelope;

/**
 * The signed promise of a relay to serve a peer until some time (libp2p specification, circuit-v2, "Reservation
 * Vouchers").
 *
 * @param expiration seconds since 1970
 */
public record Voucher(PeerId relay, PeerId peer, long expiration) {
    private static final String DOMAIN = "libp2p-relay-rsvp";
    private static final byte[] PAYLOAD_TYPE = {0x03, 0x02};
    private static final int RELAY = 1;
    private static final int PEER = 2;
    private static final int EXPIRATION = 3;
    private static final int MAX_BYTES = 512;
    private static final int MAX_FIELDS = 16;

    /** Signs the voucher with the key of the relay. */
    public byte[] seal(Identity identity) {
        byte[] payload = new ProtobufWriter()
                .bytes(RELAY, relay.toBytes())
                .bytes(PEER, peer.toBytes())
                .uint64(EXPIRATION, expiration)
                .toByteArray();
        return SignedEnvelope.seal(identity, DOMAIN, PAYLOAD_TYPE, payload).toBytes();
    }

    /**
     * Reads a voucher and checks its signature.
     *
     * @throws InvalidRecordException if the signature does not hold or is not that of the relay in the voucher
     * @throws IOException if the bytes are malformed
     */
    public static Voucher fromBytes(byte[] bytes) throws IOException {
        SignedEnvelope envelope = SignedEnvelope.fromBytes(bytes);
        Voucher voucher = fromPayload(envelope.open(DOMAIN, PAYLOAD_TYPE));
        if (!voucher.relay.equals(envelope.signer().peerId())) {
            throw new InvalidRecordException("a voucher of relay " + voucher.relay + ", signed by "
                    + envelope.signer().peerId());
        }
        return voucher;
    }

    private static Voucher fromPayload(byte[] payload) throws IOException {
        ProtobufReader in = ProtobufReader.of("Voucher", payload, MAX_BYTES, MAX_FIELDS);
        byte[] relay = {};
        byte[] peer = {};
        long expiration = 0;
        while (in.next()) {
            switch (in.field()) {
                case RELAY -> relay = in.bytes(MAX_BYTES);
                case PEER -> peer = in.bytes(MAX_BYTES);
                case EXPIRATION -> expiration = Math.max(0, in.uint64());
                default -> in.skip();
            }
        }
        return new Voucher(RelayPeer.peerId(in, relay), RelayPeer.peerId(in, peer), expiration);
    }
}
