package libp2p.growth;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.muxer.Muxer;
import libp2p.core.routing.ContentRouting;
import libp2p.core.routing.Discovery;
import libp2p.core.routing.PeerRouting;
import libp2p.core.security.SecurityProtocol;
import libp2p.core.transport.Transport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each handler of inbound streams, each handshake and each discovery input of the product has a driver. */
@Tag("large-heap")
class CoverageTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("libp2p");

    /** Of tests, and of the tool that tests use. */
    private static final List<String> ASIDE = List.of("libp2p.simulator", "libp2p.contracts", "libp2p.core.testing");

    /** The classes that need no driver, and why. */
    private static final Map<String, String> EXCUSED = new TreeMap<>(Map.of(
            "libp2p.swarm.memory.MemoryTransport",
            "its peers are in the same process",
            "libp2p.nat.relay.CircuitTransport",
            "its peers come by the stop protocol of RelayClient and shake hands as over TCP, which have drivers",
            "libp2p.node.Server",
            "a command that serves RequestResponse, which has a driver",
            "libp2p.node.dht.DhtNamespaces",
            "a command that hands on what the DHT finds, which has a driver"));

    private static boolean isProduct(JavaClass type) {
        return !type.isInterface()
                && ASIDE.stream().noneMatch(type.getPackageName()::startsWith)
                && !type.getPackageName().equals("libp2p.growth");
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(CoverageTest::outermost).orElse(type);
    }

    private static boolean registers(JavaMethodCall call) {
        return call.getTargetOwner().isAssignableTo(Host.class)
                && call.getName().equals("handle");
    }

    /** A method that registers for its caller is given the host, and something else. */
    private static boolean isForOthers(JavaCodeUnit method) {
        return method.getRawParameterTypes().size() > 1
                && method.getRawParameterTypes().stream().anyMatch(type -> type.isEquivalentTo(Host.class));
    }

    /** The classes that register handlers of inbound streams, themselves or by the methods of others. */
    private static Set<String> handlers() {
        Set<String> handlers = new TreeSet<>();
        Set<String> means = new HashSet<>();
        boolean more = true;
        while (more) {
            more = false;
            for (JavaClass type : CLASSES) {
                for (JavaMethodCall call : type.getMethodCallsFromSelf()) {
                    if (!isProduct(type)
                            || !registers(call)
                                    && !means.contains(call.getTarget().getFullName())) {
                        continue;
                    }
                    if (isForOthers(call.getOrigin())) {
                        more |= means.add(call.getOrigin().getFullName());
                    } else {
                        handlers.add(outermost(type).getName());
                    }
                }
            }
        }
        return handlers;
    }

    private static Set<String> implementing(Class<?>... kinds) {
        return CLASSES.stream()
                .filter(CoverageTest::isProduct)
                .filter(type -> !type.getModifiers().contains(JavaModifier.ABSTRACT))
                .filter(type -> List.of(kinds).stream().anyMatch(type::isAssignableTo))
                .map(type -> outermost(type).getName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> discoveries() {
        Set<String> all = implementing(Discovery.class, PeerRouting.class, ContentRouting.class);
        implementing(HostService.class).stream()
                .filter(name -> name.startsWith("libp2p.discovery."))
                .forEach(all::add);
        return all;
    }

    private static Set<String> covered() {
        return Drivers.all().stream()
                .flatMap(driver -> driver.covers().stream())
                .map(Class::getName)
                .collect(Collectors.toSet());
    }

    private static void requireDrivers(Set<String> wanted, int atLeast) {
        assertThat(wanted).hasSizeGreaterThanOrEqualTo(atLeast);
        Set<String> missing = new TreeSet<>(wanted);
        missing.removeAll(covered());
        missing.removeAll(EXCUSED.keySet());
        assertThat(missing).as("what no driver covers").isEmpty();
    }

    @Test
    void everyHandlerOfStreamsHasADriver() {
        requireDrivers(handlers(), 20);
    }

    @Test
    void everyHandshakeHasADriver() {
        requireDrivers(implementing(SecurityProtocol.class, Muxer.class, Transport.class), 9);
    }

    @Test
    void everyDiscoveryInputHasADriver() {
        requireDrivers(discoveries(), 8);
    }

    @Test
    void everyExcuseIsNeeded() {
        Set<String> all = new TreeSet<>(handlers());
        all.addAll(implementing(SecurityProtocol.class, Muxer.class, Transport.class));
        all.addAll(discoveries());
        assertThat(all).containsAll(EXCUSED.keySet());
        assertThat(covered()).doesNotContainAnyElementsOf(EXCUSED.keySet());
    }
}
