package libp2p.core.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.MultiformatsLimits;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * Addresses at which a peer says that it can be reached (RFC 0003). Written in the form that go and js use; read also
 * in the form in which the RFC stands, which rust sends.
 *
 * @param peerId whose addresses they are
 * @param sequence an unsigned number that grows with every new record of a peer
 * @param addresses without {@code /p2p}
 */
public record PeerRecord(PeerId peerId, long sequence, List<Multiaddr> addresses) {
    private static final String DOMAIN = "libp2p-peer-record";
    private static final byte[] PAYLOAD_TYPE = {0x03, 0x01};
    private static final String RFC_DOMAIN = "libp2p-routing-state";
    private static final byte[] RFC_PAYLOAD_TYPE = "/libp2p/routing-state-record".getBytes(StandardCharsets.UTF_8);

    private static final int PEER_ID = 1;
    private static final int SEQUENCE = 2;
    private static final int ADDRESSES = 3;
    private static final int MULTIADDR = 1;

    /** @throws IllegalArgumentException if there are more than {@link RecordLimits#RECORD_ADDRESSES} addresses */
    public PeerRecord {
        if (addresses.size() > RecordLimits.RECORD_ADDRESSES) {
            throw new IllegalArgumentException("peer record: " + addresses.size()
                    + " addresses, more than the limit of " + RecordLimits.RECORD_ADDRESSES);
        }
        addresses = List.copyOf(addresses);
    }

    /**
     * Signs a record about oneself.
     *
     * @throws IllegalArgumentException if it would exceed a limit
     */
    public static SignedEnvelope seal(Identity identity, long sequence, List<Multiaddr> addresses) {
        PeerRecord record = new PeerRecord(identity.peerId(), sequence, addresses);
        return SignedEnvelope.seal(identity, DOMAIN, PAYLOAD_TYPE, record.toBytes());
    }

    /**
     * As {@link #seal}, in the form in which the RFC stands: for the protocols in which rust-libp2p reads no other.
     *
     * @throws IllegalArgumentException if it would exceed a limit
     */
    public static SignedEnvelope sealRoutingState(Identity identity, long sequence, List<Multiaddr> addresses) {
        PeerRecord record = new PeerRecord(identity.peerId(), sequence, addresses);
        return SignedEnvelope.seal(identity, RFC_DOMAIN, RFC_PAYLOAD_TYPE, record.toBytes());
    }

    /** Whether an envelope says that it holds a record in the form in which the RFC stands. */
    public static boolean isRoutingState(SignedEnvelope envelope) {
        return Arrays.equals(envelope.payloadType(), RFC_PAYLOAD_TYPE);
    }

    /**
     * Checks an envelope and reads the record in it. Addresses with protocols that are not known here are left out.
     *
     * @throws InvalidRecordException if it holds something else, the signature does not hold, or the record is about
     *     another peer than the signer
     * @throws ProtobufException if the record is malformed or exceeds a limit
     */
    public static PeerRecord open(SignedEnvelope envelope) throws IOException {
        boolean rfc = isRoutingState(envelope);
        byte[] payload = rfc ? envelope.open(RFC_DOMAIN, RFC_PAYLOAD_TYPE) : envelope.open(DOMAIN, PAYLOAD_TYPE);
        PeerRecord record = fromBytes(payload);
        PeerId signer = envelope.signer().peerId();
        if (!record.peerId.equals(signer)) {
            throw new InvalidRecordException("peer record: about " + record.peerId + ", but signed by " + signer);
        }
        return record;
    }

    /**
     * Reads the record in an envelope without checking anything: nothing in it may be believed. For deciding whether a
     * check is worth its cost.
     *
     * @throws ProtobufException if the record is malformed or exceeds a limit
     */
    public static PeerRecord unchecked(SignedEnvelope envelope) throws ProtobufException {
        return fromBytes(envelope.uncheckedPayload());
    }

    private static PeerRecord fromBytes(byte[] bytes) throws ProtobufException {
        PeerId peerId = null;
        long sequence = 0;
        int count = 0;
        List<Multiaddr> addresses = new ArrayList<>();
        ProtobufReader in =
                ProtobufReader.of("peer record", bytes, RecordLimits.ENVELOPE_BYTES, RecordLimits.RECORD_FIELDS);
        while (in.next()) {
            switch (in.field()) {
                case PEER_ID -> peerId = readPeerId(in);
                case SEQUENCE -> sequence = in.uint64();
                case ADDRESSES -> {
                    if (++count > RecordLimits.RECORD_ADDRESSES) {
                        throw in.error("more addresses than the limit of " + RecordLimits.RECORD_ADDRESSES);
                    }
                    Multiaddr address = readAddress(in.message("peer record address"));
                    if (address != null) {
                        addresses.add(address);
                    }
                }
                default -> in.skip();
            }
        }
        if (peerId == null) {
            throw in.error("no peer id");
        }
        return new PeerRecord(peerId, sequence, addresses);
    }

    private static PeerId readPeerId(ProtobufReader in) throws ProtobufException {
        byte[] bytes = in.bytes(MultiformatsLimits.MULTIHASH_BYTES);
        try {
            return PeerId.fromBytes(bytes);
        } catch (MalformedException malformed) {
            throw in.error(String.valueOf(malformed.getMessage()));
        }
    }

    private static @Nullable Multiaddr readAddress(ProtobufReader in) throws ProtobufException {
        byte[] bytes = null;
        while (in.next()) {
            if (in.field() == MULTIADDR) {
                bytes = in.bytes(RecordLimits.ENVELOPE_BYTES);
            } else {
                in.skip();
            }
        }
        if (bytes == null || bytes.length > MultiformatsLimits.MULTIADDR_BYTES) {
            return null;
        }
        try {
            return Multiaddr.fromBytes(bytes);
        } catch (MalformedException unknown) {
            return null;
        }
    }

    private byte[] toBytes() {
        ProtobufWriter out = new ProtobufWriter().bytes(PEER_ID, peerId.toBytes());
        if (sequence != 0) {
            out.uint64(SEQUENCE, sequence);
        }
        for (Multiaddr address : addresses) {
            out.message(ADDRESSES, info -> info.bytes(MULTIADDR, address.toBytes()));
        }
        return out.toByteArray();
    }

    /** Whether this record replaces the other one of the same peer. */
    public boolean isNewerThan(PeerRecord other) {
        return Long.compareUnsigned(sequence, other.sequence) > 0;
    }
}
