package libp2p.interop.quic;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import libp2p.quic.connection.CloseCause;
import libp2p.quic.connection.Connection;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.stream.QuicStreamLimits;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The program: {@code serve} gives files until it is ended, {@code get} fetches files and ends. Events are told in
 * lines of JSON on standard output.
 */
@Command(
        name = "quic",
        subcommands = {QuicPeer.Serve.class, QuicPeer.Get.class})
public final class QuicPeer {
    private static final long SECOND = 1_000_000_000L;
    /** HTTP/3 needs streams of one way, which libp2p has none of. */
    private static final QuicStreamLimits STREAMS =
            new QuicStreamLimits(256, 16, 256 << 10, 10 << 20, 384 << 10, 15 << 20, 512 << 10);

    private static final ConnectionConfig CONFIG =
            ConnectionConfig.DEFAULT.withStreams(STREAMS).withTimes(30 * SECOND, 15 * SECOND, 30 * SECOND);

    private QuicPeer() {}

    private static void tell(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private abstract static class Common {
        @Option(names = "--cert", required = true, description = "the server's certificate in PEM")
        Path certificate = Path.of("");

        @Option(names = "--key", required = true, description = "its key in PEM")
        Path key = Path.of("");

        @Option(names = "--host", defaultValue = "127.0.0.1", description = "the server's address")
        String host = "";

        @Option(names = "--port", defaultValue = "0", description = "the server's port")
        int port;

        @Option(names = "--folder", required = true, description = "the folder of the files")
        Path folder = Path.of("");

        @Option(names = "--mtu", defaultValue = "1452", description = "the largest datagram that is tried")
        int mtu;

        ConnectionConfig config() {
            return CONFIG.withMtu(mtu);
        }
    }

    @Command(name = "serve")
    static final class Serve extends Common implements Callable<Integer> {
        @Option(names = "--page", required = true, description = "what every request over HTTP/3 gets")
        Path page = Path.of("");

        @Option(names = "--retry", description = "every address is asked for a proof")
        boolean retry;

        @Override
        public Integer call() throws IOException {
            X509Credentials credentials = X509Credentials.read(certificate, key);
            EndpointLimits limits = retry ? EndpointLimits.DEFAULT.withUnvalidated(0) : EndpointLimits.DEFAULT;
            try (UdpLoop loop = new UdpLoop(new InetSocketAddress(host, port), config(), limits)) {
                tell("{\"event\":\"listening\",\"port\":" + loop.localAddress().getPort() + "}");
                loop.serve(
                        credentials,
                        List.of(Http.HQ.protocol(), Http.H3.protocol()),
                        () -> new FileServer(folder, page),
                        connection -> tell("{\"event\":\"over\",\"ecn\":%b,\"marked\":%d,\"mtu\":%d}"
                                .formatted(connection.status().ecn(), loop.marked(), connection.mtu())),
                        () -> false);
            }
            return 0;
        }
    }

    @Command(name = "get")
    static final class Get extends Common implements Callable<Integer> {
        @Option(names = "--alpn", defaultValue = "hq-interop", description = "hq-interop or h3")
        String protocol = "";

        @Option(names = "--one-by-one", description = "a connection for every file")
        boolean oneByOne;

        @Option(names = "--update-keys", description = "asks for new keys when the handshake is confirmed")
        boolean updateKeys;

        @Option(
                names = "--rebind-at",
                defaultValue = "-1",
                description = "the local port changes when so much has come")
        long rebindAt;

        @Option(
                names = "--migrate-at",
                defaultValue = "-1",
                description = "the connection moves to another address of this machine when so much has come")
        long migrateAt;

        @Option(
                names = "--migrate-to",
                defaultValue = "127.0.0.2",
                description = "that address; default: ${DEFAULT-VALUE}")
        String migrateTo = "";

        @Option(names = "--timeout", defaultValue = "60", description = "in seconds")
        long timeout;

        @Parameters(arity = "1..*")
        List<String> names = new ArrayList<>();

        @Override
        public Integer call() throws IOException {
            X509Credentials credentials = X509Credentials.read(certificate, key);
            List<List<String>> rounds = oneByOne ? names.stream().map(List::of).toList() : List.of(names);
            boolean v6 = host.indexOf(':') >= 0;
            try (UdpLoop loop =
                    new UdpLoop(new InetSocketAddress(v6 ? "::1" : "127.0.0.1", 0), config(), EndpointLimits.DEFAULT)) {
                for (List<String> round : rounds) {
                    if (!fetch(loop, credentials, round)) {
                        return 1;
                    }
                }
            }
            return 0;
        }

        private boolean fetch(UdpLoop loop, X509Credentials credentials, List<String> round) throws IOException {
            long deadline = System.nanoTime() + timeout * SECOND;
            FileClient client = new FileClient(host + ":" + port, folder, round);
            Connection connection = loop.connect(
                            new InetSocketAddress(host, port), credentials.ofClient(), List.of(protocol), client)
                    .connection();
            boolean[] did = new boolean[3];
            InetAddress elsewhere = InetAddress.getByName(migrateTo);
            loop.run(() -> {
                if (updateKeys && !did[0] && connection.isConfirmed()) {
                    did[0] = connection.updateKeys();
                }
                if (rebindAt >= 0 && !did[1] && client.received() >= rebindAt && connection.isConfirmed()) {
                    did[1] = true;
                    change(loop::rebind);
                }
                if (migrateAt >= 0 && !did[2] && client.received() >= migrateAt) {
                    change(() -> did[2] = loop.migrate(connection, elsewhere));
                }
                // A new path may be validated later than the last byte arrives: a challenge may be lost like any
                // packet.
                boolean moved = migrateAt < 0 || connection.migration().local() == 1;
                return client.isDone() && moved || connection.closing() != null || System.nanoTime() > deadline;
            });
            loop.run(() -> {
                report(client, connection, loop);
                connection.close(0, "", System.nanoTime());
                return true;
            });
            loop.run(connection::isTerminated);
            return client.isDone();
        }

        private static void report(FileClient client, Connection connection, UdpLoop loop) {
            CloseCause closing = connection.closing();
            tell(("{\"event\":\"%s\",\"received\":%d,\"keyUpdates\":%d,\"mtu\":%d,\"ecn\":%b,\"marked\":%d,"
                            + "\"local\":%d,\"alpn\":\"%s\",\"why\":\"%s\"}")
                    .formatted(
                            client.isDone() ? "done" : "failed",
                            client.received(),
                            connection.keyUpdates(),
                            connection.mtu(),
                            connection.status().ecn(),
                            loop.marked(),
                            connection.migration().local(),
                            connection.protocol(),
                            closing == null ? "" : closing.text().replace('"', '\'')));
        }

        private interface Change {
            void make() throws IOException;
        }

        private static void change(Change change) {
            try {
                change.make();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new QuicPeer()).execute(arguments));
    }
}
