package libp2p.multiformats.multiaddr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.MultiformatsLimits;
import libp2p.multiformats.Multihash;
import libp2p.multiformats.Mutations;
import libp2p.multiformats.Vectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class MultiaddrFuzzTest {
    @Test
    void everyRandomAddressHasOneTextAndOneEncoding() {
        var random = new Random(11);
        for (int i = 0; i < 5000; i++) {
            Multiaddr address = randomAddress(random);
            assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
            assertThat(Multiaddr.fromBytes(address.toBytes())).isEqualTo(address);
            assertThat(Multiaddr.of(address.components())).isEqualTo(address);
            List<Component> components = address.components();
            Multiaddr last = Multiaddr.of(List.of(components.getLast()));
            assertThat(address.decapsulate(last).encapsulate(last)).isEqualTo(address);
        }
    }

    @Test
    void onlyMalformedExceptionComesOutOfMutatedInput() {
        mutate(new Random(12), 60_000);
    }

    @Test
    @Tag("long")
    void onlyMalformedExceptionComesOutOfMuchMutatedInput() {
        mutate(new Random(13), 5_000_000);
    }

    private static void mutate(Random random, int rounds) {
        List<Multiaddr> corpus = corpus();
        int read = 0;
        for (int i = 0; i < rounds; i++) {
            Multiaddr seed = corpus.get(random.nextInt(corpus.size()));
            read += readsBytes(Mutations.mutate(seed.toBytes(), random)) ? 1 : 0;
            read += readsText(Mutations.mutate(seed.toString(), random)) ? 1 : 0;
        }
        assertThat(read).as("mutations that are still valid").isBetween(rounds / 50, rounds * 2 - rounds / 50);
    }

    private static boolean readsBytes(byte[] bytes) {
        Multiaddr address;
        try {
            address = Multiaddr.fromBytes(bytes);
        } catch (MalformedException e) {
            return false;
        }
        assertThat(address.toBytes()).isEqualTo(bytes);
        useAll(address);
        return true;
    }

    private static boolean readsText(String text) {
        Multiaddr address;
        try {
            address = Multiaddr.parse(text);
        } catch (MalformedException e) {
            if (!isPrintable(e.getMessage())) {
                throw new AssertionError("unescaped text in: " + e.getMessage());
            }
            return false;
        }
        useAll(address);
        return true;
    }

    /** Nothing may fail on an address that could be made. */
    private static void useAll(Multiaddr address) {
        String text = address.toString();
        assertThat(text.length()).isLessThanOrEqualTo(MultiformatsLimits.MULTIADDR_TEXT);
        if (!text.equals("/")) {
            assertThat(Multiaddr.parse(text)).isEqualTo(address);
        }
        for (Component component : address.components()) {
            if (component.value() != null) {
                assertThat(Component.of(component.protocol(), component.value()))
                        .isEqualTo(component);
            }
        }
        address.peerId();
        address.withoutPeer();
        address.ip();
        address.port();
        address.isPublic();
        address.isPrivate();
    }

    private static boolean isPrintable(String message) {
        return message.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    }

    private static List<Multiaddr> corpus() {
        List<Multiaddr> corpus = new ArrayList<>();
        for (Object text : Vectors.array("multiaddr/valid.json")) {
            corpus.add(Multiaddr.parse((String) text));
        }
        var random = new Random(14);
        for (int i = 0; i < 200; i++) {
            corpus.add(randomAddress(random));
        }
        return corpus;
    }

    private static Multiaddr randomAddress(Random random) {
        Multiaddr address = Multiaddr.EMPTY;
        Protocol[] protocols = Protocol.values();
        for (int i = random.nextInt(6); i >= 0; i--) {
            Protocol protocol = protocols[random.nextInt(protocols.length)];
            address = address.with(Component.ofBytes(protocol, randomValue(protocol, random)));
            if (protocol.isPath() || address.size() > 500) {
                break;
            }
        }
        return address;
    }

    private static byte[] randomValue(Protocol protocol, Random random) {
        return switch (protocol) {
            case P2P ->
                Multihash.identity(bytes(random, 1 + random.nextInt(40))).toBytes();
            case CERTHASH -> Multihash.of(0x12, bytes(random, 32)).toBytes();
            case GARLIC64 -> bytes(random, 386 + random.nextInt(8));
            case GARLIC32 -> bytes(random, 35 + random.nextInt(8));
            case HTTP_PATH, THREAD -> bytes(random, 1 + random.nextInt(30));
            case UNIX -> ("/" + name(random)).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            case IP6ZONE, DNS, DNS4, DNS6, DNSADDR, SNI ->
                name(random).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            case ONION, ONION3 -> {
                byte[] value = bytes(random, protocol.size());
                value[value.length - 1] |= 1;
                yield value;
            }
            default -> bytes(random, protocol.size());
        };
    }

    private static String name(Random random) {
        var name = new StringBuilder();
        for (int i = random.nextInt(20); i >= 0; i--) {
            name.appendCodePoint("abc.-%é日😀".codePoints().toArray()[random.nextInt(9)]);
        }
        return name.toString();
    }

    private static byte[] bytes(Random random, int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
