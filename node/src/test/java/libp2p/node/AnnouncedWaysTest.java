package libp2p.node;

import static libp2p.node.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.LinkedBlockingQueue;
import libp2p.Libp2p;
import libp2p.Limits;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.routing.ContentRouting;
import libp2p.core.routing.Results;
import libp2p.ipfs.ProvideStrategy;
import libp2p.ipld.Block;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.node.content.ContentServer;
import libp2p.node.content.DenylistOptions;
import libp2p.node.content.GatewayOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Whatever way content comes into a running node, it is announced, and no more once it is gone. */
class AnnouncedWaysTest {
    private static final String TOKEN = "a-token-of-some-length";

    @TempDir
    Path folder;

    private final Announced announced = new Announced();

    /** Notes what is announced, by multihash. */
    private static final class Announced implements HostService, ContentRouting {
        private final LinkedBlockingQueue<String> begun = new LinkedBlockingQueue<>();
        private final LinkedBlockingQueue<String> ended = new LinkedBlockingQueue<>();

        @Override
        public void start(Host host) {}

        @Override
        public Results<PeerAddress> findProviders(Cid cid, Deadline deadline) {
            return Results.none();
        }

        @Override
        public void provide(Cid cid, Deadline deadline) {}

        @Override
        public void startProviding(Collection<Cid> added) {
            added.forEach(cid -> begun.add(cid.hash().toString()));
        }

        @Override
        public void stopProviding(Collection<Cid> removed) {
            removed.forEach(cid -> ended.add(cid.hash().toString()));
        }

        @Override
        public void close() {}

        /** Waits until these have been announced since the last call. */
        void await(List<Block> blocks) throws InterruptedException {
            await(begun, blocks);
        }

        void awaitEnd(List<Block> blocks) throws InterruptedException {
            await(ended, blocks);
        }

        private static void await(LinkedBlockingQueue<String> told, List<Block> blocks) throws InterruptedException {
            Set<String> left = new TreeSet<>();
            blocks.forEach(block -> left.add(block.cid().hash().toString()));
            while (!left.isEmpty()) {
                left.remove(told.take());
            }
        }
    }

    /** A file on the disk, and the blocks that it has; the root is the last. */
    private record Content(Path file, List<Block> blocks) {
        String root() {
            return blocks.getLast().cid().toString();
        }
    }

    private Content content(int seed) throws Exception {
        byte[] data = new byte[600_000]; // three leaves and a root
        new Random(seed).nextBytes(data);
        List<Block> blocks = new ArrayList<>();
        new FileImporter(ImportOptions.V0_2015, blocks::add).add(new ByteArrayInputStream(data));
        return new Content(Files.write(folder.resolve("file-" + seed), data), blocks);
    }

    private Host node(String data, ProvideStrategy strategy, String... gateway) throws Exception {
        var builder = Libp2p.host().dataDirectory(Path.of(data)).with(announced);
        GatewayOptions options = CommandLine.populateCommand(new GatewayOptions(), gateway);
        ContentServer.install(
                builder, Path.of(data), Limits.ofThisMachine(), options, strategy, new DenylistOptions(), urls::add);
        return builder.listen("/ip4/127.0.0.1/tcp/0").start();
    }

    private final LinkedBlockingQueue<String> urls = new LinkedBlockingQueue<>();

    @Test
    void whatIsAddedImportedAndPinnedByCommandIsAnnouncedAndNoMoreOnceItIsCollected() throws Exception {
        String data = folder.resolve("data").toString();
        String other = folder.resolve("other").toString();
        Path car = folder.resolve("content.car");
        Content imported = content(1);
        run(0, "add", imported.file().toString(), "--data", other);
        run(0, "dag", "export", imported.root(), "--out", car.toString(), "--data", other);
        try (Host host = node(data, ProvideStrategy.PINNED)) {
            Content added = content(2);
            run(0, "add", added.file().toString(), "--data", data);
            announced.await(added.blocks());

            run(0, "dag", "import", car.toString(), "--data", data);
            announced.await(imported.blocks());

            Content pinned = content(3);
            run(0, "add", "--no-pin", pinned.file().toString(), "--data", data);
            run(0, "pin", "add", pinned.root(), "--data", data);
            announced.await(pinned.blocks());

            Content got = content(4);
            run(0, "add", "--no-pin", got.file().toString(), "--data", data);
            run(0, "get", "--pin", got.root(), "--out", folder.resolve("got").toString(), "--data", data);
            announced.await(got.blocks());

            Path json = Files.writeString(folder.resolve("value.json"), "{\"a\":1}");
            run(0, "dag", "put", "--pin", json.toString(), "--data", data);
            assertThat(announced.begun.take()).isNotEmpty();

            run(0, "pin", "rm", pinned.root(), "--data", data);
            run(0, "repo", "gc", "--data", data);
            announced.awaitEnd(pinned.blocks());
            assertThat(announced.ended).isEmpty();
            assertThat(host.connections()).isEmpty();
        }
    }

    @Test
    void everyBlockThatIsPutAndFetchedIsAnnouncedUnderAll() throws Exception {
        String data = folder.resolve("data").toString();
        Content remote = content(1);
        run(
                0,
                "add",
                remote.file().toString(),
                "--data",
                folder.resolve("other").toString());
        try (Host host = node(data, ProvideStrategy.ALL)) {
            byte[] bytes = {1, 2, 3};
            run(0, "block", "put", Files.write(folder.resolve("block"), bytes).toString(), "--data", data);
            announced.await(List.of(Block.of(Multicodec.RAW, bytes)));

            Path json = Files.writeString(folder.resolve("value.json"), "{\"a\":1}");
            run(0, "dag", "put", json.toString(), "--data", data);
            assertThat(announced.begun.take()).isNotEmpty();

            var builder = Libp2p.host().dataDirectory(folder.resolve("other"));
            ContentServer.install(
                    builder,
                    folder.resolve("other"),
                    Limits.ofThisMachine(),
                    new GatewayOptions(),
                    null,
                    new DenylistOptions(),
                    url -> {});
            try (Host owner = builder.listen("/ip4/127.0.0.1/tcp/0").start()) {
                run(
                        0,
                        "get",
                        remote.root(),
                        "--out",
                        folder.resolve("got").toString(),
                        "--peer",
                        owner.fullAddresses().getFirst().toString(),
                        "--data",
                        data);
                announced.await(remote.blocks());
            }
            run(0, "block", "rm", remote.root(), "--data", data);
            announced.awaitEnd(List.of(remote.blocks().getLast()));
        }
    }

    @Test
    void whatANodeIsAskedToPinIsAnnounced() throws Exception {
        String data = folder.resolve("data").toString();
        Content asked = content(1);
        Path token = Files.writeString(folder.resolve("token"), TOKEN);
        run(0, "add", "--no-pin", asked.file().toString(), "--data", data);
        try (Host host =
                        node(data, ProvideStrategy.PINNED, "--gateway-port", "0", "--pinning-token", token.toString());
                HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(urls.take() + "/pins"))
                    .header("Authorization", "Bearer " + TOKEN)
                    .POST(HttpRequest.BodyPublishers.ofString("{\"cid\":\"" + asked.root() + "\"}"))
                    .build();
            assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(202);
            announced.await(asked.blocks());
            assertThat(host.connections()).isEmpty();
        }
    }
}
