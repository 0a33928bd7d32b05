package libp2p.ipld.selector;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import libp2p.ipld.Node;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/** A predicate over one value, as selectors use it to match, to stop and to go on. */
public sealed interface Condition {
    /**
     * A map with an entry of this name.
     *
     * @param name of the entry
     */
    record HasField(String name) implements Condition {
        @Override
        public boolean holds(View view) throws IOException {
            return view.kind() == Node.Kind.MAP && view.get(name) != null;
        }
    }

    /**
     * A scalar that is equal to this one.
     *
     * @param value that it is equal to
     */
    record HasValue(Node value) implements Condition {
        @Override
        public boolean holds(View view) {
            return view instanceof View.Plain plain && plain.node().equals(value);
        }
    }

    /**
     * A value of this kind.
     *
     * @param kind that it has
     */
    record HasKind(Node.Kind kind) implements Condition {
        @Override
        public boolean holds(View view) {
            return view.kind() == kind;
        }
    }

    /**
     * This link.
     *
     * @param cid that it is
     */
    record IsLink(Cid cid) implements Condition {
        @Override
        public boolean holds(View view) {
            return view instanceof View.Plain plain
                    && plain.node() instanceof Node.Link link
                    && link.cid().equals(cid);
        }
    }

    /**
     * A number above this one.
     *
     * @param number an integer or a float
     */
    record GreaterThan(Node number) implements Condition {
        @Override
        public boolean holds(View view) {
            return compare(view, number) > 0;
        }
    }

    /**
     * A number below this one.
     *
     * @param number an integer or a float
     */
    record LessThan(Node number) implements Condition {
        @Override
        public boolean holds(View view) {
            return compare(view, number) < 0;
        }
    }

    /**
     * All of these.
     *
     * @param conditions that are all true
     */
    record And(List<Condition> conditions) implements Condition {
        @Override
        public int size() {
            return sum(conditions);
        }

        @Override
        public boolean holds(View view) throws IOException {
            for (Condition condition : conditions) {
                if (!condition.holds(view)) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * One of these at least.
     *
     * @param conditions of which one is true
     */
    record Or(List<Condition> conditions) implements Condition {
        @Override
        public int size() {
            return sum(conditions);
        }

        @Override
        public boolean holds(View view) throws IOException {
            for (Condition condition : conditions) {
                if (condition.holds(view)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Whether it is true of a value; blocks if blocks must be loaded to tell. */
    boolean holds(View view) throws IOException;

    /** Conditions that this one consists of, itself included. */
    default int size() {
        return 1;
    }

    private static int sum(List<Condition> conditions) {
        return 1 + conditions.stream().mapToInt(Condition::size).sum();
    }

    /** The kind by the name that schemas have for it, or null. */
    static Node.@Nullable Kind kind(String name) {
        for (Node.Kind kind : Node.Kind.values()) {
            if (name(kind).equals(name)) {
                return kind;
            }
        }
        return null;
    }

    /** The name that schemas have for a kind. */
    static String name(Node.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static int compare(View view, Node number) {
        BigDecimal left = view instanceof View.Plain plain ? decimal(plain.node()) : null;
        BigDecimal right = decimal(number);
        return left == null || right == null ? 0 : left.compareTo(right);
    }

    private static @Nullable BigDecimal decimal(Node node) {
        return switch (node) {
            case Node.Int integer -> new BigDecimal(integer.value());
            case Node.Float number when Double.isFinite(number.value()) -> BigDecimal.valueOf(number.value());
            default -> null;
        };
    }
}
