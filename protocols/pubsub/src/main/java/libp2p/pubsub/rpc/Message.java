package libp2p.pubsub.rpc;

import java.util.Arrays;
import libp2p.core.protobuf.ProtobufWriter;
import org.jspecify.annotations.Nullable;

/**
 * A published message as it travels; nothing in it is proved by having one. Immutable; the arrays are shared and must
 * not be changed. It keeps no encoding, since many messages are kept and few of them are sent again.
 */
public final class Message {
    static final int FROM = 1;
    static final int DATA = 2;
    static final int SEQUENCE = 3;
    static final int TOPIC = 4;
    static final int SIGNATURE = 5;
    static final int KEY = 6;

    private static final byte[] EMPTY = {};

    private final byte @Nullable [] from;
    private final byte[] data;
    private final byte @Nullable [] sequence;
    private final String topic;
    private final byte @Nullable [] signature;
    private final byte @Nullable [] key;
    private final boolean hasData;
    private final boolean isOdd;

    /**
     * @param from id of the author, or null
     * @param data the published bytes
     * @param sequence number of the message, big endian, or null
     * @param signature of the author, or null
     * @param key public key message of the author, if its id does not hold it
     */
    public Message(
            byte @Nullable [] from,
            byte[] data,
            byte @Nullable [] sequence,
            String topic,
            byte @Nullable [] signature,
            byte @Nullable [] key) {
        this(from, data, sequence, topic, signature, key, false);
    }

    /**
     * A message as it has come.
     *
     * @param data null where the field is not there, which a signature tells from empty data
     * @param isOdd whether there are fields or values that are not known here
     */
    Message(
            byte @Nullable [] from,
            byte @Nullable [] data,
            byte @Nullable [] sequence,
            String topic,
            byte @Nullable [] signature,
            byte @Nullable [] key,
            boolean isOdd) {
        this.from = from;
        this.hasData = data != null;
        this.isOdd = isOdd;
        this.data = data == null ? EMPTY : data;
        this.sequence = sequence;
        this.topic = topic;
        this.signature = signature;
        this.key = key;
    }

    /** A message without author, number and signature. */
    public static Message anonymous(String topic, byte[] data) {
        return new Message(null, data, null, topic, null, null);
    }

    /** Bytes of the author's peer id, or null where it is not told; not copied. */
    public byte @Nullable [] from() {
        return from;
    }

    /** The content; not copied. */
    public byte[] data() {
        return data;
    }

    /** The author's sequence number, or null where there is none; not copied. */
    public byte @Nullable [] sequence() {
        return sequence;
    }

    /** The topic on which it was published. */
    public String topic() {
        return topic;
    }

    /** The author's signature, or null; not copied. */
    public byte @Nullable [] signature() {
        return signature;
    }

    /** The author's public key where the peer id does not hold it, or null; not copied. */
    public byte @Nullable [] key() {
        return key;
    }

    /**
     * Whether it came with fields or values that are not known here. Signatures of go-libp2p cover them, so that nothing
     * can be said of this one, and peers that relay it may have checked it.
     */
    public boolean isOdd() {
        return isOdd;
    }

    /** This message with a signature. */
    public Message signed(byte[] by, byte @Nullable [] withKey) {
        return new Message(from, hasData ? data : null, sequence, topic, by, withKey, isOdd);
    }

    /** The signed bytes: the encoding without signature and key, after a prefix. */
    public byte[] unsignedBytes(byte[] prefix) {
        return ProtobufWriter.encode(prefix, out -> write(out, false));
    }

    private void write(ProtobufWriter out, boolean all) {
        if (from != null) {
            out.bytes(FROM, from);
        }
        if (hasData) {
            out.bytes(DATA, data);
        }
        if (sequence != null) {
            out.bytes(SEQUENCE, sequence);
        }
        out.string(TOPIC, topic);
        if (all && signature != null) {
            out.bytes(SIGNATURE, signature);
        }
        if (all && key != null) {
            out.bytes(KEY, key);
        }
    }

    void writeTo(ProtobufWriter out) {
        write(out, true);
    }

    /** About how many bytes the message takes, here and on the wire. */
    public int size() {
        return data.length
                + topic.length()
                + length(from)
                + length(sequence)
                + length(signature)
                + length(key)
                + 32; // tags and lengths
    }

    private static int length(byte @Nullable [] part) {
        return part == null ? 0 : part.length;
    }

    /** Whether the other message has the same parts, signature and key included. */
    public boolean sameAs(Message other) {
        return Arrays.equals(data, other.data)
                && hasData == other.hasData
                && isOdd == other.isOdd
                && topic.equals(other.topic)
                && Arrays.equals(or(from), or(other.from))
                && Arrays.equals(or(sequence), or(other.sequence))
                && Arrays.equals(or(signature), or(other.signature))
                && Arrays.equals(or(key), or(other.key));
    }

    private static byte[] or(byte @Nullable [] part) {
        return part == null ? EMPTY : part;
    }
}
