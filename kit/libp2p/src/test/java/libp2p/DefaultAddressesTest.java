package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Network;
import org.junit.jupiter.api.Test;

class DefaultAddressesTest {
    private static final List<String> FOUR = List.of(
            "/ip4/0.0.0.0/tcp/4001", "/ip4/0.0.0.0/udp/4001/quic-v1", "/ip4/0.0.0.0/udp/4001/quic-v1/webtransport");
    private static final List<String> SIX =
            List.of("/ip6/::/tcp/4001", "/ip6/::/udp/4001/quic-v1", "/ip6/::/udp/4001/quic-v1/webtransport");

    @Test
    void areAllTransportsOfBothFamiliesOnOnePortNumber() {
        assertThat(DefaultAddresses.onPort(4001).addresses())
                .map(Object::toString)
                .containsExactly(FOUR.get(0), FOUR.get(1), FOUR.get(2), SIX.get(0), SIX.get(1), SIX.get(2));
    }

    @Test
    void browsersCanBeLeftOut() {
        assertThat(DefaultAddresses.onPort(4001).withoutBrowsers().addresses())
                .map(Object::toString)
                .containsExactly(FOUR.get(0), FOUR.get(1), SIX.get(0), SIX.get(1));
    }

    /** A machine whose interfaces have these addresses. */
    private static Environment machine(String... own) {
        List<InetAddress> addresses =
                List.of(own).stream().map(InetAddress::ofLiteral).toList();
        return answering(Environment.class, "network", answering(Network.class, "interfaceAddresses", addresses));
    }

    private static <T> T answering(Class<T> type, String method, Object answer) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, called, args) -> {
            assertThat(called.getName()).isEqualTo(method);
            return answer;
        }));
    }

    private static List<String> usable(String... own) throws Exception {
        return DefaultAddresses.onPort(4001).usable(machine(own)).stream()
                .map(Object::toString)
                .toList();
    }

    @Test
    void aFamilyThatTheMachineDoesNotHaveIsLeftOut() throws Exception {
        assertThat(usable("127.0.0.1", "10.2.0.2")).isEqualTo(FOUR);
        assertThat(usable("::1")).isEqualTo(SIX);
        assertThat(usable("127.0.0.1", "::1")).hasSize(6);
        assertThat(usable()).as("before any interface is up").hasSize(6);
    }
}
