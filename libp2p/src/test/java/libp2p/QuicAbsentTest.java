package libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.text.MessageFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import libp2p.core.connection.DialException;
import libp2p.core.environment.SystemEnvironment;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.transports.quic.AbsentQuic;
import libp2p.transports.tcp.TcpTransport;
import org.junit.jupiter.api.Test;

/** A platform for which there is no native library. */
class QuicAbsentTest {
    private static HostBuilder host() {
        return Libp2p.host().transports(TcpTransport.factory(TcpTransport.Options.DEFAULT), AbsentQuic.factory());
    }

    @Test
    void anExplicitAddressMakesStartFailByName() {
        assertThatThrownBy(() -> host().listen("/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/udp/0/quic-v1")
                        .start())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/ip4/127.0.0.1/udp/0/quic-v1")
                .hasMessageContaining(AbsentQuic.REASON);
    }

    @Test
    void defaultAddressesGoWithoutQuicAndSaySo() throws IOException {
        DefaultAddresses defaults = DefaultAddresses.onPort(0, AbsentQuic.REASON);
        assertThat(defaults.without()).singleElement().asString().contains("QUIC", AbsentQuic.REASON);
        DefaultAddresses here =
                new DefaultAddresses(List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")), defaults.without());
        assertThat(defaults.addresses()).isNotEmpty().noneMatch(address -> address.has(Protocol.QUIC_V1));
        try (Host host = host().listen(here).start()) {
            assertThat(host.addresses()).isNotEmpty().noneMatch(address -> address.has(Protocol.QUIC_V1));
        }
    }

    @Test
    void theLogNamesWhatIsLeftOutAndWhy() {
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler taking = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getLevel() + " " + MessageFormat.format(line.getMessage(), line.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger log = Logger.getLogger(HostBuilder.class.getName());
        log.addHandler(taking);
        try {
            host().listen(DefaultAddresses.onPort(0, AbsentQuic.REASON));
        } finally {
            log.removeHandler(taking);
        }
        assertThat(lines).containsExactly("WARNING not listening on QUIC: " + AbsentQuic.REASON);
    }

    @Test
    void defaultAddressesHaveQuicBesideTcpWhereItIsThere() {
        DefaultAddresses defaults = DefaultAddresses.onPort(4001, null);
        assertThat(defaults.without()).isEmpty();
        assertThat(defaults.addresses())
                .map(Object::toString)
                .containsExactly(
                        "/ip4/0.0.0.0/tcp/4001",
                        "/ip4/0.0.0.0/udp/4001/quic-v1",
                        "/ip6/::/tcp/4001",
                        "/ip6/::/udp/4001/quic-v1");
    }

    @Test
    void aDialSaysWhatIsMissingAndTheOtherTransportsWork() throws IOException {
        Identity nobody = Identity.generate(SystemEnvironment.shared());
        try (Host host = host().listen("/ip4/127.0.0.1/tcp/0").start();
                Host other = host().start()) {
            assertThatThrownBy(() ->
                            other.connect(PeerAddress.parse("/ip4/127.0.0.1/udp/9/quic-v1/p2p/" + nobody.peerId())))
                    .isInstanceOfSatisfying(
                            DialException.class,
                            e -> assertThat(e.causes().values())
                                    .singleElement()
                                    .satisfies(cause -> assertThat(cause).hasMessageContaining(AbsentQuic.REASON)));
            assertThat(other.connect(PeerAddress.of(host.peerId(), host.addresses()))
                            .isOpen())
                    .isTrue();
        }
    }
}
