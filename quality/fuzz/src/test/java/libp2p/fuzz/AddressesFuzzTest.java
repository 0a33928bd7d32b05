package libp2p.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Network;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.swarm.dial.AddressResolver;
import libp2p.swarm.limits.ResolveLimits;
import libp2p.system.SystemEnvironment;

/** Addresses as users type them and as the owners of names write them. */
class AddressesFuzzTest {
    private static final PeerId PEER =
            Identity.generate(SystemEnvironment.shared()).peerId();
    private static final List<InetAddress> ANSWER =
            List.of(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("2001:db8::1"));

    @FuzzTest
    void peerAddress(byte[] data) {
        try {
            PeerAddress address = PeerAddress.parse(new String(data, StandardCharsets.UTF_8));
            assertThat(address.addresses()).hasSizeLessThanOrEqualTo(1);
            if (address.peer() == null) {
                assertThat(address.addresses()).hasSize(1);
            }
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    /** Every TXT record has the lines that come, and every name the same two numbers. */
    @FuzzTest
    void dnsaddr(byte[] data) {
        List<String> lines = new String(data, StandardCharsets.UTF_8)
                .lines()
                .map(line -> "dnsaddr=" + line)
                .toList();
        Network names = stub(Network.class, lines, ANSWER);
        Environment environment = stub(Environment.class, names);
        AddressResolver resolver = new AddressResolver(environment, List::of, ResolveLimits.DEFAULT);
        for (PeerId peer : new PeerId[] {PEER, null}) {
            try {
                assertThat(resolver.resolve(Multiaddr.parse("/dnsaddr/example.org"), peer, Deadline.NONE))
                        .hasSizeBetween(1, ResolveLimits.DEFAULT.addresses());
            } catch (IOException refused) {
                assertThat(refused.getMessage()).isNotEmpty();
            }
        }
    }

    /** Answers each method with the first of the values whose type fits; text records are asked for by their name. */
    private static <T> T stub(Class<T> type, Object... values) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> switch (method.getName()) {
                    case "network", "resolveText" -> values[0];
                    case "resolve" -> values[1];
                    default -> throw new AssertionError(method + " is not expected");
                }));
    }
}
