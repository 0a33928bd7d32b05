package libp2p.pubsub.trace;

import java.util.function.Consumer;
import java.util.function.LongSupplier;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.router.RouterObserver;
import libp2p.pubsub.router.RouterOutput;
import libp2p.pubsub.router.Version;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.Rpc;

/**
 * The protocol tracer: writes the events of a router as lines of JSON, an object a line with the members {@code ms} and
 * {@code event}, and further {@code peer}, {@code topic}, {@code id}, {@code why} and counts as they apply. Events are
 * those of the tracer of go-libp2p-pubsub: PUBLISH_MESSAGE, REJECT_MESSAGE, DUPLICATE_MESSAGE, DELIVER_MESSAGE,
 * ADD_PEER, REMOVE_PEER, RECV_RPC, SEND_RPC, DROP_RPC, JOIN, LEAVE, GRAFT, PRUNE; and IGNORE_MESSAGE, MISBEHAVIOUR and
 * TURNOVER. Contents of messages are not written. Names of topics are escaped.
 */
public final class PubSubTracer implements RouterObserver {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final LongSupplier milliseconds;
    private final Consumer<String> lines;

    /**
     * Writes to a consumer.
     *
     * @param milliseconds the clock
     * @param lines called with the router's lock held: must return at once
     */
    public PubSubTracer(LongSupplier milliseconds, Consumer<String> lines) {
        this.milliseconds = milliseconds;
        this.lines = lines;
    }

    /** One line under way. */
    private final class Line {
        private final StringBuilder text = new StringBuilder(160);

        Line(String event) {
            text.append("{\"ms\":").append(milliseconds.getAsLong()).append(",\"event\":\"");
            text.append(event).append('"');
        }

        Line text(String name, String value) {
            text.append(",\"").append(name).append("\":\"");
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (c == '"' || c == '\\') {
                    text.append('\\').append(c);
                } else if (c < ' ' || c > '~') {
                    text.append(String.format("\\u%04x", (int) c));
                } else {
                    text.append(c);
                }
            }
            text.append('"');
            return this;
        }

        Line peer(PeerId peer) {
            return text("peer", peer.toString());
        }

        Line topic(String topic) {
            return text("topic", topic);
        }

        Line id(MessageId id) {
            text.append(",\"id\":\"");
            for (byte one : id.toBytes()) {
                text.append(HEX[one >> 4 & 15]).append(HEX[one & 15]);
            }
            text.append('"');
            return this;
        }

        Line count(String name, long value) {
            if (value != 0) {
                text.append(",\"").append(name).append("\":").append(value);
            }
            return this;
        }

        void write() {
            lines.accept(text.append('}').toString());
        }
    }

    private Line rpc(String event, PeerId peer, Rpc rpc) {
        Rpc.Control control = rpc.control();
        long bytes = 0;
        for (Message message : rpc.messages()) {
            bytes += message.size();
        }
        return new Line(event)
                .peer(peer)
                .count("messages", rpc.messages().size())
                .count("bytes", bytes)
                .count("subscriptions", rpc.subscriptions().size())
                .count(
                        "ihave",
                        control.haves().stream()
                                .mapToLong(have -> have.ids().size())
                                .sum())
                .count(
                        "iwant",
                        control.wants().stream()
                                .mapToLong(want -> want.ids().size())
                                .sum())
                .count("graft", control.grafts().size())
                .count("prune", control.prunes().size())
                .count(
                        "idontwant",
                        control.dontWants().stream()
                                .mapToLong(one -> one.ids().size())
                                .sum());
    }

    @Override
    public void added(PeerId peer, Version version) {
        new Line("ADD_PEER").peer(peer).text("protocol", version.protocol()).write();
    }

    @Override
    public void removed(PeerId peer) {
        new Line("REMOVE_PEER").peer(peer).write();
    }

    @Override
    public void joined(String topic) {
        new Line("JOIN").topic(topic).write();
    }

    @Override
    public void left(String topic) {
        new Line("LEAVE").topic(topic).write();
    }

    @Override
    public void sent(PeerId to, Rpc rpc, RouterOutput.Priority priority) {
        rpc("SEND_RPC", to, rpc).write();
    }

    @Override
    public void received(PeerId from, Rpc rpc) {
        rpc("RECV_RPC", from, rpc).write();
    }

    @Override
    public void dropped(PeerId peer, int count) {
        new Line("DROP_RPC").peer(peer).count("count", count).write();
    }

    @Override
    public void grafted(PeerId peer, String topic) {
        new Line("GRAFT").peer(peer).topic(topic).write();
    }

    @Override
    public void pruned(PeerId peer, String topic) {
        new Line("PRUNE").peer(peer).topic(topic).write();
    }

    @Override
    public void underperformed(PeerId peer, String topic) {
        new Line("TURNOVER").peer(peer).topic(topic).write();
    }

    @Override
    public void duplicate(PeerId from, String topic, MessageId id) {
        new Line("DUPLICATE_MESSAGE").peer(from).topic(topic).id(id).write();
    }

    @Override
    public void delivered(PeerId from, String topic, MessageId id) {
        new Line("DELIVER_MESSAGE").peer(from).topic(topic).id(id).write();
    }

    @Override
    public void rejected(PeerId from, String topic, String why) {
        new Line("REJECT_MESSAGE").peer(from).topic(topic).text("why", why).write();
    }

    @Override
    public void ignored(PeerId from, String topic, String why) {
        new Line("IGNORE_MESSAGE").peer(from).topic(topic).text("why", why).write();
    }

    @Override
    public void misbehaved(PeerId peer, String how) {
        new Line("MISBEHAVIOUR").peer(peer).text("why", how).write();
    }

    @Override
    public void published(String topic, MessageId id, int peers) {
        new Line("PUBLISH_MESSAGE").topic(topic).id(id).count("peers", peers).write();
    }
}
