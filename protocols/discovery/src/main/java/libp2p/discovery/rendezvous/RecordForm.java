package libp2p.discovery.rendezvous;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.record.PeerRecord;
import libp2p.core.record.RecordLimits;
import libp2p.core.record.SignedEnvelope;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.MultiformatsLimits;
import libp2p.multiformats.multiaddr.Multiaddr;

/** In which form a peer says where it is. All forms stand in the same field of a registration. */
public enum RecordForm {
    /** A signed peer record of the specification. */
    STANDARD,
    /** A signed peer record with the names of RFC 0003 instead, which rust-libp2p alone reads and writes. */
    ROUTING_STATE,
    /**
     * Id and addresses without a signature, of the first revisions of the protocol, which py-libp2p alone reads and
     * writes.
     */
    UNSIGNED;

    private static final int ID = 1;
    private static final int ADDRESS = 2;
    private static final int MOST_FIELDS = 16 + RecordLimits.RECORD_ADDRESSES;

    /** The data of a record. */
    record Content(RecordForm form, PeerId peer, List<Multiaddr> addresses) {}

    /** A record about oneself. */
    byte[] encode(Identity identity, long sequence, List<Multiaddr> addresses) {
        return switch (this) {
            case STANDARD -> PeerRecord.seal(identity, sequence, addresses).toBytes();
            case ROUTING_STATE ->
                PeerRecord.sealRoutingState(identity, sequence, addresses).toBytes();
            case UNSIGNED -> unsigned(identity.peerId(), addresses);
        };
    }

    /** The unsigned form of a peer's record. */
    static byte[] unsigned(PeerId peer, List<Multiaddr> addresses) {
        ProtobufWriter out = new ProtobufWriter().bytes(ID, peer.toBytes());
        addresses.forEach(address -> out.bytes(ADDRESS, address.toBytes()));
        return out.toByteArray();
    }

    /**
     * The unsigned form of a record in this form that {@link #decode} took: the signature is not checked again.
     *
     * @throws IOException if it is no such record
     */
    byte[] toUnsigned(byte[] taken) throws IOException {
        if (this == UNSIGNED) {
            Content content = decodeUnsigned(taken);
            return unsigned(content.peer(), content.addresses());
        }
        PeerRecord record = PeerRecord.unchecked(SignedEnvelope.fromBytes(taken));
        return unsigned(record.peerId(), record.addresses());
    }

    /**
     * Reads a record and checks its signature, if it has one.
     *
     * @throws IOException if it is none, or its signature does not hold
     */
    static Content decode(byte[] bytes) throws IOException {
        SignedEnvelope envelope;
        try {
            envelope = SignedEnvelope.fromBytes(bytes);
        } catch (IOException noEnvelope) {
            return decodeUnsigned(bytes);
        }
        PeerRecord record = PeerRecord.open(envelope);
        RecordForm form = PeerRecord.isRoutingState(envelope) ? ROUTING_STATE : STANDARD;
        return new Content(form, record.peerId(), record.addresses());
    }

    private static Content decodeUnsigned(byte[] bytes) throws IOException {
        PeerId peer = null;
        List<Multiaddr> addresses = new ArrayList<>();
        ProtobufReader in = ProtobufReader.of(
                "rendezvous peer", bytes, libp2p.core.record.RecordLimits.ENVELOPE_BYTES, MOST_FIELDS);
        try {
            while (in.next()) {
                switch (in.field()) {
                    case ID -> peer = PeerId.fromBytes(in.bytes(MultiformatsLimits.MULTIHASH_BYTES));
                    case ADDRESS -> {
                        if (addresses.size() >= RecordLimits.RECORD_ADDRESSES) {
                            throw in.error("more addresses than " + addresses.size());
                        }
                        addresses.add(Multiaddr.fromBytes(in.bytes(MultiformatsLimits.MULTIADDR_BYTES)));
                    }
                    default -> in.skip();
                }
            }
        } catch (MalformedException | ProtobufException e) {
            throw new InvalidRecordException("neither a signed peer record nor a peer: " + e.getMessage());
        }
        if (peer == null) {
            throw new InvalidRecordException("neither a signed peer record nor a peer");
        }
        List<Multiaddr> plain = new ArrayList<>();
        for (Multiaddr address : addresses) { // py-libp2p repeats its id after each
            Multiaddr rest = address.peerId() == null ? address : address.withoutPeer();
            if (!rest.isEmpty()) {
                plain.add(rest);
            }
        }
        return new Content(UNSIGNED, peer, plain);
    }
}
