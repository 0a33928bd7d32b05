package libp2p.scenarios;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import libp2p.testkit.OverQuic;
import libp2p.testkit.OverWebTransport;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Every class of stories that runs over TCP runs over QUIC too, and over WebTransport, or the reason why it does not
 * stands here.
 */
class EveryScenarioOverQuicTest {
    private static final String TCP = "its strangers speak TCP, Noise and yamux by hand";
    private static final String DISK = "the disk, whatever the network";
    private static final String ABOVE = "what is bounded lies above the streams of any connection";
    private static final String ADDRESSES = "the addresses of TCP, of which it has many, are the story";

    /** Classes by their names without the package, and why they are told once. */
    private static final Map<String, String> ONCE = Map.ofEntries(
            entry("WireTest", "the bytes of Noise on TCP"),
            entry("LayeredConnectionsTest", "private networks and WebSocket on TCP"),
            entry("HalfOpenWebSocketsTest", "WebSocket"),
            entry("StackTest", "secure channels and muxers, which QUIC has within"),
            entry("HandshakeStepsTest", "the steps of TCP; those of QUIC are in QuicHandshakeStepsTest"),
            entry("CircuitDialTest", "it brings transports over TCP of its own"),
            entry("HappyEyeballsTest", "the times of attempts over TCP"),
            entry("DialRankingTest", "it has stand-ins for QUIC beside TCP"),
            entry("SlowLorisTest", TCP),
            entry("HostileStreamsTest", TCP),
            entry("HostileFramesTest", TCP),
            entry("DeafPingerTest", TCP),
            entry("AddressLimitsTest", TCP),
            entry("HolePunchTest", "SYNs that cross; over QUIC: HolePunchOverQuicTest"),
            entry("PortMappingTest", "the routers lead ports of TCP inside, and one of UDP"),
            entry("LookupRunnerTest", "lookups without a network"),
            entry("TableMembershipTest", "the table of peers; the connection below only has to be there"),
            entry("NatAttackTest", "the addresses of TCP that it lies about are the story"),
            entry(
                    "AutoNatTest",
                    "as ReachableDhtTest; what is not of TCP is in quality/interop/nat/run, which has QUIC"),
            entry("ReachableDhtTest", "its servers have never seen UDP work, so they dial no peer back over it"),
            entry("RoutedCrowdTest", "hours of 1,000 hosts, over both at once"),
            entry("ThousandHostsTest", "a crowd over QUIC is a method of it"),
            entry("DeterminismTest", "the simulator itself"),
            entry("SmallPartsTest", "no network"),
            entry("SurroundedDhtTest", "light hosts, which have streams and no connections"),
            entry("IpfsPeerOverTimeTest", "no network"),
            entry("PubSubOrdersTest", "the orders that a program takes"),
            entry("ReunionTest", "a dial that tries two ports of TCP"),
            entry("SilentPeersTest", "real processes, over QUIC"),
            entry("TwoProcessorsTest", "real processes, over TCP; what it is about lies above"),
            entry("DatastoreHistoriesTest", DISK),
            entry("DurableNamesTest", DISK),
            entry("LastPinTest", DISK),
            entry("LossyDiskTest", DISK),
            entry("ManyStoreHistoriesTest", DISK),
            entry("RemovalTest", DISK),
            entry("StoreHistoriesTest", DISK),
            entry("FloodTest", "real processes; its floods are over both"),
            entry("SessionInterestTest", "the sessions of one host"),
            entry(
                    "WebTransportTest",
                    "WebTransport; the stories that run over it too are in ScenariosOverWebTransportTest"),
            entry("ForgottenPeersTest", ABOVE),
            entry("UnreadWalksTest", ABOVE),
            entry("LateMessagesTest", ABOVE),
            entry("PromisingPeerTest", ABOVE),
            entry("UnfinishedMessagesTest", ABOVE),
            entry("UnreadAnswersTest", ABOVE),
            entry("UnreadHttpAnswersTest", ABOVE),
            entry("RendezvousShareTest", ABOVE),
            entry("HeldStreamsTest", ABOVE),
            entry("NamedAddressesTest", ABOVE),
            entry("ReplayedValueTest", ABOVE),
            entry("SilentNewcomersTest", ABOVE),
            entry("DrippingPeerTest", ABOVE),
            entry("BlocksAmongSilentStreamsTest", ABOVE),
            entry("HeldHttpStreamsTest", ABOVE),
            entry("MdnsCrowdTest", ABOVE),
            entry("MisplacedPeersTest", ABOVE),
            entry("PubSubAttacksTest", ABOVE),
            entry("NatCrowdTest", ADDRESSES),
            entry("NatFairnessTest", ADDRESSES),
            entry("NegotiationCrowdTest", ADDRESSES),
            entry("ReachabilityLiesTest", ADDRESSES),
            entry("SilentHandshakesTest", TCP),
            entry("CrowdedProtocolTest", TCP),
            entry("HeldMemoryTest", TCP),
            entry("EveryScenarioOverQuicTest", "this list"));

    /** Classes that run over QUIC, and why they do not run over WebTransport. */
    private static final Map<String, String> NOT_OVER_WEBTRANSPORT = Map.of(
            "RoundTripsTest", "it counts those of TCP and QUIC; Noise and HTTP/3 take more",
            "HolePunchOverQuicTest", "a punch goes over TCP and QUIC",
            "QuicFramesTest", "frames of QUIC, which lie below",
            "OraclesTest", "frames of QUIC, which lie below",
            "SilentQuicHandshakesTest", "handshakes of QUIC, which lie below",
            "ClingingPeersTest", "the end of a connection of QUIC, on which a session ends",
            "DeadAddressesTest", "UDP that leads nowhere, whatever it carries");

    @Test
    void isOverWebTransportOrHasAReasonNotToBe() throws Exception {
        List<Class<?>> all = testClasses();
        Set<String> overQuic = names(all, OverQuic.class);
        Set<String> overWebTransport = names(all, OverWebTransport.class);
        Set<String> missing = new TreeSet<>(overQuic);
        missing.removeAll(overWebTransport);
        assertThat(missing).isEqualTo(NOT_OVER_WEBTRANSPORT.keySet());
    }

    /** The classes of stories that an extension carries over another transport. */
    private static Set<String> names(List<Class<?>> all, Class<?> extension) {
        Set<String> names = new TreeSet<>();
        for (Class<?> one : all) {
            ExtendWith with = one.getDeclaredAnnotation(ExtendWith.class);
            if (with == null || !List.of(with.value()).contains(extension)) {
                continue;
            }
            Class<?> own = one.getSuperclass() == Object.class ? one : one.getSuperclass();
            Stream.of(one, own)
                    .flatMap(each -> Arrays.stream(each.getDeclaredClasses()))
                    .map(Class::getSuperclass)
                    .filter(EveryScenarioOverQuicTest::tells)
                    .map(Class::getSimpleName)
                    .forEach(names::add);
            if (Arrays.stream(own.getDeclaredMethods())
                    .anyMatch(method -> method.isAnnotationPresent(Test.class)
                            || method.isAnnotationPresent(ParameterizedTest.class))) {
                names.add(own.getSimpleName());
            }
        }
        return names;
    }

    @Test
    void isOverQuicOrHasAReasonNotToBe() throws Exception {
        List<Class<?>> all = testClasses();
        Set<Class<?>> overQuic = all.stream()
                .filter(EveryScenarioOverQuicTest::isOverQuic)
                .flatMap(one -> Stream.of(one, one.getSuperclass()))
                .collect(Collectors.toSet());
        Set<String> missing = new TreeSet<>();
        Set<String> unused = new TreeSet<>(ONCE.keySet());
        for (Class<?> one : all) {
            if (one.getEnclosingClass() != null || !tells(one)) {
                continue;
            }
            boolean hasReason = unused.remove(one.getSimpleName());
            if (hasReason == overQuic.contains(one)) {
                missing.add(one.getSimpleName());
            }
        }
        assertThat(missing)
                .as("classes that are neither told over QUIC nor have a reason, or that are and have one")
                .isEmpty();
        assertThat(unused).as("reasons of classes that are not there").isEmpty();
    }

    private static boolean isOverQuic(Class<?> one) {
        for (Class<?> at = one; at != null; at = at.getEnclosingClass()) {
            ExtendWith with = at.getDeclaredAnnotation(ExtendWith.class);
            if (with != null && List.of(with.value()).contains(OverQuic.class)) {
                return true;
            }
        }
        return false;
    }

    private static boolean tells(Class<?> one) {
        for (Method method : one.getDeclaredMethods()) {
            if (method.isAnnotationPresent(Test.class)
                    || method.isAnnotationPresent(ParameterizedTest.class)
                    || method.isAnnotationPresent(RepeatedTest.class)) {
                return true;
            }
        }
        return Arrays.stream(one.getDeclaredClasses()).anyMatch(EveryScenarioOverQuicTest::tells);
    }

    /** All classes of tests of this module, nested ones too. */
    private static List<Class<?>> testClasses() throws Exception {
        Path root = Path.of(EveryScenarioOverQuicTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.matches(".*Test(\\$[A-Za-z]+)*\\.class"))
                    .<Class<?>>map(name -> load(name.substring(0, name.length() - ".class".length())
                            .replace(java.io.File.separatorChar, '.')))
                    .toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, EveryScenarioOverQuicTest.class.getClassLoader());
        } catch (ClassNotFoundException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
