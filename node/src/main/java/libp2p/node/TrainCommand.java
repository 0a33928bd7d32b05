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
 * {@code p2p train}: two hosts in this process connect, identify and ping over loopback, with every transport, and
 * exchange content. Run while the JVM records its AOT cache, so that the classes of every dialing command are loaded
 * and linked in it. A part that fails is tried again and then left out. Ends by telling the engine of each
 * cryptographic primitive, from which the launcher chooses JVM flags.
 */
@Command(
        name = "train",
        hidden = true,
        description = "Lets two hosts talk inside this process; for building the AOT cache.",
        mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
    private static final int PINGS = 20;
    private static final int TRAINED_BYTES = 100_000;
    private static final int ATTEMPTS = 3;
    private static final List<String> ADDRESSES = List.of(
            "/ip4/127.0.0.1/tcp/0",
            "/ip4/127.0.0.1/tcp/0/ws",
            "/ip4/127.0.0.1/tcp/0/tls/ws",
            "/ip4/127.0.0.1/udp/0/quic-v1");

    @Mixin
    private HostOptions options = new HostOptions();

    /** A part of the training. */
    @FunctionalInterface
    private interface Part {
        void run() throws Exception;
    }

    @Override
    public Integer call() throws Exception {
        try {
            part("content", this::trainContent);
            for (String address : ADDRESSES) {
                part(address, () -> trainTransport(address));
            }
        } finally {
            tellEngines();
        }
        return Exit.DONE;
    }

    /**
     * Trains a part, again if it fails: on a machine that builds much else, a handshake may miss its deadline. A part
     * that fails always is told and left out, since a cache of all the others is worth more than none.
     */
    private static void part(String name, Part part) {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                part.run();
                return;
            } catch (Exception e) {
                System.err.println("train: " + name + ", attempt " + attempt + " of " + ATTEMPTS + ": " + e);
            }
        }
    }

    private void trainTransport(String address) throws Exception {
        options.tlsInsecure = false;
        try (Host listener = options.host().listen(address).service(new Echo()).start()) {
            options.tlsInsecure = true;
            train(new PeerAddress(listener.peerId(), listener.addresses()));
        }
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
                if (P2p.run("get", cid, "--data", other, "--peer", peer, "--out", out, "--json") != Exit.DONE) {
                    throw new IOException("the peer did not get the content");
                }
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
