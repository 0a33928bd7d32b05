package libp2p.multiformats.multiaddr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.MultiformatsLimits;
import libp2p.multiformats.Multihash;
import org.junit.jupiter.api.Test;

class MultiaddrTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final String PEER = "12D3KooWCryG7Mon9orvQxcS1rYZjotPgpwoJNHHKcLLfE4Hf5mV";
    private static final String RELAY = "QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC";
    private static final byte[] PEER_ID = Multihash.fromBase58(PEER).toBytes();

    @Test
    void listsItsComponents() {
        Multiaddr address = Multiaddr.parse("/ip4/192.0.2.1/udp/4001/quic-v1/p2p/" + PEER);
        List<Component> components = address.components();
        assertThat(components)
                .extracting(Component::toString)
                .containsExactly("/ip4/192.0.2.1", "/udp/4001", "/quic-v1", "/p2p/" + PEER);
        assertThat(components).extracting(Component::value).containsExactly("192.0.2.1", "4001", null, PEER);
        assertThat(components.get(3).valueBytes()).isEqualTo(PEER_ID);
        assertThat(components.get(2).valueBytes()).isEmpty();
        assertThat(address.protocols()).containsExactly(Protocol.IP4, Protocol.UDP, Protocol.QUIC_V1, Protocol.P2P);
        assertThat(Multiaddr.of(components)).isEqualTo(address);
    }

    @Test
    void findsTheFirstValueOfAProtocol() {
        Multiaddr address = Multiaddr.parse("/ip4/127.0.0.1/udp/1/ip4/127.0.0.2/tcp/2");
        assertThat(address.value(Protocol.IP4)).isEqualTo("127.0.0.1");
        assertThat(address.valueBytes(Protocol.TCP)).containsExactly(0, 2);
        assertThat(address.value(Protocol.WS)).isNull();
        assertThat(address.valueBytes(Protocol.WS)).isNull();
        assertThat(address.component(Protocol.WS)).isNull();
        assertThat(address.has(Protocol.UDP)).isTrue();
        assertThat(address.has(Protocol.QUIC)).isFalse();
    }

    @Test
    void encapsulatesAndDecapsulates() {
        Multiaddr outer = Multiaddr.parse("/ip4/127.0.0.1/udp/1234");
        Multiaddr inner = Multiaddr.parse("/ip4/127.0.0.1/tcp/4321");
        Multiaddr both = outer.encapsulate(inner);
        assertThat(both).hasToString("/ip4/127.0.0.1/udp/1234/ip4/127.0.0.1/tcp/4321");
        assertThat(both.decapsulate(inner)).isEqualTo(outer);
        assertThat(both.decapsulate(outer)).isEqualTo(Multiaddr.EMPTY);
        assertThat(both.decapsulate(Multiaddr.parse("/ip4/127.0.0.1"))).isEqualTo(outer);
        assertThat(both.decapsulate(Multiaddr.parse("/udp/1235"))).isSameAs(both);
        assertThat(both.decapsulate(Multiaddr.parse("/tcp/4321/ws"))).isSameAs(both);
        assertThat(both.decapsulate(Multiaddr.EMPTY)).isSameAs(both);
        assertThat(both.decapsulate(Protocol.IP4)).isEqualTo(outer);
        assertThat(both.decapsulate(Protocol.WS)).isSameAs(both);
        assertThat(Multiaddr.EMPTY.encapsulate(inner)).isEqualTo(inner);
        assertThat(inner.encapsulate(Multiaddr.EMPTY)).isEqualTo(inner);
    }

    @Test
    void decapsulatesWholeComponentsOnly() {
        // The bytes of /tcp/80 (06 0050) are also inside the value of /ip4/6.0.80.1.
        Multiaddr address = Multiaddr.parse("/ip4/6.0.80.1/udp/1");
        assertThat(address.decapsulate(Multiaddr.parse("/tcp/80"))).isSameAs(address);
    }

    @Test
    void isBuiltFromComponents() {
        Multiaddr address = Multiaddr.parse("/dns4/example.com")
                .with(Protocol.TCP, "443")
                .with(Protocol.TLS)
                .with(Component.of(Protocol.SNI, "example.com"))
                .with(Protocol.WS);
        assertThat(address).hasToString("/dns4/example.com/tcp/443/tls/sni/example.com/ws");
    }

    @Test
    void namesThePeerItLeadsTo() {
        assertThat(Multiaddr.parse("/ip4/1.2.3.4/tcp/1/p2p/" + PEER).peerId()).isEqualTo(PEER_ID);
        assertThat(Multiaddr.parse("/ip4/1.2.3.4/tcp/1").peerId()).isNull();
        assertThat(Multiaddr.parse("/p2p/" + RELAY + "/p2p-circuit/p2p/" + PEER).peerId())
                .isEqualTo(PEER_ID);
        assertThat(Multiaddr.parse("/p2p/" + PEER + "/http-path/a").peerId()).isEqualTo(PEER_ID);
        assertThat(Multiaddr.EMPTY.peerId()).isNull();
    }

    @Test
    void aRelayIsNotThePeerBehindIt() {
        assertThat(Multiaddr.parse("/ip4/1.2.3.4/tcp/1/p2p/" + RELAY + "/p2p-circuit")
                        .peerId())
                .isNull();
    }

    @Test
    void addsAndTakesAwayThePeerAtTheEnd() {
        Multiaddr bare = Multiaddr.parse("/ip4/1.2.3.4/tcp/1");
        Multiaddr full = bare.withPeer(PEER_ID);
        assertThat(full).hasToString("/ip4/1.2.3.4/tcp/1/p2p/" + PEER);
        assertThat(full.withoutPeer()).isEqualTo(bare);
        assertThat(bare.withoutPeer()).isSameAs(bare);
        assertThat(full.withPeer(PEER_ID)).isSameAs(full);
        assertThat(Multiaddr.parse("/p2p/" + PEER).withoutPeer()).isEqualTo(Multiaddr.EMPTY);
        Multiaddr relayed = Multiaddr.parse("/p2p/" + RELAY + "/p2p-circuit");
        assertThat(relayed.withoutPeer()).isSameAs(relayed);
        assertThat(relayed.withPeer(PEER_ID)).hasToString("/p2p/" + RELAY + "/p2p-circuit/p2p/" + PEER);
        byte[] other = Multihash.fromBase58(RELAY).toBytes();
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> full.withPeer(other));
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> bare.withPeer(new byte[3]));
    }

    @Test
    void isEqualAndOrderedByItsBytes() {
        Multiaddr a = Multiaddr.parse("/ip4/127.0.0.1/tcp/1");
        Multiaddr b = Multiaddr.parse("/ip4/200.0.0.1/tcp/1");
        assertThat(a)
                .isEqualTo(Multiaddr.parse("/ip4/127.0.0.1/tcp/1/"))
                .hasSameHashCodeAs(Multiaddr.fromBytes(a.toBytes()));
        assertThat(a).isNotEqualTo(b).isLessThan(b);
        assertThat(a).isLessThan(a.with(Protocol.WS));
        assertThat(a.components().getFirst()).isEqualTo(Component.of(Protocol.IP4, "127.0.0.1"));
        assertThat(a.components().getFirst()).hasSameHashCodeAs(Component.of(Protocol.IP4, "127.0.0.1"));
        assertThat(a.components().getFirst()).isNotEqualTo(b.components().getFirst());
    }

    @Test
    void cannotBeChangedThroughItsArrays() {
        byte[] bytes = HEX.parseHex("047f000001");
        Multiaddr address = Multiaddr.fromBytes(bytes);
        bytes[1] = 9;
        address.toBytes()[1] = 9;
        address.components().getFirst().valueBytes()[0] = 9;
        address.components().getFirst().toBytes()[1] = 9;
        assertThat(address).hasToString("/ip4/127.0.0.1");
    }

    @Test
    void readsTheRestOfABuffer() {
        ByteBuffer buffer = ByteBuffer.wrap(HEX.parseHex("ff047f0000010610e1"));
        buffer.position(1);
        assertThat(Multiaddr.fromBytes(buffer)).hasToString("/ip4/127.0.0.1/tcp/4321");
        assertThat(buffer.hasRemaining()).isFalse();
        ByteBuffer bad = ByteBuffer.wrap(HEX.parseHex("047f0000"));
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Multiaddr.fromBytes(bad));
        assertThat(bad.position()).isZero();
    }

    @Test
    void writesItsBytesToABuffer() {
        Multiaddr address = Multiaddr.parse("/tcp/1");
        ByteBuffer buffer = ByteBuffer.allocate(address.size());
        address.writeTo(buffer);
        assertThat(buffer.array()).isEqualTo(address.toBytes());
        assertThatExceptionOfType(BufferOverflowException.class)
                .isThrownBy(() -> address.writeTo(ByteBuffer.allocate(2)));
    }

    @Test
    void theEmptyAddressComesOnlyFromTakingEverythingAway() {
        assertThat(Multiaddr.EMPTY.isEmpty()).isTrue();
        assertThat(Multiaddr.EMPTY).hasToString("/");
        assertThat(Multiaddr.EMPTY.components()).isEmpty();
        assertThat(Multiaddr.EMPTY.toBytes()).isEmpty();
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Multiaddr.fromBytes(new byte[0]));
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Multiaddr.parse("/"));
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Multiaddr.parse(""));
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Multiaddr.parse("///"));
    }

    @Test
    void nothingFollowsAPath() {
        Multiaddr unix = Multiaddr.parse("/unix/a/tcp/80");
        assertThat(unix.components()).hasSize(1);
        assertThat(unix.value(Protocol.UNIX)).isEqualTo("/a/tcp/80");
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> unix.with(Protocol.WS))
                .withMessage("multiaddr: nothing may follow the path of /unix (byte 0)");
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Multiaddr.fromBytes(HEX.parseHex("9003022f61" + "060050")));
    }

    @Test
    void isBoundedInBytesComponentsAndText() {
        Multiaddr step = Multiaddr.parse("/ws/ws/ws/ws");
        Multiaddr address = Multiaddr.EMPTY;
        while (address.components().size() < MultiformatsLimits.MULTIADDR_COMPONENTS) {
            address = address.encapsulate(step);
        }
        Multiaddr full = address;
        assertThat(Multiaddr.parse(full.toString())).isEqualTo(full);
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> full.with(Protocol.WS))
                .withMessageContaining("limit of 64 components");
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Multiaddr.parse(full + "/ws"))
                .withMessageContaining("limit of 64 components");

        String longName = "/dns/" + "a".repeat(1000);
        assertThat(Multiaddr.parse(longName)).hasToString(longName);
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Multiaddr.parse(longName + longName))
                .withMessageContaining("limit of 1024 bytes");
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Multiaddr.parse(longName).encapsulate(Multiaddr.parse(longName)));
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Multiaddr.fromBytes(new byte[MultiformatsLimits.MULTIADDR_BYTES + 1]));
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Multiaddr.parse("/".repeat(MultiformatsLimits.MULTIADDR_TEXT + 1)));
    }

    @Test
    void theTextOfTheLongestAddressCanBeReadAgain() {
        Multiaddr address = Multiaddr.EMPTY;
        for (int i = 1; i < MultiformatsLimits.MULTIADDR_COMPONENTS; i++) {
            address = address.with(Protocol.P2P_WEBSOCKET_STAR);
        }
        int left = MultiformatsLimits.MULTIADDR_BYTES - address.size() - 4;
        Multiaddr longest = address.with(Component.ofBytes(Protocol.HTTP_PATH, new byte[left]));
        assertThat(longest.size()).isEqualTo(MultiformatsLimits.MULTIADDR_BYTES);
        assertThat(Multiaddr.parse(longest.toString())).isEqualTo(longest);
    }

    @Test
    void refusesToAllocateWhatALengthPromises() {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Multiaddr.fromBytes(HEX.parseHex("35ffffffffffffffff7f61")))
                .withMessage(
                        "multiaddr: a value of /dns should have 9223372036854775807 bytes, but only 1 follow (byte 0)");
    }
}
