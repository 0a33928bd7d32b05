package libp2p.kad.message;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import org.jspecify.annotations.Nullable;

/**
 * A request or its answer, which have the same form.
 *
 * @param type of the request
 * @param key for which the peers or the record are wanted; binary, empty if there is none
 * @param record to be stored, or found; else null
 * @param closerPeers that the answering peer knows to be close to the key
 * @param providerPeers the providers of the content of the key
 * @param senderRecord envelope with the signed record of the sender, not checked yet, or null; the extension of
 *     {@link KadPeer#signedRecord}
 */
public record KadMessage(
        MessageType type,
        byte[] key,
        @Nullable KadRecord record,
        List<KadPeer> closerPeers,
        List<KadPeer> providerPeers,
        byte @Nullable [] senderRecord) {
    private static final int TYPE = 1;
    private static final int KEY = 2;
    private static final int RECORD = 3;
    private static final int CLOSER_PEERS = 8;
    private static final int PROVIDER_PEERS = 9;
    private static final int SENDER_RECORD = 11;

    public KadMessage {
        closerPeers = List.copyOf(closerPeers);
        providerPeers = List.copyOf(providerPeers);
    }

    /** A message with nothing but a type and a key. */
    public static KadMessage of(MessageType type, byte[] key) {
        return new KadMessage(type, key, null, List.of(), List.of(), null);
    }

    /** A request to store a value, or to confirm that it is stored. */
    public static KadMessage putValue(KadRecord record) {
        return new KadMessage(MessageType.PUT_VALUE, record.key(), record, List.of(), List.of(), null);
    }

    /** Tells that peers provide the content of a key. */
    public static KadMessage addProvider(byte[] key, List<KadPeer> providers) {
        return new KadMessage(MessageType.ADD_PROVIDER, key, null, List.of(), providers, null);
    }

    /** This message with the closer peers. */
    public KadMessage withCloserPeers(List<KadPeer> peers) {
        return new KadMessage(type, key, record, peers, providerPeers, senderRecord);
    }

    /** This message with the providers. */
    public KadMessage withProviderPeers(List<KadPeer> peers) {
        return new KadMessage(type, key, record, closerPeers, peers, senderRecord);
    }

    /** This message with a record. */
    public KadMessage withRecord(@Nullable KadRecord value) {
        return new KadMessage(type, key, value, closerPeers, providerPeers, senderRecord);
    }

    /** This message with the signed record of its sender. */
    public KadMessage withSenderRecord(byte @Nullable [] value) {
        return new KadMessage(type, key, record, closerPeers, providerPeers, value);
    }

    /**
     * Decodes a message. Peers whose id is malformed, and those that are too long or too many, are left out, as go
     * does, since they say nothing about the others.
     *
     * @throws ProtobufException if it is malformed or exceeds another limit
     */
    public static KadMessage decode(byte[] bytes, MessageLimits limits) throws ProtobufException {
        MessageType type = MessageType.PUT_VALUE;
        byte[] key = {};
        KadRecord record = null;
        List<KadPeer> closer = new ArrayList<>();
        List<KadPeer> providers = new ArrayList<>();
        byte[] senderRecord = null;
        ProtobufReader in = ProtobufReader.of("Kademlia message", bytes, limits.bytes(), limits.fields());
        while (in.next()) {
            switch (in.field()) {
                case TYPE -> type = type(in);
                case KEY -> key = in.bytes(limits.keyBytes());
                case RECORD -> record = KadRecord.decode(in, limits);
                case CLOSER_PEERS -> decodePeer(in, closer, limits);
                case PROVIDER_PEERS -> decodePeer(in, providers, limits);
                case SENDER_RECORD -> senderRecord = in.bytes(limits.peerBytes());
                default -> in.skip();
            }
        }
        return new KadMessage(type, key, record, closer, providers, senderRecord);
    }

    private static MessageType type(ProtobufReader in) throws ProtobufException {
        int number = in.int32();
        MessageType type = MessageType.of(number);
        if (type == null) {
            throw in.error("there is no message type " + number);
        }
        return type;
    }

    private static void decodePeer(ProtobufReader in, List<KadPeer> peers, MessageLimits limits)
            throws ProtobufException {
        if (peers.size() >= limits.peers()) {
            in.skip();
            return;
        }
        KadPeer peer = KadPeer.decode(in, limits);
        if (peer != null) {
            peers.add(peer);
        }
    }

    /** The encoding, in a new array. */
    public byte[] toBytes() {
        ProtobufWriter out = new ProtobufWriter().enumeration(TYPE, type.ordinal());
        if (key.length > 0) {
            out.bytes(KEY, key);
        }
        if (record != null) {
            out.message(RECORD, record::encode);
        }
        closerPeers.forEach(peer -> out.message(CLOSER_PEERS, peer::encode));
        providerPeers.forEach(peer -> out.message(PROVIDER_PEERS, peer::encode));
        if (senderRecord != null) {
            out.bytes(SENDER_RECORD, senderRecord);
        }
        return out.toByteArray();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KadMessage message
                && type == message.type
                && Arrays.equals(key, message.key)
                && java.util.Objects.equals(record, message.record)
                && closerPeers.equals(message.closerPeers)
                && providerPeers.equals(message.providerPeers)
                && Arrays.equals(senderRecord, message.senderRecord);
    }

    @Override
    public int hashCode() {
        return 31 * type.hashCode() + Arrays.hashCode(key);
    }

    @Override
    public String toString() {
        return "KadMessage[" + type + ", " + closerPeers.size() + " closer peers, " + providerPeers.size()
                + " providers]";
    }
}
