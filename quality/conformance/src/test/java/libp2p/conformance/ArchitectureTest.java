package libp2p.conformance;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import libp2p.blocks.PinnedRecursivelyException;
import libp2p.core.failure.NetworkFailure;
import libp2p.core.identity.MalformedKeyException;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.testing.EnvironmentRule;
import libp2p.denylist.DenylistException;
import libp2p.streams.blocking.StreamReader;
import libp2p.streams.blocking.StreamWriter;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the arrows of docs/ARCHITECTURE.md: a floor uses only the floors below it. */
class ArchitectureTest {
    /** Each room and the rooms of libp2p that it may use. */
    private static final Map<String, List<String>> MAY_USE = new TreeMap<>(Map.ofEntries(
            Map.entry("multiformats", List.of()),
            Map.entry("crypto", List.of()),
            Map.entry("core", List.of("multiformats", "crypto")),
            Map.entry("system", List.of("core", "multiformats", "crypto")),
            Map.entry("storage", List.of("core", "multiformats", "crypto")),
            Map.entry("ipld", List.of("core", "multiformats", "crypto")),
            Map.entry("blocks", List.of("core", "multiformats", "crypto", "ipld")),
            Map.entry("denylist", List.of("core", "multiformats", "crypto", "ipld")),
            Map.entry("http", List.of("core", "multiformats", "crypto")),
            Map.entry("bitswap", List.of("core", "multiformats", "crypto", "ipld", "blocks")),
            Map.entry("graphsync", List.of("core", "multiformats", "crypto", "ipld", "blocks")),
            Map.entry("filecoin", List.of("core", "multiformats", "crypto", "ipld", "blocks", "http")),
            Map.entry("delegated", List.of("core", "multiformats", "crypto", "ipld", "blocks", "ipns", "http")),
            Map.entry(
                    "fetch",
                    List.of(
                            "core",
                            "multiformats",
                            "crypto",
                            "ipld",
                            "blocks",
                            "ipns",
                            "http",
                            "bitswap",
                            "graphsync",
                            "delegated")),
            Map.entry(
                    "gateway",
                    List.of("core", "multiformats", "crypto", "ipld", "blocks", "ipns", "http", "delegated")),
            Map.entry("stores", List.of("core", "multiformats", "crypto", "ipld", "blocks", "http")),
            Map.entry("security", List.of("core", "multiformats", "crypto")),
            Map.entry("secio", List.of("core", "multiformats", "crypto", "security")),
            Map.entry("streams", List.of("core", "multiformats", "crypto")),
            Map.entry("muxers", List.of("core", "multiformats", "crypto", "streams")),
            Map.entry("quic", List.of("core", "multiformats", "crypto", "security", "streams")),
            Map.entry("http3", List.of("core", "multiformats", "crypto", "quic")),
            Map.entry(
                    "transports",
                    List.of("core", "multiformats", "crypto", "security", "quic", "http", "http3", "streams")),
            Map.entry("swarm", List.of("core", "multiformats", "crypto")),
            Map.entry("protocols", List.of("core", "multiformats", "crypto")),
            Map.entry("auth", List.of("core", "multiformats", "crypto")),
            Map.entry("discovery", List.of("core", "multiformats", "crypto")),
            Map.entry("pubsub", List.of("core", "multiformats", "crypto")),
            Map.entry("nat", List.of("core", "http", "multiformats", "crypto")),
            Map.entry("ipns", List.of("core", "multiformats", "crypto", "ipld")),
            Map.entry("kad", List.of("core", "multiformats", "crypto")),
            Map.entry("metrics", List.of("core", "multiformats", "crypto")),
            Map.entry("simulator", List.of("core", "multiformats", "crypto"))));

    static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("libp2p");

    /** A legacy protocol with known weaknesses: only who adds it by name has it. */
    @Test
    void nothingOfTheLibraryUsesSecio() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackages("libp2p.secio..", "libp2p.interop..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("libp2p.secio..")
                .check(CLASSES);
    }

    /** A market that no network was tried with: only who adds it by name has it. */
    @Test
    void nothingOfTheLibraryUsesFilecoin() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackages("libp2p.filecoin..", "libp2p.interop..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("libp2p.filecoin..")
                .check(CLASSES);
    }

    @TestFactory
    List<DynamicTest> everyRoomUsesOnlyTheFloorsBelow() {
        List<DynamicTest> tests = new ArrayList<>();
        MAY_USE.forEach((room, allowed) -> tests.add(DynamicTest.dynamicTest(room, () -> {
            List<String> packages = new ArrayList<>(List.of("libp2p." + room + ".."));
            allowed.forEach(other -> packages.add("libp2p." + other + ".."));
            String[] others = MAY_USE.keySet().stream()
                    .filter(other -> !other.equals(room) && !allowed.contains(other))
                    .map(other -> "libp2p." + other + "..")
                    .toArray(String[]::new);
            ArchRuleDefinition.noClasses()
                    .that()
                    .resideInAPackage("libp2p." + room + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others)
                    .check(CLASSES);
            ArchRuleDefinition.noClasses()
                    .that()
                    .resideInAPackage("libp2p." + room + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("libp2p", "libp2p.node..", "libp2p.testkit..", "libp2p.contracts..")
                    .check(CLASSES);
        })));
        return tests;
    }

    @Test
    void roomsHaveNoCycles() {
        slices().matching("libp2p.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    /** Apart from those that say what is wrong with bytes, wherever they came from; they come as causes. */
    @Test
    void everyErrorOfTheNetworkSaysWithWhomInWhichProtocolAndWhetherToTryAgain() {
        ArchRuleDefinition.classes()
                .that()
                .areAssignableTo(IOException.class)
                .and()
                .resideInAPackage("libp2p..")
                .and()
                .resideOutsideOfPackage("libp2p.node..")
                .and()
                .doNotBelongToAnyOf(
                        MalformedKeyException.class,
                        ProtobufException.class,
                        InvalidRecordException.class,
                        PinnedRecursivelyException.class, // of this host's own pins
                        DenylistException.class) // of this host's own lists
                .should()
                .beAssignableTo(NetworkFailure.class)
                .check(CLASSES);
    }

    @Test
    void theEngineOfQuicIsSeenByItsTransportsAlone() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackages(
                        "libp2p.transports.quic..",
                        "libp2p.transports.webtransport..",
                        "libp2p.http3..",
                        "libp2p.testkit.oracle..",
                        "libp2p.quic..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("libp2p.quic..")
                .check(CLASSES);
    }

    /** When a stream waits, wakes, ends and is reset is written once for muxers and once for engines of streams. */
    @Test
    void noTransportHasStreamsOfItsOwn() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackages("libp2p.streams..", "libp2p.muxers..", "libp2p.testkit.oracle..")
                .and()
                .areNotInterfaces()
                .should()
                .beAssignableTo(MuxedStream.class)
                .orShould()
                .beAssignableTo(StreamReader.class)
                .orShould()
                .beAssignableTo(StreamWriter.class)
                .check(CLASSES);
    }

    @TestFactory
    List<DynamicTest> productCodeTakesTheOutsideWorldFromTheEnvironment() {
        return List.of(
                        "multiformats",
                        "security",
                        "streams",
                        "muxers",
                        "quic",
                        "swarm",
                        "protocols",
                        "auth",
                        "discovery",
                        "pubsub",
                        "nat",
                        "http",
                        "ipns",
                        "kad",
                        "filecoin",
                        "metrics",
                        "transports.tcp",
                        "transports.quic",
                        "http3",
                        "transports.webtransport")
                .stream()
                .map(room -> DynamicTest.dynamicTest(
                        room,
                        () -> assertThat(EnvironmentRule.violations(
                                        "libp2p." + room,
                                        "libp2p.multiformats.multiaddr.Multiaddr",
                                        "libp2p.http.jetty.HandlerAdapter", // on Jetty's threads
                                        "libp2p.http.jetty.HttpServer"))
                                .isEmpty()))
                .toList();
    }

    @Test
    void noPackagesUseEachOtherInACircle() {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (JavaClass from : CLASSES) {
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                String to = dependency.getTargetClass().getPackageName();
                if (to.startsWith("libp2p.") && !to.equals(from.getPackageName())) {
                    uses.computeIfAbsent(from.getPackageName(), key -> new TreeSet<>())
                            .add(to);
                }
            }
        }
        Set<Set<String>> circles = new HashSet<>();
        for (String start : uses.keySet()) {
            Set<String> circle = new TreeSet<>(reachable(uses, start));
            circle.removeIf(other -> !reachable(uses, other).contains(start));
            if (!circle.isEmpty()) {
                circles.add(circle);
            }
        }
        assertThat(circles).as("circles of packages").isEmpty();
    }

    private static Set<String> reachable(Map<String, Set<String>> uses, String start) {
        Set<String> seen = new HashSet<>();
        ArrayDeque<String> next = new ArrayDeque<>(uses.getOrDefault(start, Set.of()));
        while (!next.isEmpty()) {
            String one = next.poll();
            if (seen.add(one)) {
                next.addAll(uses.getOrDefault(one, Set.of()));
            }
        }
        return seen;
    }

    /**
     * A type whose initialisation makes one of its own subtypes waits for ever when another thread has begun with the
     * subtype, whose initialisation begins with its supertypes: superclasses, and interfaces with default methods.
     */
    @Test
    void noTypeMakesItsSubtypesWhenItIsInitialised() {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            boolean initialisedBySubtypes = !type.isInterface()
                    || type.getMethods().stream()
                            .map(method -> method.getModifiers())
                            .anyMatch(modifiers -> !modifiers.contains(JavaModifier.ABSTRACT)
                                    && !modifiers.contains(JavaModifier.STATIC));
            if (!initialisedBySubtypes || type.getStaticInitializer().isEmpty()) {
                continue;
            }
            for (JavaConstructorCall call : type.getStaticInitializer().get().getConstructorCallsFromSelf()) {
                JavaClass made = call.getTargetOwner();
                boolean isMadeElsewhere = made.getConstructorCallsToSelf().stream()
                        .map(other -> other.getOriginOwner())
                        .anyMatch(origin -> !origin.equals(type) && !origin.equals(made));
                if (!made.equals(type) && made.isAssignableTo(type.getName()) && isMadeElsewhere) {
                    found.add(type.getName() + " makes " + made.getName());
                }
            }
        }
        assertThat(found).isEmpty();
    }
}
