package libp2p.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import libp2p.core.limits.Bound;
import libp2p.core.limits.LimitGroup;
import libp2p.core.limits.LimitRecords;
import libp2p.core.limits.LimitSet;
import libp2p.core.testing.SourceTree;
import libp2p.stores.SharedStoreLimits;
import org.junit.jupiter.api.Test;

/** Every bound holds in the record that declares it, and stands in the documents. */
class BoundsTest {
    private static final Path TABLE = SourceTree.root().resolve("docs/results/limits.md");

    /** Those of hosts, and those that programs give to what they make themselves. */
    private static List<Class<? extends Record>> records() {
        List<Class<? extends Record>> all = new ArrayList<>(List.of(SharedStoreLimits.class));
        ServiceLoader.load(LimitRecords.class).forEach(module -> all.addAll(module.records()));
        return all;
    }

    @Test
    void whatIsBeyondABoundIsRefusedByItsName() throws Exception {
        Set<String> tried = new TreeSet<>();
        for (Class<? extends Record> type : records()) {
            tryAll(type, type.getAnnotation(LimitGroup.class).value(), tried);
        }
        assertThat(tried).hasSizeGreaterThan(400);
    }

    private static void tryAll(Class<?> type, String group, Set<String> tried) throws Exception {
        RecordComponent[] components = type.getRecordComponents();
        Object standard = type.getField("DEFAULT").get(null);
        for (int i = 0; i < components.length; i++) {
            Bound bound = components[i].getAnnotation(Bound.class);
            if (bound == null) {
                tryAll(components[i].getType(), group + "." + components[i].getName(), tried);
                continue;
            }
            assertThat(bound.is()).as(group + "." + components[i].getName()).isNotBlank();
            for (String end : List.of(bound.least(), bound.most())) {
                Object beyond = beyond(components[i].getType(), end, end.equals(bound.least()));
                if (beyond != null) {
                    assertRefused(type, components, standard, i, beyond);
                    tried.add(group + "." + components[i].getName());
                }
            }
        }
    }

    private static Object beyond(Class<?> type, String end, boolean below) {
        int step = below ? -1 : 1;
        if (end.isEmpty() || end.equals("unlimited")) {
            return null;
        } else if (type == Duration.class) {
            Duration value = Duration.ofNanos(nanos(end));
            return below ? value.minusNanos(1) : value.plusNanos(1);
        } else if (type == double.class) {
            return Double.parseDouble(end) + step;
        }
        long value = bytes(end) + step;
        if (type == long.class) {
            return value;
        }
        return value > Integer.MAX_VALUE ? null : (int) value;
    }

    private static long bytes(String text) {
        int shift = text.endsWith("GiB") ? 30 : text.endsWith("MiB") ? 20 : text.endsWith("KiB") ? 10 : 0;
        return Long.parseLong(text.replaceFirst("[KMG]iB$", "")) << shift;
    }

    private static long nanos(String text) {
        long count = Long.parseLong(text.replaceFirst("[a-z]+$", ""));
        return count
                * switch (text.replaceFirst("^[0-9]+", "")) {
                    case "ns" -> 1;
                    case "us" -> 1_000;
                    case "ms" -> 1_000_000;
                    case "s" -> 1_000_000_000L;
                    case "m" -> 60_000_000_000L;
                    case "h" -> 3_600_000_000_000L;
                    case "d" -> 86_400_000_000_000L;
                    default -> throw new IllegalArgumentException(text);
                };
    }

    private static void assertRefused(
            Class<?> type, RecordComponent[] components, Object standard, int changed, Object value) throws Exception {
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = i == changed ? value : components[i].getAccessor().invoke(standard);
        }
        String name = components[changed].getName();
        try {
            type.getDeclaredConstructor(types).newInstance(values);
            fail(type.getName() + " takes " + value + " for " + name);
        } catch (InvocationTargetException e) {
            assertThat(e.getCause()).as(name).isInstanceOf(IllegalArgumentException.class);
            assertThat(e.getCause().getMessage().replace("-", "").toLowerCase())
                    .contains(name.toLowerCase() + " is ")
                    .contains("possible: ");
        }
    }

    /** The page is made of what the records declare. */
    @Test
    void theDocumentsHaveEveryBound() throws IOException {
        StringBuilder page = new StringBuilder("""
                # Limits

                Every bound of a host, by its name in the file of `--limits` and in `HostBuilder.limit(name, value)`; `BoundsTest` writes this page.
                `p2p limits` prints those of a machine, with the limits of connections, streams and memory, which depend on it.
                [Which limit wins](../which-limit-wins.md) says which of several bounds refuses.

                | Name | Default | Range | What it bounds |
                |---|---|---|---|
                """);
        for (LimitSet.Line line : LimitSet.DEFAULT.lines()) {
            page.append("| `%s` | %s | %s | %s |\n"
                    .formatted(
                            line.name(),
                            line.standard(),
                            line.range(),
                            line.meaning().replace("|", "\\|")));
        }
        Path made = Path.of("target/limits.md");
        Files.writeString(made, page);
        assertThat(Files.exists(TABLE) ? Files.readString(TABLE) : "")
                .as("docs/results/limits.md is not what the code declares; copy conformance/" + made + " to it")
                .isEqualTo(page.toString());
    }
}
