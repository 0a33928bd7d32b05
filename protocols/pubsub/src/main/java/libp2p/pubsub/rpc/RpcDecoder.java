package libp2p.pubsub.rpc;

import static libp2p.pubsub.rpc.RpcEncoder.CONTROL_TOPIC;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.record.RecordLimits;
import libp2p.multiformats.MultiformatsLimits;
import org.jspecify.annotations.Nullable;

/**
 * Reads one RPC. Bytes are bounded before anything is made of them, and counts while it is: a frame of 512 KiB of empty
 * control messages becomes as many objects as the limits allow, the rest is passed over and counted.
 */
public final class RpcDecoder {
    private static final String RPC = "pubsub RPC";
    /** Bytes of the id of a group. */
    private static final int PART_BYTES = 1_024;

    private final PubSubLimits.Frame limits;
    private final List<Rpc.Subscription> subscriptions = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();
    private final List<Rpc.IHave> haves = new ArrayList<>();
    private final List<Rpc.IWant> wants = new ArrayList<>();
    private final List<Rpc.Graft> grafts = new ArrayList<>();
    private final List<Rpc.Prune> prunes = new ArrayList<>();
    private final List<Rpc.IDontWant> dontWants = new ArrayList<>();
    private Rpc.@Nullable Extensions extensions;
    private Rpc.@Nullable Partial partial;
    private boolean test;
    private int controls;
    private int controlBytes;
    private int ids;
    private int excess;

    private RpcDecoder(PubSubLimits.Frame limits) {
        this.limits = limits;
    }

    /**
     * Decodes an RPC.
     *
     * @param bytes without the length before them; they may change afterwards
     * @throws ProtobufException if they are malformed, or a part has more bytes than the limits allow
     */
    public static Rpc decode(byte[] bytes, PubSubLimits.Frame limits) throws ProtobufException {
        RpcDecoder decoder = new RpcDecoder(limits);
        decoder.read(ProtobufReader.of(RPC, bytes, limits.rpcBytes(), Integer.MAX_VALUE));
        return decoder.result();
    }

    private Rpc result() {
        Rpc.Control control = controls == 0 && extensions == null
                ? Rpc.Control.NONE
                : new Rpc.Control(haves, wants, grafts, prunes, dontWants, extensions);
        return new Rpc(subscriptions, messages, control, partial, test, excess);
    }

    private boolean exceeds(int count, int limit) {
        if (count < limit) {
            return false;
        }
        excess++;
        return true;
    }

    private void read(ProtobufReader in) throws ProtobufException {
        while (in.next()) {
            switch (in.field()) {
                case RpcEncoder.SUBSCRIPTIONS -> {
                    if (exceeds(subscriptions.size(), limits.subscriptions())) {
                        in.skip();
                    } else {
                        readSubscription(in.message("pubsub subscription"));
                    }
                }
                case RpcEncoder.PUBLISH -> {
                    if (exceeds(messages.size(), limits.messages())) {
                        in.skip();
                    } else {
                        messages.add(readMessage(in.message("pubsub message", limits.messageBytes())));
                    }
                }
                case RpcEncoder.CONTROL -> {
                    ByteBuffer bytes = in.view(limits.controlBytes());
                    controlBytes += bytes.remaining();
                    if (controlBytes > limits.controlBytes()) {
                        throw in.error("control messages of more than " + limits.controlBytes() + " bytes");
                    }
                    readControl(ProtobufReader.of("pubsub control", bytes, Integer.MAX_VALUE, Integer.MAX_VALUE));
                }
                case RpcEncoder.PARTIAL -> partial = readPartial(in.message("partial message", limits.messageBytes()));
                case RpcEncoder.TEST_EXTENSION -> {
                    in.skip();
                    test = true;
                }
                default -> in.skip();
            }
        }
    }

    private void readSubscription(ProtobufReader in) throws ProtobufException {
        boolean subscribe = false;
        String topic = null;
        boolean requests = false;
        boolean supports = false;
        while (in.next()) {
            switch (in.field()) {
                case RpcEncoder.SUBSCRIBE -> subscribe = in.bool();
                case RpcEncoder.SUBSCRIPTION_TOPIC -> topic = in.string(limits.topicBytes());
                case RpcEncoder.REQUESTS_PARTIAL -> requests = in.bool();
                case RpcEncoder.SUPPORTS_PARTIAL -> supports = in.bool();
                default -> in.skip();
            }
        }
        if (topic == null) {
            excess++;
        } else {
            subscriptions.add(new Rpc.Subscription(subscribe, topic, requests, supports || requests));
        }
    }

    /** Honest peers relay what they have not written: of what is odd in it they are not guilty, and lose no stream. */
    private Message readMessage(ProtobufReader in) {
        byte[] from = null;
        byte[] data = null;
        byte[] sequence = null;
        String topic = "";
        byte[] signature = null;
        byte[] key = null;
        boolean isOdd = false;
        try {
            while (in.next()) {
                switch (in.field()) {
                    case Message.FROM -> from = in.bytes(limits.messageBytes());
                    case Message.DATA -> data = in.bytes(limits.messageBytes());
                    case Message.SEQUENCE -> sequence = in.bytes(limits.messageBytes());
                    case Message.TOPIC -> topic = in.string(limits.topicBytes());
                    case Message.SIGNATURE -> signature = in.bytes(limits.messageBytes());
                    case Message.KEY -> key = in.bytes(limits.messageBytes());
                    default -> {
                        isOdd = true;
                        in.skip();
                    }
                }
            }
        } catch (ProtobufException unreadable) {
            isOdd = true;
        }
        return new Message(from, data, sequence, topic, signature, key, isOdd);
    }

    private void readControl(ProtobufReader in) throws ProtobufException {
        while (in.next()) {
            int field = in.field();
            if (field == RpcEncoder.EXTENSIONS) {
                extensions = readExtensions(in.message("pubsub extensions"));
            } else if (field < RpcEncoder.IHAVE
                    || field > RpcEncoder.IDONTWANT
                    || exceeds(controls, limits.controls())) {
                in.skip();
            } else {
                controls++;
                readControl(field, in.message("pubsub control message"));
            }
        }
    }

    private void readControl(int kind, ProtobufReader in) throws ProtobufException {
        switch (kind) {
            case RpcEncoder.IHAVE -> readHave(in);
            case RpcEncoder.IWANT -> wants.add(new Rpc.IWant(readIds(in)));
            case RpcEncoder.GRAFT -> readGraft(in);
            case RpcEncoder.PRUNE -> readPrune(in);
            default -> dontWants.add(new Rpc.IDontWant(readIds(in)));
        }
    }

    private void readHave(ProtobufReader in) throws ProtobufException {
        String topic = "";
        List<MessageId> have = new ArrayList<>();
        while (in.next()) {
            switch (in.field()) {
                case CONTROL_TOPIC -> topic = in.string(limits.topicBytes());
                case RpcEncoder.HAVE_IDS -> readId(in, have);
                default -> in.skip();
            }
        }
        haves.add(new Rpc.IHave(topic, have));
    }

    private List<MessageId> readIds(ProtobufReader in) throws ProtobufException {
        List<MessageId> list = new ArrayList<>();
        while (in.next()) {
            if (in.field() == RpcEncoder.WANT_IDS) {
                readId(in, list);
            } else {
                in.skip();
            }
        }
        return list;
    }

    private void readId(ProtobufReader in, List<MessageId> list) throws ProtobufException {
        if (exceeds(ids, limits.ids())) {
            in.skip();
            return;
        }
        ids++;
        ByteBuffer id = in.view(limits.controlBytes());
        if (id.remaining() <= limits.idBytes()) { // a longer one is that of a message of others, which is not taken
            byte[] bytes = new byte[id.remaining()];
            id.get(bytes);
            list.add(new MessageId(bytes));
        }
    }

    private void readGraft(ProtobufReader in) throws ProtobufException {
        String topic = "";
        while (in.next()) {
            if (in.field() == CONTROL_TOPIC) {
                topic = in.string(limits.topicBytes());
            } else {
                in.skip();
            }
        }
        grafts.add(new Rpc.Graft(topic));
    }

    private void readPrune(ProtobufReader in) throws ProtobufException {
        String topic = "";
        List<Rpc.PeerInfo> peers = new ArrayList<>();
        long backoff = 0;
        while (in.next()) {
            switch (in.field()) {
                case CONTROL_TOPIC -> topic = in.string(limits.topicBytes());
                case RpcEncoder.PRUNE_PEERS -> {
                    if (exceeds(peers.size(), limits.prunePeers())) {
                        in.skip();
                    } else {
                        peers.add(readPeer(in.message("pubsub peer")));
                    }
                }
                case RpcEncoder.PRUNE_BACKOFF -> backoff = in.uint64();
                default -> in.skip();
            }
        }
        prunes.add(new Rpc.Prune(topic, peers, backoff));
    }

    private static Rpc.PeerInfo readPeer(ProtobufReader in) throws ProtobufException {
        byte[] id = {};
        byte[] record = null;
        while (in.next()) {
            switch (in.field()) {
                case RpcEncoder.PEER_ID -> id = in.bytes(MultiformatsLimits.MULTIHASH_BYTES);
                case RpcEncoder.PEER_RECORD -> record = in.bytes(RecordLimits.ENVELOPE_BYTES);
                default -> in.skip();
            }
        }
        return new Rpc.PeerInfo(id, record);
    }

    private static Rpc.Extensions readExtensions(ProtobufReader in) throws ProtobufException {
        boolean partialMessages = false;
        boolean testExtension = false;
        while (in.next()) {
            switch (in.field()) {
                case RpcEncoder.PARTIAL_MESSAGES -> partialMessages = in.bool();
                case RpcEncoder.TEST_EXTENSION -> testExtension = in.bool();
                default -> in.skip();
            }
        }
        return new Rpc.Extensions(partialMessages, testExtension);
    }

    private Rpc.Partial readPartial(ProtobufReader in) throws ProtobufException {
        String topic = "";
        byte[] group = {};
        byte[] message = null;
        byte[] metadata = null;
        while (in.next()) {
            switch (in.field()) {
                case RpcEncoder.PARTIAL_TOPIC -> topic = in.string(limits.topicBytes());
                case RpcEncoder.PARTIAL_GROUP -> group = in.bytes(PART_BYTES);
                case RpcEncoder.PARTIAL_MESSAGE -> message = in.bytes(limits.messageBytes());
                case RpcEncoder.PARTIAL_METADATA -> metadata = in.bytes(limits.messageBytes());
                default -> in.skip();
            }
        }
        return new Rpc.Partial(topic, group, message, metadata);
    }
}
