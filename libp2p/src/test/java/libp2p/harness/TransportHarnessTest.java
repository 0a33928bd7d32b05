package libp2p.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** One suite for every transport: every case of {@link StreamCases} and {@link ConnectionCases}, with fresh hosts each. */
class TransportHarnessTest {
    /** The only way to skip a case: a line with the transport, the case and the reason. */
    private static final String FILE = "/harness/unsupported.txt";

    private static List<Method> cases() {
        List<Method> cases = new ArrayList<>();
        for (Class<?> type : List.of(ConnectionCases.class, StreamCases.class)) {
            cases.addAll(Arrays.stream(type.getDeclaredMethods())
                    .filter(method -> !Modifier.isPrivate(method.getModifiers()) && !method.isSynthetic())
                    .sorted(Comparator.comparing(Method::getName))
                    .toList());
        }
        return cases;
    }

    private static Map<String, String> unsupported() throws IOException {
        Map<String, String> entries = new TreeMap<>();
        try (InputStream in = TransportHarnessTest.class.getResourceAsStream(FILE)) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (!line.startsWith("#")) {
                    String[] parts = line.split(" ", 3);
                    entries.put(parts[0] + " " + parts[1], parts[2]);
                }
            }
        }
        return entries;
    }

    @TestFactory
    List<DynamicNode> everyTransport() throws IOException {
        Map<String, String> unsupported = unsupported();
        List<DynamicNode> transports = new ArrayList<>();
        for (TransportUnderTest transport : TransportUnderTest.all()) {
            List<DynamicTest> tests = new ArrayList<>();
            for (Method method : cases()) {
                String reason = unsupported.get(transport.name() + " " + method.getName());
                tests.add(DynamicTest.dynamicTest(method.getName(), () -> {
                    Assumptions.assumeTrue(reason == null, () -> "UNSUPPORTED(" + reason + ")");
                    run(transport, method);
                }));
            }
            transports.add(DynamicContainer.dynamicContainer(transport.name(), tests));
        }
        return transports;
    }

    private static void run(TransportUnderTest transport, Method method) throws Throwable {
        try (TransportPair pair = new TransportPair(transport)) {
            method.invoke(null, pair);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Test
    void everyEntryOfTheFileNamesACaseOfATransport() throws IOException {
        Set<String> known = new HashSet<>();
        for (TransportUnderTest transport : TransportUnderTest.all()) {
            cases().forEach(method -> known.add(transport.name() + " " + method.getName()));
        }
        assertThat(known).containsAll(unsupported().keySet());
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(40);
    }
}
