package libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import libp2p.core.host.DialOptions;
import libp2p.core.host.PeerAddress;
import libp2p.core.resource.ScopeUsage;
import libp2p.core.testing.InitialPacket;
import libp2p.protocols.ping.Ping;
import libp2p.swarm.Swarm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The answers of a server, or of an attacker on the path, that does not mean well. */
class QuicHostileServerTest {
    private static final String ADDRESS = "/ip4/127.0.0.1/udp/0/quic-v1";

    private final Random random = new Random(3);
    private Swarm server;
    private Swarm client;
    private UdpLink link;

    @BeforeEach
    void start() throws IOException {
        server = (Swarm) Libp2p.host().listen(ADDRESS).start();
        client = (Swarm) Libp2p.host().start();
        link = new UdpLink(server.addresses().getFirst().port());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        link.close();
        assertThat(client.threads()).isZero();
        assertThat(client.resourceManager().system().usage()).isEqualTo(ScopeUsage.EMPTY);
    }

    private interface Attack {
        List<byte[]> on(InitialPacket packet) throws GeneralSecurityException;
    }

    /** Answers every datagram that begins like an Initial packet, as it was sent first. */
    private static Function<byte[], List<byte[]>> onInitial(Attack attack) {
        return datagram -> {
            try {
                boolean initial = (datagram[0] & 0xf0) == 0xc0;
                return initial ? attack.on(InitialPacket.open(datagram)) : List.of();
            } catch (GeneralSecurityException otherKeys) {
                return List.of(); // it has changed its destination id meanwhile
            }
        };
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private PeerAddress acrossTheLink() {
        return PeerAddress.parse("/ip4/127.0.0.1/udp/" + link.port() + "/quic-v1/p2p/" + server.peerId());
    }

    private void dialFails() {
        assertThatThrownBy(
                        () -> client.connect(acrossTheLink(), DialOptions.DEFAULT.withTimeout(Duration.ofSeconds(2))))
                .isInstanceOf(IOException.class);
    }

    private void dialSucceeds() throws IOException {
        assertThat(Ping.once(client, acrossTheLink())).isPositive();
    }

    private void anHonestServerIsReached() throws IOException {
        assertThat(Ping.once(client, PeerAddress.of(server.peerId(), server.addresses())))
                .isPositive();
    }

    @Test
    void versionNegotiationTowardsVersionsThatDoNotExistEndsTheDial() throws Exception {
        link.lose(number -> true, number -> true);
        link.inject(onInitial(packet -> List.of(packet.negotiation(0x1a2a3a4a, 0x6b3343cf))));
        dialFails();
        anHonestServerIsReached();
    }

    /** A forgery: a server that has version 1 does not negotiate (RFC 9000, 6.2). */
    @Test
    void versionNegotiationTowardsTheSameVersionIsNotHeard() throws Exception {
        link.inject(onInitial(packet -> List.of(packet.negotiation(1), packet.negotiation(0, 1))));
        dialSucceeds();
    }

    @Test
    void aRetryWhoseTagIsWrongIsNotHeard() throws Exception {
        link.inject(onInitial(packet -> List.of(packet.retry(bytes(8), bytes(40), false))));
        dialSucceeds();
    }

    @Test
    void retriesWithoutEndAreFollowedOnce() throws Exception {
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger datagrams = new AtomicInteger();
        link.lose(number -> datagrams.incrementAndGet() > 0, number -> true);
        link.inject(datagram -> {
            answered.incrementAndGet();
            return onInitial(packet -> List.of(packet.retry(bytes(8), bytes(60), true)))
                    .apply(datagram);
        });
        dialFails();
        assertThat(datagrams.get())
                .as("datagrams of a dialer that is sent round and round")
                .isLessThan(30);
        anHonestServerIsReached();
    }

    @Test
    void datagramsOfAnySizeThatNameTheConnectionAreDropped() throws Exception {
        link.inject(onInitial(packet -> {
            byte[] largest = bytes(65_507);
            byte[] stateless = bytes(1300);
            for (byte[] forged : List.of(largest, stateless)) {
                forged[0] = 0x41;
                System.arraycopy(packet.source(), 0, forged, 1, packet.source().length);
            }
            byte[] handshake = bytes(3000);
            handshake[0] = (byte) 0xe0;
            System.arraycopy(new byte[] {0, 0, 0, 1, (byte) packet.source().length}, 0, handshake, 1, 5);
            System.arraycopy(packet.source(), 0, handshake, 6, packet.source().length);
            return List.of(largest, stateless, handshake, new byte[] {(byte) 0xc0}, new byte[0]);
        }));
        dialSucceeds();
    }

    @Test
    void aServerThatSaysNothingCostsNoMoreThanTheDeadline() {
        link.lose(number -> true, number -> true);
        assertThatThrownBy(
                        () -> client.connect(acrossTheLink(), DialOptions.DEFAULT.withTimeout(Duration.ofMillis(300))))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(java.net.ConnectException.class);
        assertThat(client.connections()).isEmpty();
    }
}
