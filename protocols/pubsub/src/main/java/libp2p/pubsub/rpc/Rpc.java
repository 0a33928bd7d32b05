package libp2p.pubsub.rpc;

import java.util.List;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.Varint;
import org.jspecify.annotations.Nullable;

/**
 * The unit that one peer sends another. Immutable; its bytes are made once, however many peers it is sent to.
 */
public final class Rpc {
    /**
     *
     * @param subscribe or unsubscribe
     * @param topic that it is about
     * @param requestsPartial the sender would rather have partial messages on this topic
     * @param supportsPartial the sender can send partial messages on this topic
     */
    public record Subscription(boolean subscribe, String topic, boolean requestsPartial, boolean supportsPartial) {
        /** Without partial messages. */
        public Subscription(boolean subscribe, String topic) {
            this(subscribe, topic, false, false);
        }
    }

    /**
     * The sender has these messages of a topic.
     *
     * @param topic of the messages
     * @param ids of the messages, in no order
     */
    public record IHave(String topic, List<MessageId> ids) {}

    /**
     * The sender wants these messages.
     *
     * @param ids of the messages, in no order
     */
    public record IWant(List<MessageId> ids) {}

    /**
     * The receiver is in the sender's mesh of the topic now.
     *
     * @param topic whose mesh is meant
     */
    public record Graft(String topic) {}

    /**
     * The receiver is no longer in the sender's mesh of the topic.
     *
     * @param topic whose mesh is meant
     * @param peers others that may be grafted instead
     * @param backoff seconds, unsigned, before the sender may be grafted again; 0 where none was sent
     */
    public record Prune(String topic, List<PeerInfo> peers, long backoff) {}

    /**
     * A peer that may be grafted.
     *
     * @param id its bytes
     * @param record its signed peer record, or null
     */
    public record PeerInfo(byte[] id, byte @Nullable [] record) {}

    /**
     * The sender has these messages already and does not want them to be sent.
     *
     * @param ids whose mesh is meant, below
     */
    public record IDontWant(List<MessageId> ids) {}

    /**
     * The extensions of version 1.3 that the sender knows.
     *
     * @param partialMessages partial messages
     * @param test the extension that tests use
     */
    public record Extensions(boolean partialMessages, boolean test) {
        /** No extension. */
        public static final Extensions NONE = new Extensions(false, false);
    }

    /**
     * A part of a message that is sent in parts.
     *
     * @param topic of the message
     * @param group names the whole message
     * @param message parts, as the application encodes them, or null
     * @param metadata which parts the sender has and wants, as the application encodes it, or null
     */
    public record Partial(String topic, byte[] group, byte @Nullable [] message, byte @Nullable [] metadata) {}

    /**
     * Control messages.
     *
     * @param haves IHAVE
     * @param wants IWANT
     * @param grafts GRAFT
     * @param prunes PRUNE
     * @param dontWants IDONTWANT
     * @param extensions null where the peer has told none
     */
    public record Control(
            List<IHave> haves,
            List<IWant> wants,
            List<Graft> grafts,
            List<Prune> prunes,
            List<IDontWant> dontWants,
            @Nullable Extensions extensions) {
        /** No control message. */
        public static final Control NONE = new Control(List.of(), List.of(), List.of(), List.of(), List.of(), null);

        /** Whether there is nothing to send. */
        public boolean isEmpty() {
            return haves.isEmpty()
                    && wants.isEmpty()
                    && grafts.isEmpty()
                    && prunes.isEmpty()
                    && dontWants.isEmpty()
                    && extensions == null;
        }
    }

    private final List<Subscription> subscriptions;
    private final List<Message> messages;
    private final Control control;
    private final @Nullable Partial partial;
    private final boolean test;
    private final int excess;
    private byte @Nullable [] delimited; // benign race
    private int delimitedLength; // benign race

    /**
     * @param partial a part of a message, or null
     * @param test whether the message of the test extension is there
     * @param excess how many things were not decoded because they exceed a count of the limits
     */
    Rpc(
            List<Subscription> subscriptions,
            List<Message> messages,
            Control control,
            @Nullable Partial partial,
            boolean test,
            int excess) {
        this.subscriptions = subscriptions;
        this.messages = messages;
        this.control = control;
        this.partial = partial;
        this.test = test;
        this.excess = excess;
    }

    /** One published message. */
    public static Rpc of(Message message) {
        return new Rpc(List.of(), List.of(message), Control.NONE, null, false, 0);
    }

    /** Control messages alone. */
    public static Rpc of(Control control) {
        return new Rpc(List.of(), List.of(), control, null, false, 0);
    }

    /** Subscriptions alone. */
    public static Rpc of(List<Subscription> subscriptions) {
        return new Rpc(List.copyOf(subscriptions), List.of(), Control.NONE, null, false, 0);
    }

    /** The first RPC on a stream: subscriptions and, for a peer of version 1.3, the extensions. */
    public static Rpc hello(List<Subscription> subscriptions, @Nullable Extensions extensions) {
        Control control = new Control(List.of(), List.of(), List.of(), List.of(), List.of(), extensions);
        return new Rpc(List.copyOf(subscriptions), List.of(), control, null, false, 0);
    }

    /** One partial message. */
    public static Rpc of(Partial partial) {
        return new Rpc(List.of(), List.of(), Control.NONE, partial, false, 0);
    }

    /** The empty message of the test extension. */
    public static Rpc testExtension() {
        return new Rpc(List.of(), List.of(), Control.NONE, null, true, 0);
    }

    /** Changes of the sender's subscriptions, in order. */
    public List<Subscription> subscriptions() {
        return subscriptions;
    }

    /** Messages that the sender publishes or forwards. */
    public List<Message> messages() {
        return messages;
    }

    /** Control messages; none is {@link Control#NONE}. */
    public Control control() {
        return control;
    }

    /** A partial message, or null. */
    public @Nullable Partial partial() {
        return partial;
    }

    /** Whether the message of the extension for tests is in it. */
    public boolean test() {
        return test;
    }

    /** The number of things that were not decoded because they exceed a count of the limits. */
    public int excess() {
        return excess;
    }

    /** The encoding, in a new array. */
    public byte[] encoded() {
        return ProtobufWriter.encode(out -> RpcEncoder.write(out, this));
    }

    /** The length of {@link #delimited}, for which nothing is encoded. */
    public int delimitedLength() {
        int length = delimitedLength;
        if (length == 0) {
            int bytes = ProtobufWriter.sizeOf(out -> RpcEncoder.write(out, this));
            length = Varint.size(bytes) + bytes;
            delimitedLength = length;
        }
        return length;
    }

    /** The encoding after its length, as it goes out; shared, must not be changed. */
    public byte[] delimited() {
        byte[] bytes = delimited;
        if (bytes == null) {
            bytes = ProtobufWriter.delimited(out -> RpcEncoder.write(out, this));
            delimited = bytes;
        }
        return bytes;
    }
}
