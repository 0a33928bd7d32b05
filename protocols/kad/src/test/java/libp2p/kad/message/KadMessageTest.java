package libp2p.kad.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.testing.Fuzz;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.junit.jupiter.api.Test;

class KadMessageTest {
    private static final MessageLimits LIMITS = MessageLimits.DEFAULT;
    private static final PeerId ID = PeerId.parse("12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS");
    private static final PeerId OTHER = PeerId.parse("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N");
    private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/1.2.3.4/tcp/4001");

    private static byte[] vector(String name) throws IOException {
        try (InputStream in = KadMessageTest.class.getResourceAsStream("/vectors/kad-dht/" + name)) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    private static KadMessage everything() {
        KadPeer peer = new KadPeer(ID, List.of(ADDRESS), ConnectionType.CAN_CONNECT, new byte[] {1, 2, 3});
        return new KadMessage(
                MessageType.GET_VALUE,
                "/v/key".getBytes(UTF_8),
                new KadRecord("/v/key".getBytes(UTF_8), "value".getBytes(UTF_8), "2026-11-22T10:34:00Z"),
                List.of(peer, KadPeer.of(OTHER, List.of())),
                List.of(KadPeer.of(OTHER, List.of(ADDRESS, ADDRESS))),
                new byte[] {4, 5});
    }

    @Test
    void theMessagesOfOthersAreRead() throws IOException {
        KadMessage find = KadMessage.decode(vector("msg-1.bin"), LIMITS);
        assertThat(find.type()).isEqualTo(MessageType.FIND_NODE);
        assertThat(new String(find.key(), UTF_8)).isEqualTo("/v/hello");
        KadMessage put = KadMessage.decode(vector("msg-2.bin"), LIMITS);
        assertThat(put.type()).isEqualTo(MessageType.PUT_VALUE);
        assertThat(new String(put.key(), UTF_8)).isEqualTo("/v/hello");
        KadRecord record = Objects.requireNonNull(put.record());
        assertThat(new String(record.value(), UTF_8)).isEqualTo("world");
        assertThat(KadMessage.decode(vector("msg-3.bin"), LIMITS))
                .isEqualTo(KadMessage.of(MessageType.GET_VALUE, "/v/hello".getBytes(UTF_8)));
        KadMessage peer = KadMessage.decode(vector("msg-4.bin"), LIMITS);
        assertThat(peer.type()).isEqualTo(MessageType.FIND_NODE);
        assertThat(PeerId.fromBytes(peer.key()).toString()).startsWith("Qm");
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        KadMessage message = everything();
        assertThat(KadMessage.decode(message.toBytes(), LIMITS)).isEqualTo(message);
        for (MessageType type : MessageType.values()) {
            KadMessage bare = KadMessage.of(type, new byte[] {7});
            assertThat(KadMessage.decode(bare.toBytes(), LIMITS)).isEqualTo(bare);
        }
    }

    @Test
    void aMessageWithoutATypeStoresAValue() throws IOException {
        byte[] bytes = new ProtobufWriter().bytes(2, new byte[] {1}).toByteArray();
        assertThat(KadMessage.decode(bytes, LIMITS).type()).isEqualTo(MessageType.PUT_VALUE);
    }

    @Test
    void peersWithoutAnIdOrWithNonsenseAreLeftOut() throws IOException {
        byte[] bytes = new ProtobufWriter()
                .message(8, peer -> peer.bytes(2, ADDRESS.toBytes()))
                .message(8, peer -> peer.bytes(1, new byte[] {1, 2, 3}))
                .message(
                        8,
                        peer -> peer.bytes(1, ID.toBytes())
                                .bytes(2, new byte[] {(byte) 0xff, 1})
                                .bytes(2, ADDRESS.toBytes()))
                .toByteArray();
        assertThat(KadMessage.decode(bytes, LIMITS).closerPeers()).containsExactly(KadPeer.of(ID, List.of(ADDRESS)));
    }

    @Test
    void anAddressMayEndWithItsPeerButNotWithAnother() throws IOException {
        byte[] bytes = new ProtobufWriter()
                .message(
                        8,
                        peer -> peer.bytes(1, ID.toBytes())
                                .bytes(2, ADDRESS.withPeer(ID.toBytes()).toBytes())
                                .bytes(2, ADDRESS.withPeer(OTHER.toBytes()).toBytes()))
                .toByteArray();
        assertThat(KadMessage.decode(bytes, LIMITS).closerPeers()).containsExactly(KadPeer.of(ID, List.of(ADDRESS)));
    }

    @Test
    void fatPeersAndLongListsAreCut() throws IOException {
        List<Multiaddr> many = new ArrayList<>(Collections.nCopies(100, ADDRESS));
        KadPeer fat = new KadPeer(ID, List.of(ADDRESS), ConnectionType.CONNECTED, new byte[LIMITS.peerBytes() + 1]);
        KadMessage message = KadMessage.of(MessageType.FIND_NODE, ID.toBytes())
                .withCloserPeers(List.of(fat, KadPeer.of(OTHER, many)))
                .withProviderPeers(Collections.nCopies(500, KadPeer.of(ID, List.of())));
        KadMessage read = KadMessage.decode(message.toBytes(), LIMITS);
        assertThat(read.closerPeers()).hasSize(1);
        assertThat(read.closerPeers().getFirst().addresses()).hasSize(LIMITS.addresses());
        assertThat(read.providerPeers()).hasSize(LIMITS.peers());
    }

    @Test
    void longKeysValuesAndMessagesAreRefused() {
        refused(
                KadMessage.of(MessageType.FIND_NODE, new byte[LIMITS.keyBytes() + 1])
                        .toBytes(),
                "the limit of 512");
        refused(
                KadMessage.putValue(KadRecord.of(new byte[1], new byte[LIMITS.valueBytes() + 1]))
                        .toBytes(),
                "65536");
        refused(new byte[LIMITS.bytes() + 1], "the limit of 1048576");
        refused(new ProtobufWriter().enumeration(1, 6).toByteArray(), "no message type 6");
    }

    private static void refused(byte[] bytes, String why) {
        assertThatThrownBy(() -> KadMessage.decode(bytes, LIMITS))
                .isInstanceOf(ProtobufException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aSmallMessageDoesNotBecomeManyObjects() {
        ProtobufWriter out = new ProtobufWriter();
        for (int i = 0; i < 20_000; i++) {
            out.bytes(8, new byte[0]);
        }
        refused(out.toByteArray(), "more fields than the limit of 8192");
    }

    @Test
    void mutationsOfMessagesAreReadOrRefused() throws IOException {
        List<byte[]> corpus = List.of(
                everything().toBytes(),
                vector("msg-1.bin"),
                vector("msg-2.bin"),
                vector("msg-3.bin"),
                vector("msg-4.bin"));
        Fuzz.run(5, 50_000, corpus, bytes -> KadMessage.decode(bytes, LIMITS), ProtobufException.class);
    }
}
