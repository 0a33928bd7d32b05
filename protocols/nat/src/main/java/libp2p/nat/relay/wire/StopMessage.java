package libp2p.nat.relay.wire;

import java.io.IOException;
import libp2p.core.connection.ConnectionLimits;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import org.jspecify.annotations.Nullable;

/**
 * The messages between a relay and the target of a circuit.
 *
 * @param peer who wants to connect
 * @param limit of the circuit; null if there is none
 * @param status number of a {@link libp2p.nat.relay.RelayStatus}, known or not; 0 where there is none
 */
public record StopMessage(
        Type type, @Nullable PeerId peer, @Nullable ConnectionLimits limit, int status) {
    /** Bytes of a message. */
    public static final int MAX_BYTES = 4096;

    private static final int MAX_FIELDS = 128;
    private static final int TYPE = 1;
    private static final int PEER = 2;
    private static final int LIMIT = 3;
    private static final int STATUS = 4;

    /** Kinds of messages; their numbers are the ordinals. */
    public enum Type {
        CONNECT,
        STATUS
    }

    public static StopMessage connect(PeerId source, @Nullable ConnectionLimits limit) {
        return new StopMessage(Type.CONNECT, source, limit, 0);
    }

    public static StopMessage status(int status) {
        return new StopMessage(Type.STATUS, null, null, status);
    }

    /** The encoding, without its length. */
    public byte[] toBytes() {
        ProtobufWriter out = new ProtobufWriter().enumeration(TYPE, type.ordinal());
        if (peer != null) {
            out.message(PEER, inner -> RelayPeer.write(inner, peer));
        }
        if (limit != null) {
            out.message(LIMIT, inner -> RelayLimit.write(inner, limit));
        }
        if (type == Type.STATUS) {
            out.enumeration(STATUS, status);
        }
        return out.toByteArray();
    }

    /** @throws ProtobufException if the bytes are no such message, or it exceeds a limit */
    public static StopMessage fromBytes(byte[] bytes) throws IOException {
        ProtobufReader in = ProtobufReader.of("StopMessage", bytes, MAX_BYTES, MAX_FIELDS);
        Type type = null;
        PeerId peer = null;
        ConnectionLimits limit = null;
        int status = 0;
        while (in.next()) {
            switch (in.field()) {
                case TYPE -> type = type(in);
                case PEER -> peer = RelayPeer.read(in.message("Peer"));
                case LIMIT -> limit = RelayLimit.read(in.message("Limit"));
                case STATUS -> status = in.int32();
                default -> in.skip();
            }
        }
        if (type == null) {
            throw in.error("no type");
        }
        return new StopMessage(type, peer, limit, status);
    }

    private static Type type(ProtobufReader in) throws ProtobufException {
        int number = in.int32();
        if (number < 0 || number >= Type.values().length) {
            throw in.error("unknown type " + number);
        }
        return Type.values()[number];
    }
}
