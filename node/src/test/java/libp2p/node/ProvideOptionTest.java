package libp2p.node;

import static libp2p.node.Commands.complaint;
import static libp2p.node.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.Limits;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.routing.ContentRouting;
import libp2p.core.routing.Results;
import libp2p.ipfs.ProvideStrategy;
import libp2p.multiformats.Cid;
import libp2p.node.content.ContentServer;
import libp2p.node.content.DenylistOptions;
import libp2p.node.content.GatewayOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The announcements of a node, when it starts and when something is added. */
class ProvideOptionTest {
    @TempDir
    Path folder;

    /** Notes what is announced. */
    private static final class Announced implements HostService, ContentRouting {
        final LinkedBlockingQueue<List<Cid>> cids = new LinkedBlockingQueue<>();

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
            cids.add(new ArrayList<>(added));
        }

        @Override
        public void stopProviding(Collection<Cid> removed) {}

        @Override
        public void close() {}
    }

    private Path file(int seed) throws Exception {
        byte[] data = new byte[600_000]; // three leaves and a root
        new Random(seed).nextBytes(data);
        return Files.write(folder.resolve("file-" + seed), data);
    }

    @ParameterizedTest
    @CsvSource({"ROOTS, 1, 1", "PINNED, 4, 4", "ALL, 4, 4"})
    void whatWasAddedBeforeAndWhileTheNodeRunsIsAnnounced(ProvideStrategy strategy, int before, int after)
            throws Exception {
        String data = folder.resolve("data").toString();
        run(0, "add", file(1).toString(), "--data", data);
        Announced announced = new Announced();
        HostBuilder builder = Libp2p.host().dataDirectory(Path.of(data)).with(announced);
        ContentServer.install(
                builder,
                Path.of(data),
                Limits.ofThisMachine(),
                new GatewayOptions(),
                strategy,
                new DenylistOptions(),
                url -> {});
        try (Host host = builder.listen("/ip4/127.0.0.1/tcp/0").start()) {
            assertThat(announced.cids.take()).hasSize(before).doesNotHaveDuplicates();
            run(0, "add", file(2).toString(), "--data", data);
            assertThat(announced.cids.take()).hasSize(after);
            assertThat(host.connections()).isEmpty();
        }
    }

    @Test
    void otherStrategiesAreRefused() {
        assertThat(complaint(2, "node", "--provide", "everything", "--data", folder.toString()))
                .contains("--provide takes all, pinned, roots or none");
    }
}
