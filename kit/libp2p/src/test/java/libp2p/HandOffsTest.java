package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.protocols.ping.Ping;
import libp2p.protocols.ping.PingSession;
import libp2p.security.pnet.PreSharedKey;
import libp2p.system.SystemEnvironment;
import libp2p.transports.websocket.WebSocketTransport;
import libp2p.transports.websocket.tls.TlsTrust;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A small message is sealed and written by the thread that has it, and an event loop reads what comes: neither a thread
 * that reads nor one that writes is started for it, or woken. The event loop itself answers a ping. So it is over TCP,
 * over WebSocket with and without TLS, and in a private network.
 */
class HandOffsTest {
    private static final String ECHO = "/test/echo/1.0.0";
    /** Threads of a host that come and go by their own time, such as pushes of what has changed. */
    private static final Set<String> BESIDE = Set.of("identify-push", "interfaces", "connection manager");

    /** Notes which threads begin, or wait for work. */
    private static final class Watching extends ForwardingEnvironment {
        private final Queue<String> seen = new ConcurrentLinkedQueue<>();
        private final Predicate<String> counts;

        /** @param counts which threads, by their names */
        Watching(Predicate<String> counts) {
            super(SystemEnvironment.shared());
            this.counts = counts;
        }

        private void note(String what, String thread) {
            if (counts.test(thread)) {
                seen.add(thread + what);
            }
        }

        @Override
        public Thread start(String name, Runnable task) {
            note(" starts", name);
            return super.start(name, task);
        }

        @Override
        public void park(Object blocker, Deadline deadline) {
            note(" waits", Thread.currentThread().getName());
            super.park(blocker, deadline);
        }
    }

    /** Waits until two hosts have identified each other, beside which threads of theirs come and go. */
    private static final class Identified implements AutoCloseable {
        private final List<Subscription<PeerIdentified>> both;

        /** @param hosts that have no connection yet */
        Identified(Host... hosts) {
            both = Arrays.stream(hosts)
                    .map(host -> host.events().subscribe(PeerIdentified.class))
                    .toList();
        }

        void await() throws InterruptedException {
            for (Subscription<PeerIdentified> one : both) {
                assertThat(one.take(Deadline.NONE)).isNotNull();
            }
        }

        @Override
        public void close() {
            both.forEach(Subscription::close);
        }
    }

    private static void echo(Stream stream) throws IOException {
        byte[] message = new byte[1000];
        int count;
        while ((count = stream.read(message, 0, message.length)) > 0) {
            stream.write(message, 0, count);
        }
    }

    private static void roundTrips(Stream stream, int count) throws IOException {
        byte[] message = new byte[1000];
        for (int i = 0; i < count; i++) {
            stream.write(message, 0, message.length);
            for (int read = 0; read < message.length; ) {
                read += stream.read(message, read, message.length - read);
            }
        }
    }

    private static HostBuilder host(String security, boolean isPrivate) {
        HostBuilder host = Libp2p.host()
                .security(security)
                .webSocket(WebSocketTransport.Options.DEFAULT.withTrust(TlsTrust.insecure()));
        return isPrivate ? host.privateNetwork(PreSharedKey.of(new byte[32])) : host;
    }

    @ParameterizedTest
    @CsvSource({
        "noise,'',false",
        "tls,'',false",
        "noise,'',true",
        "noise,/ws,false",
        "tls,/ws,true",
        "noise,/tls/ws,false"
    })
    void aSmallMessageNeedsNoThreadThatReadsOrWrites(String security, String suffix, boolean isPrivate)
            throws Exception {
        Watching watching = new Watching(thread -> thread.endsWith(" writer") || thread.startsWith("reader "));
        try (Host server = host(security, isPrivate)
                        .environment(watching)
                        .listen("/ip4/127.0.0.1/tcp/0" + suffix)
                        .start();
                Host client = host(security, isPrivate).environment(watching).start();
                Identified identified = new Identified(server, client)) {
            server.handle(ECHO, HandOffsTest::echo);
            try (Stream stream = client.open(PeerAddress.of(server.peerId(), server.addresses()), ECHO)) {
                identified.await();
                roundTrips(stream, 200);
                watching.seen.clear();
                roundTrips(stream, 500);
                // A push of what has changed may be written at the same moment, which takes a few threads for all.
                assertThat(watching.seen).hasSizeLessThan(500 / 50);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"noise,'',false", "tls,'',false", "noise,'',true", "noise,/ws,false", "noise,/tls/ws,false"})
    void aPingNeedsNoThreadOfTheSideThatAnswers(String security, String suffix, boolean isPrivate) throws Exception {
        Watching watching = new Watching(thread -> !BESIDE.contains(thread));
        try (Host server = host(security, isPrivate)
                        .environment(watching)
                        .listen("/ip4/127.0.0.1/tcp/0" + suffix)
                        .start();
                Host client = host(security, isPrivate).start();
                Identified identified = new Identified(server, client);
                PingSession session = Ping.session(client, PeerAddress.of(server.peerId(), server.addresses()))) {
            identified.await();
            pings(session, 200);
            watching.seen.clear();
            pings(session, 500);
            assertThat(watching.seen).isEmpty();
        }
    }

    private static void pings(PingSession session, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            session.ping();
        }
    }
}
