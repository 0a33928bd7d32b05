package libp2p.pubsub.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multibase;
import libp2p.multiformats.Multihash;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import org.jspecify.annotations.Nullable;

/**
 * The message ids that others use by default. Where messages are anonymous, take {@link #CONTENT} or an own function.
 */
public final class MessageIds {
    /** The specification's and go-libp2p's: the bytes of the author and of the sequence number. */
    public static final MessageIdFunction GO =
            message -> MessageId.of(join(or(message.from()), or(message.sequence())));

    /** rust-libp2p's: the author in base 58 and the sequence number in decimal, as text. */
    public static final MessageIdFunction RUST = MessageIds::rust;

    /** js-libp2p's for signed messages: the public key message of the author and the sequence number. */
    public static final MessageIdFunction JS =
            message -> MessageId.of(join(authorKey(message), or(message.sequence())));

    /** SHA2-256 of the data: js-libp2p's for anonymous messages. */
    public static final MessageIdFunction CONTENT =
            message -> MessageId.of(Multihash.sha256(message.data()).digest());

    private static final int ETHEREUM_BYTES = 20;
    private static final byte[] VALID_SNAPPY = {1, 0, 0, 0};
    private static final byte[] INVALID_SNAPPY = {0, 0, 0, 0};

    private MessageIds() {}

    /**
     * The function of the Ethereum consensus specification (Altair and later): the first 20 bytes of SHA2-256 of a
     * domain, the topic with its length, and the data uncompressed by Snappy, or as it is where it cannot be
     * uncompressed.
     *
     * @param maxUncompressed bytes that data may have when uncompressed; 10 MiB in the specification
     */
    public static MessageIdFunction ethereum(int maxUncompressed) {
        return message -> {
            byte[] topic = message.topic().getBytes(StandardCharsets.UTF_8);
            byte[] length = new byte[8];
            for (int i = 0; i < length.length; i++) {
                length[i] = (byte) ((long) topic.length >>> 8 * i);
            }
            byte[] data = Snappy.uncompress(message.data(), maxUncompressed);
            byte[] input = data == null
                    ? join(INVALID_SNAPPY, length, topic, message.data())
                    : join(VALID_SNAPPY, length, topic, data);
            return MessageId.of(Arrays.copyOf(Multihash.sha256(input).digest(), ETHEREUM_BYTES));
        };
    }

    private static MessageId rust(Message message) {
        byte[] from = message.from();
        byte[] sequence = or(message.sequence());
        long number = 0;
        for (byte b : sequence) {
            number = number << 8 | b & 0xff;
        }
        // An author and a number that are missing count as the id of a peer of zeros and as 0.
        String author = Multibase.BASE58BTC.encodeBare(from == null ? new byte[] {0, 1, 0} : from);
        return MessageId.of((author + Long.toUnsignedString(number)).getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] authorKey(Message message) {
        byte[] key = message.key();
        if (key != null && key.length > 0) {
            return key;
        }
        byte[] from = or(message.from());
        try {
            PublicKey inId = PeerId.fromBytes(from).extractKey();
            return inId == null ? from : inId.toProtobuf();
        } catch (MalformedException noPeer) {
            return from;
        }
    }

    private static byte[] or(byte @Nullable [] part) {
        return part == null ? new byte[0] : part;
    }

    private static byte[] join(byte[]... parts) {
        int size = 0;
        for (byte[] part : parts) {
            size += part.length;
        }
        byte[] all = new byte[size];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
