package libp2p.testkit.transport;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/**
 * One suite for every transport: the duties of connections and streams, each case with two fresh hosts of which nothing
 * may be left. A test of a transport hands it to JUnit:
 *
 * <pre>{@code
 * @TestFactory
 * DynamicNode myTransport() {
 *     return TransportHarness.tests(
 *     new TransportUnderTest("mine", "/mine/0", "noise", "yamux", MyTransport::factory, host -> host), Map.of());
 * }
 * }</pre>
 */
public final class TransportHarness {
    private static final List<Class<?>> CASES =
            List.of(ConnectionCases.class, StreamCases.class, HandOnCases.class, StreamTimeCases.class);

    private TransportHarness() {}

    /** The names of all cases, each once. */
    public static List<String> cases() {
        return methods().stream().map(Method::getName).toList();
    }

    /**
     * The tests of one transport, a case each.
     *
     * @param unsupported the cases that the transport cannot do, each with the reason; they are skipped and say so
     */
    public static DynamicNode tests(TransportUnderTest transport, Map<String, String> unsupported) {
        List<DynamicTest> tests = new ArrayList<>();
        for (Method method : methods()) {
            String reason = unsupported.get(method.getName());
            tests.add(DynamicTest.dynamicTest(method.getName(), () -> {
                Assumptions.assumeTrue(reason == null, () -> "UNSUPPORTED(" + reason + ")");
                run(transport, method);
            }));
        }
        return DynamicContainer.dynamicContainer(transport.name(), tests);
    }

    private static List<Method> methods() {
        List<Method> methods = new ArrayList<>();
        for (Class<?> type : CASES) {
            methods.addAll(Arrays.stream(type.getDeclaredMethods())
                    .filter(method -> !Modifier.isPrivate(method.getModifiers()) && !method.isSynthetic())
                    .sorted(Comparator.comparing(Method::getName))
                    .toList());
        }
        return methods;
    }

    private static void run(TransportUnderTest transport, Method method) throws Throwable {
        try (TransportPair pair = new TransportPair(transport)) {
            method.invoke(null, pair);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
