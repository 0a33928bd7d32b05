package libp2p.pubsub.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.testing.Fuzz;
import libp2p.pubsub.rpc.Rpc.Subscription;
import org.junit.jupiter.api.Test;

class RpcTest {
    private static final PubSubLimits.Frame LIMITS = PubSubLimits.DEFAULT.frame();

    static MessageId id(int n) {
        return MessageId.of(new byte[] {(byte) n, 1, 2});
    }

    private static Rpc full() {
        Rpc.Control control = new Rpc.Control(
                List.of(new Rpc.IHave("news", List.of(id(1), id(2)))),
                List.of(new Rpc.IWant(List.of(id(3)))),
                List.of(new Rpc.Graft("news")),
                List.of(new Rpc.Prune("old", List.of(new Rpc.PeerInfo(new byte[] {0, 1, 7}, new byte[] {9})), -1)),
                List.of(new Rpc.IDontWant(List.of(id(4)))),
                new Rpc.Extensions(true, true));
        Message message = new Message(
                new byte[] {0, 1, 5}, new byte[] {1, 2}, new byte[8], "news", new byte[] {3}, new byte[] {4});
        return new Rpc(
                List.of(new Subscription(true, "news", true, true), new Subscription(false, "old")),
                List.of(message, Message.anonymous("other", new byte[0])),
                control,
                new Rpc.Partial("news", new byte[] {1}, new byte[] {2}, new byte[] {3}),
                true,
                0);
    }

    @Test
    void everythingComesBackAsItWasSent() throws Exception {
        Rpc back = RpcDecoder.decode(full().encoded(), LIMITS);
        assertThat(back.subscriptions()).isEqualTo(full().subscriptions());
        assertThat(back.messages()).hasSize(2);
        assertThat(back.messages().get(0).sameAs(full().messages().get(0))).isTrue();
        assertThat(back.messages().get(1).sameAs(full().messages().get(1))).isTrue();
        assertThat(back.control().haves()).isEqualTo(full().control().haves());
        assertThat(back.control().wants()).isEqualTo(full().control().wants());
        assertThat(back.control().grafts()).isEqualTo(full().control().grafts());
        assertThat(back.control().dontWants()).isEqualTo(full().control().dontWants());
        assertThat(back.control().extensions()).isEqualTo(new Rpc.Extensions(true, true));
        assertThat(back.control().prunes().get(0).backoff()).isEqualTo(-1);
        assertThat(back.control().prunes().get(0).peers().get(0).record()).containsExactly(9);
        assertThat(back.partial()).usingRecursiveComparison().isEqualTo(full().partial());
        assertThat(back.test()).isTrue();
        assertThat(back.encoded()).isEqualTo(full().encoded());
    }

    /** Field numbers and order as the specification's protobuf has them. */
    @Test
    void theBytesAreThoseOfTheSpecification() {
        Rpc rpc = Rpc.of(List.of(new Subscription(true, "t")));
        assertThat(HexFormat.of().formatHex(rpc.encoded())).isEqualTo("0a05080112017" + "4");
        Message message = new Message(new byte[] {1}, new byte[] {2}, new byte[] {3}, "t", new byte[] {5}, null);
        assertThat(HexFormat.of().formatHex(Rpc.of(message).encoded()))
                .isEqualTo("120f" + "0a0101" + "120102" + "1a0103" + "220174" + "2a0105");
        Rpc.Control graft =
                new Rpc.Control(List.of(), List.of(), List.of(new Rpc.Graft("t")), List.of(), List.of(), null);
        assertThat(HexFormat.of().formatHex(Rpc.of(graft).encoded())).isEqualTo("1a05" + "1a03" + "0a0174");
    }

    @Test
    void anRpcIsEncodedOnceForAllPeersAndItsLengthIsKnownBefore() {
        for (Rpc rpc : List.of(full(), Rpc.of(Message.anonymous("t", new byte[200])), Rpc.of(List.of()))) {
            int length = rpc.delimitedLength();
            assertThat(rpc.delimited()).hasSize(length).isEqualTo(Delimited.frame(rpc.encoded()));
            assertThat(rpc.delimited()).isSameAs(rpc.delimited());
        }
    }

    @Test
    void unknownFieldsArePassedOver() throws Exception {
        byte[] bytes = new ProtobufWriter()
                .uint64(77, 5)
                .message(1, body -> body.bool(1, true).string(2, "t").bytes(9, new byte[3]))
                .bytes(99, new byte[4])
                .toByteArray();
        assertThat(RpcDecoder.decode(bytes, LIMITS).subscriptions()).containsExactly(new Subscription(true, "t"));
    }

    private static byte[] repeated(int field, byte[] body, int count) {
        ProtobufWriter out = new ProtobufWriter();
        for (int i = 0; i < count; i++) {
            out.bytes(field, body);
        }
        return out.toByteArray();
    }

    /** One MiB of empty control messages is half a million objects where they are not counted. */
    @Test
    void emptyControlMessagesBecomeFewObjects() throws Exception {
        for (int kind = 1; kind <= 5; kind++) {
            byte[] control = repeated(kind, new byte[0], 100_000);
            Rpc rpc = RpcDecoder.decode(new ProtobufWriter().bytes(3, control).toByteArray(), LIMITS);
            int made = rpc.control().haves().size()
                    + rpc.control().wants().size()
                    + rpc.control().grafts().size()
                    + rpc.control().prunes().size()
                    + rpc.control().dontWants().size();
            assertThat(made).isEqualTo(LIMITS.controls());
            assertThat(rpc.excess()).isEqualTo(100_000 - LIMITS.controls());
        }
    }

    @Test
    void aControlPartAboveTheLimitIsRefusedBeforeItIsDecoded() {
        byte[] control = repeated(3, new byte[0], 1 << 19);
        assertThatThrownBy(() ->
                        RpcDecoder.decode(new ProtobufWriter().bytes(3, control).toByteArray(), LIMITS))
                .isInstanceOf(ProtobufException.class)
                .hasMessageContaining("more than the limit of " + LIMITS.controlBytes());
        byte[] twice = repeated(3, repeated(3, new byte[0], 1 << 17), 3);
        assertThatThrownBy(() -> RpcDecoder.decode(twice, LIMITS)).isInstanceOf(ProtobufException.class);
    }

    @Test
    void subscriptionsMessagesAndIdsAreCounted() throws Exception {
        byte[] subscription = new ProtobufWriter().bool(1, true).string(2, "t").toByteArray();
        Rpc many = RpcDecoder.decode(repeated(1, subscription, 5_000), LIMITS);
        assertThat(many.subscriptions()).hasSize(LIMITS.subscriptions());
        assertThat(many.excess()).isEqualTo(5_000 - LIMITS.subscriptions());
        Rpc messages = RpcDecoder.decode(repeated(2, new byte[0], 100_000), LIMITS);
        assertThat(messages.messages()).hasSize(LIMITS.messages());
        byte[] ids = repeated(1, new byte[] {7}, 30_000);
        Rpc wants = RpcDecoder.decode(
                new ProtobufWriter()
                        .message(3, control -> control.bytes(2, ids).bytes(5, ids))
                        .toByteArray(),
                LIMITS);
        assertThat(wants.control().wants().get(0).ids()).hasSize(LIMITS.ids());
        assertThat(wants.control().dontWants().get(0).ids()).isEmpty();
    }

    @Test
    void longTopicsMessagesAndFramesAreRefused() {
        List<byte[]> bad = new ArrayList<>();
        bad.add(new ProtobufWriter()
                .message(1, body -> body.string(2, "x".repeat(LIMITS.topicBytes() + 1)))
                .toByteArray());
        bad.add(new ProtobufWriter()
                .bytes(2, new byte[LIMITS.messageBytes() + 1])
                .toByteArray());
        bad.add(new byte[LIMITS.rpcBytes() + 1]);
        for (byte[] bytes : bad) {
            assertThatThrownBy(() -> RpcDecoder.decode(bytes, LIMITS))
                    .isInstanceOf(ProtobufException.class)
                    .hasMessageContaining("more than the limit of");
        }
    }

    /** They are those of messages that others have signed, and that a peer tells of in good faith. */
    @Test
    void longIdsArePassedOver() throws Exception {
        for (int kind : new int[] {1, 2, 5}) {
            byte[] bytes = new ProtobufWriter()
                    .message(
                            3,
                            control -> control.message(kind, body -> {
                                int field = kind == 1 ? 2 : 1;
                                body.bytes(field, new byte[LIMITS.idBytes() + 1])
                                        .bytes(field, new byte[LIMITS.idBytes()]);
                            }))
                    .toByteArray();
            Rpc.Control control = RpcDecoder.decode(bytes, LIMITS).control();
            List<MessageId> ids = new ArrayList<>();
            control.haves().forEach(have -> ids.addAll(have.ids()));
            control.wants().forEach(want -> ids.addAll(want.ids()));
            control.dontWants().forEach(dontWant -> ids.addAll(dontWant.ids()));
            assertThat(ids).containsExactly(MessageId.of(new byte[LIMITS.idBytes()]));
        }
    }

    @Test
    void pruneOffersAreCounted() throws Exception {
        byte[] prune = repeated(2, new byte[0], 1_000);
        Rpc rpc = RpcDecoder.decode(
                new ProtobufWriter()
                        .message(3, control -> control.bytes(4, prune))
                        .toByteArray(),
                LIMITS);
        assertThat(rpc.control().prunes().get(0).peers()).hasSize(LIMITS.prunePeers());
    }

    @Test
    void garbageIsRefusedByADeclaredException() {
        Fuzz.run(
                1,
                20_000,
                List.of(
                        full().encoded(),
                        Rpc.of(Message.anonymous("t", new byte[10])).encoded()),
                bytes -> {
                    Rpc rpc = RpcDecoder.decode(bytes, LIMITS);
                    byte[] again = RpcDecoder.decode(rpc.encoded(), LIMITS).encoded();
                    assertThat(Arrays.equals(again, rpc.encoded())).isTrue();
                },
                ProtobufException.class);
    }
}
