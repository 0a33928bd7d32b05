package libp2p.pubsub.rpc;

import java.util.List;
import libp2p.core.protobuf.ProtobufWriter;

/** Writes RPCs. */
final class RpcEncoder {
    static final int SUBSCRIPTIONS = 1;
    static final int PUBLISH = 2;
    static final int CONTROL = 3;
    static final int PARTIAL = 10;
    static final int TEST_EXTENSION = 6_492_434;

    static final int SUBSCRIBE = 1;
    static final int SUBSCRIPTION_TOPIC = 2;
    static final int REQUESTS_PARTIAL = 3;
    static final int SUPPORTS_PARTIAL = 4;

    static final int IHAVE = 1;
    static final int IWANT = 2;
    static final int GRAFT = 3;
    static final int PRUNE = 4;
    static final int IDONTWANT = 5;
    static final int EXTENSIONS = 6;

    static final int CONTROL_TOPIC = 1;
    static final int HAVE_IDS = 2;
    static final int WANT_IDS = 1;
    static final int PRUNE_PEERS = 2;
    static final int PRUNE_BACKOFF = 3;
    static final int PEER_ID = 1;
    static final int PEER_RECORD = 2;
    static final int PARTIAL_MESSAGES = 10;

    static final int PARTIAL_TOPIC = 1;
    static final int PARTIAL_GROUP = 2;
    static final int PARTIAL_MESSAGE = 3;
    static final int PARTIAL_METADATA = 4;

    private RpcEncoder() {}

    static void write(ProtobufWriter out, Rpc rpc) {
        for (Rpc.Subscription subscription : rpc.subscriptions()) {
            out.message(SUBSCRIPTIONS, body -> write(body, subscription));
        }
        for (Message message : rpc.messages()) {
            out.message(PUBLISH, message::writeTo);
        }
        if (!rpc.control().isEmpty()) {
            out.message(CONTROL, body -> write(body, rpc.control()));
        }
        Rpc.Partial partial = rpc.partial();
        if (partial != null) {
            out.message(PARTIAL, body -> write(body, partial));
        }
        if (rpc.test()) {
            out.message(TEST_EXTENSION, body -> {});
        }
    }

    private static void write(ProtobufWriter out, Rpc.Subscription subscription) {
        out.bool(SUBSCRIBE, subscription.subscribe()).string(SUBSCRIPTION_TOPIC, subscription.topic());
        if (subscription.requestsPartial()) {
            out.bool(REQUESTS_PARTIAL, true);
        }
        if (subscription.supportsPartial()) {
            out.bool(SUPPORTS_PARTIAL, true);
        }
    }

    private static void write(ProtobufWriter out, Rpc.Control control) {
        for (Rpc.IHave have : control.haves()) {
            out.message(IHAVE, body -> ids(body.string(CONTROL_TOPIC, have.topic()), HAVE_IDS, have.ids()));
        }
        for (Rpc.IWant want : control.wants()) {
            out.message(IWANT, body -> ids(body, WANT_IDS, want.ids()));
        }
        for (Rpc.Graft graft : control.grafts()) {
            out.message(GRAFT, body -> body.string(CONTROL_TOPIC, graft.topic()));
        }
        for (Rpc.Prune prune : control.prunes()) {
            out.message(PRUNE, body -> write(body, prune));
        }
        for (Rpc.IDontWant dontWant : control.dontWants()) {
            out.message(IDONTWANT, body -> ids(body, WANT_IDS, dontWant.ids()));
        }
        Rpc.Extensions extensions = control.extensions();
        if (extensions != null) {
            out.message(EXTENSIONS, body -> write(body, extensions));
        }
    }

    private static void ids(ProtobufWriter out, int field, List<MessageId> ids) {
        for (MessageId id : ids) {
            out.bytes(field, id.shared());
        }
    }

    private static void write(ProtobufWriter out, Rpc.Prune prune) {
        out.string(CONTROL_TOPIC, prune.topic());
        for (Rpc.PeerInfo peer : prune.peers()) {
            out.message(PRUNE_PEERS, body -> {
                body.bytes(PEER_ID, peer.id());
                byte[] record = peer.record();
                if (record != null) {
                    body.bytes(PEER_RECORD, record);
                }
            });
        }
        if (prune.backoff() != 0) {
            out.uint64(PRUNE_BACKOFF, prune.backoff());
        }
    }

    private static void write(ProtobufWriter out, Rpc.Extensions extensions) {
        if (extensions.partialMessages()) {
            out.bool(PARTIAL_MESSAGES, true);
        }
        if (extensions.test()) {
            out.bool(TEST_EXTENSION, true);
        }
    }

    private static void write(ProtobufWriter out, Rpc.Partial partial) {
        out.string(PARTIAL_TOPIC, partial.topic()).bytes(PARTIAL_GROUP, partial.group());
        byte[] message = partial.message();
        if (message != null) {
            out.bytes(PARTIAL_MESSAGE, message);
        }
        byte[] metadata = partial.metadata();
        if (metadata != null) {
            out.bytes(PARTIAL_METADATA, metadata);
        }
    }
}
