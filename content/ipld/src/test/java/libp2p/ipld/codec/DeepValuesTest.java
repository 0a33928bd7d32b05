package libp2p.ipld.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import libp2p.ipld.Block;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.MemoryBlocks;
import libp2p.ipld.Node;
import libp2p.ipld.selector.Selector;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.traversal.DagWalk;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values inside each other: refused at a depth for which every thread has stack, and blocks below each other are not. */
class DeepValuesTest {
    /**
     * Reads, and writes again, values that are nested beyond and up to the limit, on a virtual thread of a JVM in which
     * no code is compiled: its frames are the largest.
     */
    static final class Nested {
        /** Half of the stack that the carriers of virtual threads have by default, so that the limit leaves room. */
        static final String STACK = "-Xss512k";

        private static final int TIMES = 20;

        private Nested() {}

        public static void main(String[] arguments) throws InterruptedException {
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread thread = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < TIMES; i++) {
                        forms();
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            thread.join();
            System.out.println(
                    failure.get() == null ? "read" : failure.get().getClass().getName());
        }

        private static void forms() {
            refused(new DagJson()::decode, json("{\"a\":", "1", "}", 2000));
            refused(new DagJson()::decode, json("[", "1", "]", 2000));
            refused(PlainJson::decode, json("{\"a\":", "1", "}", 2000));
            refused(new DagCbor()::decode, cbor(new byte[] {(byte) 0xa1, 0x61, 'a'}, 2000));
            refused(new DagCbor()::decodeLenient, cbor(new byte[] {(byte) 0x81}, 2000));
            refused(Selector::ofCbor, cbor(new byte[] {(byte) 0xa1, 0x61, 'a', (byte) 0xa1, 0x61, '>'}, 1000));
            Node deepest = new DagJson().decode(json("{\"a\":", "1", "}", IpldLimits.NESTING));
            Node other = new DagCbor().decode(new DagCbor().encode(deepest));
            if (!other.equals(deepest) || other.hashCode() != deepest.hashCode()) {
                throw new IllegalStateException("another value");
            }
            PlainJson.decode(PlainJson.text(deepest).getBytes(StandardCharsets.UTF_8));
            new DagJson().links(new DagJson().encode(deepest), cid -> {});
        }

        private static void refused(Function<byte[], Object> reader, byte[] deep) {
            try {
                reader.apply(deep);
            } catch (MalformedException e) {
                return;
            }
            throw new IllegalStateException("a value of " + deep.length + " bytes was read");
        }
    }

    private static byte[] json(String open, String inside, String close, int levels) {
        return (open.repeat(levels) + inside + close.repeat(levels)).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] cbor(byte[] open, int levels) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < levels; i++) {
            out.writeBytes(open);
        }
        out.write(1);
        return out.toByteArray();
    }

    @Test
    void nestedValuesNeverUseUpTheStackOfAVirtualThread() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xint",
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        Nested.STACK,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Nested.class.getName())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        assertThat(printed.strip()).isEqualTo("read");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2000})
    void theLimitOfNestingIsNamed(int beyond) {
        byte[] deep = json("{\"a\":", "1", "}", IpldLimits.NESTING + beyond);
        assertThatThrownBy(() -> new DagJson().decode(deep))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("nested deeper than the limit of " + IpldLimits.NESTING);
    }

    @Test
    void blocksBelowEachOtherAreWalkedFarDeeperThanValuesMayBeNested() throws Exception {
        MemoryBlocks blocks = new MemoryBlocks();
        Cid below = put(blocks, Node.of(1));
        int links = 50_000;
        for (int i = 0; i < links; i++) {
            below = put(blocks, Node.list(new Node.Link(below)));
        }
        DagWalk walk = new DagWalk(blocks, Budget.OWN);
        walk.walk(below, block -> {});
        assertThat(walk.blocks()).isEqualTo(links + 1);
    }

    private static Cid put(MemoryBlocks blocks, Node node) {
        DagCbor codec = new DagCbor();
        Block block = Block.of(codec.code(), codec.encode(node));
        blocks.put(block);
        return block.cid();
    }
}
