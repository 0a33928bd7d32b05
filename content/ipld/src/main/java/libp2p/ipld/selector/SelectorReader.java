package libp2p.ipld.selector;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.Node;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/** Reads selectors out of values. Unknown keys beside those of the specification are ignored, as in go-ipld-prime. */
final class SelectorReader {
    /** Whether each recursion around the clause that is read, the nearest last, has an edge. */
    private final List<Boolean> edges = new ArrayList<>();

    private int clauses;

    Selector read(Node node) {
        return selector(node, 0);
    }

    private Selector selector(Node node, int depth) {
        count(depth);
        Map.Entry<String, Node> member = member("a selector", node);
        Node body = member.getValue();
        return switch (member.getKey()) {
            case "." -> matcher(map("a matcher", body), depth);
            case "a" -> new Selector.ExploreAll(next(body, depth));
            case "f" -> fields(body, depth);
            case "i" -> new Selector.ExploreIndex(integer("the index", required(body, "i")), next(body, depth));
            case "r" -> range(body, depth);
            case "R" -> recursive(body, depth);
            case "|" -> union(body, depth);
            case "&" -> new Selector.ExploreConditional(condition(required(body, "&"), depth + 1), next(body, depth));
            case "@" -> edge(body);
            case "~" -> new Selector.InterpretAs(text("the view", required(body, "as")), next(body, depth));
            default -> throw error("no clause is called " + MalformedException.quote(member.getKey()));
        };
    }

    private Selector.Matcher matcher(Node.Mapping body, int depth) {
        Node onlyIf = body.get("onlyIf");
        Node label = body.get("label");
        Node subset = body.get("subset");
        Selector.Slice slice = null;
        if (subset != null) {
            long from = integer("[ of a subset", required(subset, "["));
            long to = integer("] of a subset", required(subset, "]"));
            if (to >= 0 && from > to) {
                throw error("a subset that begins behind its end");
            }
            slice = new Selector.Slice(from, to);
        }
        return new Selector.Matcher(
                onlyIf == null ? null : condition(onlyIf, depth + 1),
                label == null ? null : text("a label", label),
                slice);
    }

    private Selector.ExploreFields fields(Node body, int depth) {
        SequencedMap<String, Selector> fields = new LinkedHashMap<>();
        for (Map.Entry<String, Node> field :
                map("fields", required(body, "f>")).entries().entrySet()) {
            fields.put(field.getKey(), selector(field.getValue(), depth + 1));
        }
        return new Selector.ExploreFields(fields);
    }

    private Selector.ExploreRange range(Node body, int depth) {
        long start = integer("^ of a range", required(body, "^"));
        long end = integer("$ of a range", required(body, "$"));
        if (start >= end) {
            throw error("a range that ends where it begins, or before");
        }
        return new Selector.ExploreRange(start, end, next(body, depth));
    }

    private Selector.ExploreRecursive recursive(Node body, int depth) {
        Map.Entry<String, Node> limit = member("a limit", required(body, "l"));
        Selector.Limit bound = switch (limit.getKey()) {
            case "none" -> Selector.Limit.NONE;
            case "depth" -> new Selector.Limit(Math.max(0, integer("a depth", limit.getValue())));
            default -> throw error("no limit is called " + MalformedException.quote(limit.getKey()));
        };
        edges.add(false);
        Selector sequence = selector(required(body, ":>"), depth + 1);
        if (!edges.removeLast()) {
            throw error("a recursion without an edge");
        }
        Node stop = body.get("!");
        return new Selector.ExploreRecursive(sequence, bound, stop == null ? null : condition(stop, depth + 1));
    }

    private Selector.ExploreUnion union(Node body, int depth) {
        if (!(body instanceof Node.Sequence list)) {
            throw error("a union must be a list");
        }
        List<Selector> members = new ArrayList<>();
        for (Node item : list.items()) {
            members.add(selector(item, depth + 1));
        }
        return new Selector.ExploreUnion(List.copyOf(members));
    }

    private Selector.ExploreRecursiveEdge edge(Node body) {
        map("an edge", body);
        if (edges.isEmpty()) {
            throw error("an edge outside of a recursion");
        }
        edges.set(edges.size() - 1, true);
        return new Selector.ExploreRecursiveEdge();
    }

    private Selector next(Node body, int depth) {
        return selector(required(body, ">"), depth + 1);
    }

    private Condition condition(Node node, int depth) {
        count(depth);
        Map.Entry<String, Node> member = member("a condition", node);
        Node body = member.getValue();
        return switch (member.getKey()) {
            case "hasField" -> new Condition.HasField(text("a field", body));
            case "=" -> {
                if (body.kind() == Node.Kind.MAP || body.kind() == Node.Kind.LIST) {
                    throw error("a condition compares scalars only");
                }
                yield new Condition.HasValue(body);
            }
            case "%" -> {
                Node.Kind kind = Condition.kind(text("a kind", body));
                if (kind == null) {
                    throw error("no kind is called " + MalformedException.quote(text("a kind", body)));
                }
                yield new Condition.HasKind(kind);
            }
            case "/" -> {
                if (!(body instanceof Node.Link link)) {
                    throw error("the condition of a link needs a link");
                }
                yield new Condition.IsLink(link.cid());
            }
            case "greaterThan" -> new Condition.GreaterThan(number(body));
            case "lessThan" -> new Condition.LessThan(number(body));
            case "and" -> new Condition.And(conditions(body, depth));
            case "or" -> new Condition.Or(conditions(body, depth));
            default -> throw error("no condition is called " + MalformedException.quote(member.getKey()));
        };
    }

    private List<Condition> conditions(Node body, int depth) {
        if (!(body instanceof Node.Sequence list)) {
            throw error("conditions must be a list");
        }
        List<Condition> conditions = new ArrayList<>();
        for (Node item : list.items()) {
            conditions.add(condition(item, depth + 1));
        }
        return List.copyOf(conditions);
    }

    private static Node number(Node node) {
        if (node instanceof Node.Int || node instanceof Node.Float) {
            return node;
        }
        throw error("a condition of order needs a number");
    }

    private void count(int depth) {
        if (++clauses > IpldLimits.SELECTOR_CLAUSES) {
            throw error("more clauses than the limit of " + IpldLimits.SELECTOR_CLAUSES);
        }
        if (depth > IpldLimits.SELECTOR_DEPTH) {
            throw error("clauses inside each other beyond the limit of " + IpldLimits.SELECTOR_DEPTH);
        }
    }

    private static Map.Entry<String, Node> member(String what, Node node) {
        SequencedMap<String, Node> entries = map(what, node).entries();
        if (entries.size() != 1) {
            throw error(what + " must be a map of one entry, not " + entries.size());
        }
        return entries.firstEntry();
    }

    private static Node required(Node body, String key) {
        @Nullable Node value = map("the body of a clause", body).get(key);
        if (value == null) {
            throw error("a clause without " + key);
        }
        return value;
    }

    private static Node.Mapping map(String what, Node node) {
        if (node instanceof Node.Mapping map) {
            return map;
        }
        throw error(what + " must be a map");
    }

    private static String text(String what, Node node) {
        if (node instanceof Node.Text text) {
            return text.value();
        }
        throw error(what + " must be text");
    }

    private static long integer(String what, Node node) {
        if (!(node instanceof Node.Int number)) {
            throw error(what + " must be a whole number");
        }
        BigInteger value = number.value();
        if (value.bitLength() > 63) {
            throw error(what + " has more than 64 bits");
        }
        return value.longValue();
    }

    private static MalformedException error(String what) {
        return new MalformedException("selector: " + what);
    }
}
