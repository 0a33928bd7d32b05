package libp2p.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import libp2p.blocks.BlockStore;
import libp2p.blocks.StoreException;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writers and collections of one bucket, request by request. */
class S3SweepsTest {
    private static final String LOOK = "GET ?prefix=blocks/shared/sw";
    private static final SharedStoreLimits LIMITS = SharedStoreLimits.DEFAULT.withGrace(Duration.ofMinutes(5));

    private final NodeEnvironment writing = new NodeEnvironment(Duration.ZERO);
    private final Block old = block("removed and written at once");
    private FakeS3 server;
    private BlockStore writer;
    private BlockStore collector;

    @BeforeEach
    void start() throws Exception {
        server = new FakeS3();
        writer = S3BlockStore.open(writing, server.options("blocks/"), LIMITS);
        collector = S3BlockStore.open(new NodeEnvironment(Duration.ZERO), server.options("blocks/"), LIMITS);
        writer.put(old);
        server.pass(Duration.ofHours(3));
    }

    @AfterEach
    void stop() throws Exception {
        writer.close();
        collector.close();
        server.close();
    }

    private static Block block(String text) {
        return Block.of(Multicodec.RAW, text.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isAbout(String request, String method, Block block) {
        return request.startsWith(method + " blocks/")
                && request.endsWith(HexFormat.of().formatHex(block.cid().hash().toBytes()));
    }

    @FunctionalInterface
    private interface Task {
        void run() throws Exception;
    }

    private static CompletableFuture<Void> start(Task task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                task.run();
                done.complete(null);
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    private CompletableFuture<Void> deletion() {
        return start(() -> collector.delete(List.of(old.cid().hash())));
    }

    /** The collection has looked at the block, and its request to remove it comes after the block is put again. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBlockThatIsPutWhileItIsRemovedStaysWhenThePutReturns(boolean collectionEndsFirst) throws Exception {
        FakeS3.Held removal = server.hold(request -> isAbout(request, "DELETE", old));
        CompletableFuture<Void> deletion = deletion();
        removal.awaitArrival();
        FakeS3.Held look = server.hold(LOOK::equals);
        CompletableFuture<Void> put = start(() -> writer.put(old));
        CompletableFuture.anyOf(put, start(look::awaitArrival)).get();
        if (collectionEndsFirst) {
            removal.release();
            deletion.get();
            look.release();
        } else {
            look.release();
            removal.release();
            deletion.get();
        }
        put.get();
        assertThat(writer.find(old.cid())).isEqualTo(old.data());
        assertThat(server.keys()).noneMatch(key -> key.contains("/sweeps/"));
    }

    @Test
    void aBlockThatIsPutBeforeTheSecondLookIsNotRemoved() throws Exception {
        FakeS3.Held look = server.hold(request -> isAbout(request, "HEAD", old));
        CompletableFuture<Void> deletion = deletion();
        look.awaitArrival();
        CompletableFuture<Void> put = start(() -> writer.put(old)); // waits for the end of the collection
        FakeS3.Held again = server.hold(LOOK::equals);
        again.awaitArrival();
        again.release();
        look.release();
        deletion.get();
        put.get();
        assertThat(writer.find(old.cid())).isEqualTo(old.data());
        assertThat(server.requests()).noneMatch(request -> isAbout(request, "DELETE", old));
    }

    @Test
    void aCollectionThatTakesLongerThanTheGraceRemovesNothingThatIsYoungerThanItself() throws Exception {
        Block pinned = block("written and pinned after the pins were listed");
        try (BlockStore.Lease collection = collector.lease()) {
            server.pass(Duration.ofMinutes(1));
            try (BlockStore.Lease lease = writer.lease()) {
                writer.put(pinned);
            }
            server.pass(Duration.ofMinutes(50));
            collector.delete(List.of(pinned.cid().hash(), old.cid().hash()));
        }
        assertThat(writer.has(pinned.cid())).isTrue();
        assertThat(writer.has(old.cid())).isFalse();
    }

    @Test
    void aCollectionOfOtherBlocksIsNotWaitedFor() throws Exception {
        FakeS3.Held removal = server.hold(request -> isAbout(request, "DELETE", old));
        CompletableFuture<Void> deletion = deletion();
        removal.awaitArrival();
        writer.put(block("another one"));
        removal.release();
        deletion.get();
        assertThat(writer.has(old.cid())).isFalse();
        writer.putAll(List.of(block("another one"), old));
        assertThat(writer.has(old.cid())).isTrue();
    }

    /** As if the collector was killed: the request may still be on its way, and the mark says so. */
    @Test
    void aRemovalWhoseOutcomeIsUnknownIsFearedUntilTheStoreRefusesIt() throws Exception {
        FakeS3.Held failing = server.fail(request -> isAbout(request, "DELETE", old));
        assertThatThrownBy(() -> collector.delete(List.of(old.cid().hash()))).isInstanceOf(StoreException.class);
        failing.release();
        FakeS3.Held look = server.hold(LOOK::equals);
        CompletableFuture<Void> put = start(() -> writer.put(old));
        CompletableFuture.anyOf(put, start(look::awaitArrival)).get();
        writing.pass(Duration.ofMinutes(2));
        look.release();
        assertThatThrownBy(put::get)
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("put them again in PT30M");
        writer.put(block("another one"));
        server.pass(Duration.ofMinutes(31));
        writer.put(old);
        assertThat(writer.find(old.cid())).isEqualTo(old.data());
        assertThat(server.keys()).noneMatch(key -> key.contains("/sweeps/"));
    }

    /** Marks of collectors that were killed do not gather: each would cost every writer a request. */
    @Test
    void aDeadMarkIsRemovedByTheNextWriterWhateverItWrites() throws Exception {
        FakeS3.Held failing = server.fail(request -> isAbout(request, "DELETE", old));
        assertThatThrownBy(() -> collector.delete(List.of(old.cid().hash()))).isInstanceOf(StoreException.class);
        failing.release();
        writer.put(block("while the mark lives"));
        assertThat(server.keys()).anyMatch(key -> key.contains("/sweeps/"));
        server.pass(Duration.ofMinutes(31));
        writer.put(block("when it is dead"));
        assertThat(server.keys()).noneMatch(key -> key.contains("/sweeps/"));
    }

    @Test
    void aRequestThatWasSignedTooLongBeforeIsRefused() throws Exception {
        S3Client client = new S3Client(new NodeEnvironment(Duration.ofHours(9)), server.options("blocks/"), LIMITS);
        client.put("blocks/object", new byte[1]); // the clock of the node is wrong, and that of the store is learned
        server.pass(Duration.ofHours(1));
        assertThat(client.call("HEAD", "blocks/object", 0).status()).isEqualTo(200);
        client.close();
    }

    @Test
    void twoCollectionsOfTheSameBlocksRemoveThemOnce() throws Exception {
        BlockStore.Lease first = writer.lease();
        BlockStore.Lease second = collector.lease();
        FakeS3.Held removal = server.hold(request -> isAbout(request, "DELETE", old));
        CompletableFuture<Void> deletions = CompletableFuture.allOf(
                deletion(), start(() -> writer.delete(List.of(old.cid().hash()))));
        removal.awaitArrival();
        removal.release();
        deletions.get();
        first.close();
        second.close();
        assertThat(server.keys()).containsExactly("blocks/shared/swept");
    }

    @Test
    void keysAreListedWhateverCharactersThePrefixHas() throws Exception {
        SharedStoreLimits limits = LIMITS.withGrace(Duration.ZERO);
        try (BlockStore store =
                S3BlockStore.open(new NodeEnvironment(Duration.ZERO), server.options("a&b<c>'d\"/\u00e9 /"), limits)) {
            List<Block> blocks = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                blocks.add(block("block " + i));
            }
            store.putAll(blocks);
            List<String> listed = new ArrayList<>();
            store.forEach((hash, size) -> listed.add(hash.toString()));
            assertThat(listed)
                    .containsExactlyInAnyOrderElementsOf(blocks.stream()
                            .map(block -> block.cid().hash().toString())
                            .toList());
            server.pass(Duration.ofSeconds(2));
            store.delete(blocks.stream().map(block -> block.cid().hash()).toList());
            assertThat(store.usage().blocks()).isZero();
        }
        assertThat(S3Listing.unescaped("&#x41;&#66;&amp;lt;&unknown; & &#xffffff;"))
                .isEqualTo("AB&lt;&unknown; & &#xffffff;");
    }
}
