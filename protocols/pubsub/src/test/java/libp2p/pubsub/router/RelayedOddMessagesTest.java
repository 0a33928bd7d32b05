package libp2p.pubsub.router;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.SignatureException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import libp2p.core.identity.Identity;
import libp2p.core.identity.KeyType;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.pubsub.message.SigningPolicy;
import libp2p.pubsub.message.UncheckableMessageException;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.rpc.RpcDecoder;
import libp2p.pubsub.score.PeerScores;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/**
 * An author signs messages that go-libp2p-pubsub takes and forwards, with parts that no other implementation writes. The
 * peers that relay them are honest: none may lose score or its stream by it.
 */
class RelayedOddMessagesTest {
    private static final String TOPIC = "news";
    private static final PubSubLimits LIMITS = PubSubLimits.DEFAULT;
    private static final int RELAYS = 8;
    private static final int MESSAGES = 20;

    private final Identity author = Identity.generate(KeyType.ED25519, SystemEnvironment.shared());
    private final Deque<PendingMessage> waiting = new ArrayDeque<>();
    private final List<Message> delivered = new ArrayList<>();
    private final List<String> misbehaviours = new ArrayList<>();
    private int streamsEnded;
    private int asked;
    private int forwarded;
    private long now = RouterNetwork.SECOND;
    private final GossipRouter router = VictimRouter.create(
            LIMITS,
            SigningPolicy.STRICT_SIGN,
            new RouterObserver() {
                @Override
                public void misbehaved(PeerId peer, String how) {
                    misbehaviours.add(how);
                }
            },
            new VictimRouter.Output() {
                @Override
                public void send(PeerId to, Rpc rpc, Priority priority) {
                    asked += rpc.control().wants().size();
                    forwarded += rpc.messages().size();
                }

                @Override
                public boolean validate(PendingMessage candidate) {
                    waiting.add(candidate);
                    return true;
                }

                @Override
                public void deliver(Message message, MessageId id, PeerId relayedBy) {
                    delivered.add(message);
                }
            });

    private static PeerId relay(int number) {
        return RouterNetwork.id("relay" + number);
    }

    private void begin() {
        router.join(new Rpc.Subscription(true, TOPIC), now);
        for (int i = 0; i < RELAYS; i++) {
            router.addPeer(relay(i), Version.GOSSIPSUB_1_2, true, RouterNetwork.address(i), now);
            router.receive(relay(i), Rpc.of(List.of(new Rpc.Subscription(true, TOPIC))), List.of(), now);
        }
        router.heartbeat(now);
    }

    /** The bytes of a peer, as the stream of the peer takes it. */
    private void arrives(PeerId from, byte[] rpc) {
        try {
            Rpc decoded = RpcDecoder.decode(rpc, LIMITS.frame());
            List<MessageId> ids = decoded.messages().stream().map(router::id).toList();
            router.receive(from, decoded, ids, now);
        } catch (ProtobufException malformed) {
            streamsEnded++;
            router.violated(from, now);
        }
        for (PendingMessage one; (one = waiting.poll()) != null; ) {
            try {
                SigningPolicy.STRICT_SIGN.verify(one.message());
                router.accepted(one, now);
            } catch (UncheckableMessageException odd) {
                router.uncheckable(one, "uncheckable", now);
            } catch (SignatureException forged) {
                router.forged(one, "forged", now);
            }
        }
    }

    /** A message with the fields of a body, signed as go-libp2p-pubsub signs and checks: all of them are covered. */
    private byte[] signed(Identity by, byte[] key, Consumer<ProtobufWriter> known, Consumer<ProtobufWriter> unknown) {
        byte[] covered = ProtobufWriter.encode("libp2p-pubsub:".getBytes(US_ASCII), out -> {
            known.accept(out);
            unknown.accept(out);
        });
        byte[] signature = by.key().sign(covered);
        return ProtobufWriter.encode(rpc -> rpc.message(2, out -> {
            known.accept(out);
            out.bytes(5, signature);
            if (key != null) {
                out.bytes(6, key);
            }
            unknown.accept(out);
        }));
    }

    private Consumer<ProtobufWriter> fields(Identity by, byte[] data, byte[] sequence) {
        return out -> {
            out.bytes(1, by.peerId().toBytes());
            if (data != null) {
                out.bytes(2, data);
            }
            if (sequence != null) {
                out.bytes(3, sequence);
            }
            out.string(4, TOPIC);
        };
    }

    private static byte[] number(int number) {
        return ByteBuffer.allocate(8).putLong(number).array();
    }

    private interface Odd {
        byte[] rpc(int number);
    }

    /** Every message comes from all relays, which tell of it by IHAVE too, and are asked for what is not known here. */
    private void relayed(Odd odd, Consumer<Integer> also) {
        begin();
        for (int i = 0; i < MESSAGES; i++) {
            byte[] rpc = odd.rpc(i);
            for (int peer = 0; peer < RELAYS; peer++) {
                arrives(relay(peer), rpc);
            }
            also.accept(i);
            now += RouterNetwork.SECOND;
            router.heartbeat(now);
        }
        now += 5 * RouterNetwork.SECOND;
        router.heartbeat(now);
    }

    private void told(Odd odd) {
        relayed(odd, number -> {
            byte[] rpc = odd.rpc(number);
            Message message;
            try {
                message = RpcDecoder.decode(rpc, LIMITS.frame()).messages().get(0);
            } catch (ProtobufException malformed) {
                throw new AssertionError(malformed);
            }
            byte[] have = ProtobufWriter.encode(out -> out.message(
                    3,
                    control -> control.message(
                            1,
                            one -> one.string(1, TOPIC)
                                    .bytes(2, router.id(message).toBytes()))));
            for (int peer = 0; peer < RELAYS; peer++) {
                int before = asked;
                arrives(relay(peer), have);
                if (asked > before) {
                    arrives(relay(peer), rpc);
                }
            }
        });
    }

    private void assertRelaysAreUnharmed(int heard) {
        double lowest = router.view().scores().stream()
                .mapToDouble(PeerScores.Snapshot::total)
                .min()
                .orElseThrow();
        assertThat(streamsEnded).as("streams of honest peers that were ended").isZero();
        assertThat(misbehaviours).isEmpty();
        assertThat(lowest).as("lowest score of an honest peer").isNotNegative();
        assertThat(router.view().mesh(TOPIC)).hasSizeGreaterThanOrEqualTo(5);
        assertThat(delivered).hasSize(heard);
        if (heard == 0) {
            assertThat(forwarded).isZero();
        }
    }

    @Test
    void messagesWithShortNumbers() {
        told(number -> signed(author, null, fields(author, new byte[9], new byte[] {1, (byte) number}), out -> {}));
        assertRelaysAreUnharmed(0);
    }

    @Test
    void messagesWithoutANumber() {
        told(number -> signed(author, null, fields(author, new byte[] {(byte) number}, null), out -> {}));
        assertRelaysAreUnharmed(0);
    }

    @Test
    void messagesWithLongNumbers() {
        told(number -> signed(
                author,
                null,
                fields(
                        author,
                        new byte[9],
                        ByteBuffer.allocate(2_000).putInt(number).array()),
                out -> {}));
        assertRelaysAreUnharmed(0);
    }

    @Test
    void messagesWithoutData() {
        told(number -> signed(author, null, fields(author, null, number(number)), out -> {}));
        assertRelaysAreUnharmed(MESSAGES);
    }

    @Test
    void messagesWithDataOfNoBytes() {
        told(number -> signed(author, null, fields(author, new byte[0], number(number)), out -> {}));
        assertRelaysAreUnharmed(MESSAGES);
    }

    @Test
    void messagesWithFieldsThatAreNotKnown() {
        told(number ->
                signed(author, null, fields(author, new byte[9], number(number)), out -> out.bytes(77, new byte[3])));
        assertRelaysAreUnharmed(0);
    }

    /** A group of the old kind, which protobuf of Go passes over and keeps: field 77, empty. */
    @Test
    void messagesWithGroups() {
        byte[] withField = signed(author, null, fields(author, new byte[9], number(1)), out -> out.fixed32(77, 0));
        assertThat(withField).isNotEmpty();
        told(number -> {
            byte[] message = signed(author, null, fields(author, new byte[9], number(number)), out -> {});
            byte[] group = {(byte) 0xeb, 0x04, (byte) 0xec, 0x04}; // start and end of field 77
            byte[] body = java.util.Arrays.copyOfRange(message, 3, message.length + group.length);
            System.arraycopy(group, 0, body, body.length - group.length, group.length);
            return ProtobufWriter.encode(rpc -> rpc.bytes(2, body));
        });
        assertRelaysAreUnharmed(0);
    }

    @Test
    void messagesWhoseKeyHasMoreFields() {
        Identity rsa = Identity.generate(KeyType.RSA, SystemEnvironment.shared());
        byte[] key = rsa.publicKey().toProtobuf();
        for (int more : new int[] {1, 4_000}) {
            byte[] longer = new ProtobufWriter().bytes(9, new byte[more]).toByteArray();
            byte[] padded = java.util.Arrays.copyOf(key, key.length + longer.length);
            System.arraycopy(longer, 0, padded, key.length, longer.length);
            told(number -> signed(rsa, padded, fields(rsa, new byte[9], number(more + number)), out -> {}));
            assertRelaysAreUnharmed(0);
        }
    }

    /** Messages that remain a fault of the peer that sends them. */
    @Test
    void messagesWithAWrongSignatureStillCost() {
        begin();
        Identity other = Identity.generate(KeyType.ED25519, SystemEnvironment.shared());
        for (int i = 0; i < MESSAGES; i++) {
            arrives(relay(0), signed(other, null, fields(author, new byte[9], number(i)), out -> {}));
        }
        assertThat(router.view().scores().stream()
                        .filter(score -> score.peer().equals(relay(0)))
                        .findFirst()
                        .orElseThrow()
                        .total())
                .isLessThan(-900);
    }
}
