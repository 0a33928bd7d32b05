package libp2p.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import libp2p.HostBuilder;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.crypto.Crypto;
import libp2p.crypto.EngineReport;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.node.content.CommandForwarder;
import libp2p.node.content.ContentServer;
import libp2p.node.content.GatewayOptions;
import libp2p.node.host.Exit;
import libp2p.node.host.HostOptions;
import libp2p.protocols.echo.Echo;
import libp2p.protocols.ping.Ping;
import libp2p.protocols.ping.PingSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code p2p train}: two hosts in this process connect, identify and ping over loopback, with every transport, and exchange
 * content. Run while the JVM records its AOT cache, so that the classes of every dialing command are loaded and linked in it. Ends
 * by telling the engine of each cryptographic primitive, from which the launcher chooses JVM flags.
 */
@Command(
        name = "train",
        hidden = true,
        description = "Lets two hosts talk inside this process; for building the AOT cache.",
        mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
    private static final int PINGS = 20;
    private static final int TRAINED_BYTES = 100_000;

    @Mixin
    private HostOptions options = new HostOptions();

    @Override
    public Integer call() throws Exception {
        trainContent();
        try (Host listener =
                options.host().listen(addresses()).service(new Echo()).start()) {
            options.tlsInsecure = true;
            for (Multiaddr address : listener.addresses()) {
                train(new PeerAddress(listener.peerId(), List.of(address)));
            }
        }
        tellEngines();
        return Exit.DONE;
    }

    /** A node with content, its commands by its socket, and a peer that gets from it. */
    private void trainContent() throws Exception {
        Path folder = Files.createTempDirectory("p2p-train");
        try {
            String data = folder.resolve("node").toString();
            Path file = Files.write(folder.resolve("file"), new byte[TRAINED_BYTES]);
            HostBuilder builder = options.host().listen("/ip4/127.0.0.1/tcp/0");
            ContentServer.install(builder, Path.of(data), new GatewayOptions(), null, url -> {});
            try (Host node = builder.start()) {
                String cid =
                        Block.of(Multicodec.RAW, new byte[TRAINED_BYTES]).cid().toString();
                CommandForwarder.run(
                        new String[] {"add", "--data", data, "--profile", "unixfs_v1_2025", "--json", file.toString()});
                CommandForwarder.run(new String[] {"cat", cid, "--data", data, "--length", "1", "--no-progress"});
                String peer = node.addresses().getFirst() + "/p2p/" + node.peerId();
                String out = folder.resolve("out").toString();
                String other = folder.resolve("peer").toString();
                P2p.run("get", cid, "--data", other, "--peer", peer, "--out", out, "--json");
            }
        } finally {
            List<Path> all;
            try (java.util.stream.Stream<Path> files = Files.walk(folder)) {
                all = files.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path file : all) {
                Files.deleteIfExists(file);
            }
        }
    }

    private void tellEngines() {
        List<Object> engines = new ArrayList<>();
        for (EngineReport report : Crypto.standard().report()) {
            engines.add(report.primitive().label());
            engines.add(report.engine().label());
        }
        options.output().event("engines", engines.toString(), engines.toArray());
    }

    private static String[] addresses() {
        return new String[] {
            "/ip4/127.0.0.1/tcp/0",
            "/ip4/127.0.0.1/tcp/0/ws",
            "/ip4/127.0.0.1/tcp/0/tls/ws",
            "/ip4/127.0.0.1/udp/0/quic-v1"
        };
    }

    private void train(PeerAddress peer) throws IOException {
        try (Host dialer = options.host().start()) {
            try (PingSession session = Ping.session(dialer, peer)) {
                for (int i = 0; i < PINGS; i++) {
                    double micros = session.ping().toNanos() / 1000.0;
                    options.output().event("ping", "%.1f µs".formatted(micros), "peer", String.valueOf(peer.peer()));
                }
            }
            try (Stream echo = dialer.open(peer, Echo.PROTOCOL)) {
                echo.write(new byte[1], 0, 1);
                echo.closeWrite();
                echo.input().readAllBytes();
            }
        }
    }
}
