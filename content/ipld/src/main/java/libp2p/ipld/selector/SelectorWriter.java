package libp2p.ipld.selector;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import libp2p.ipld.Node;

/** Turns selectors into the values that say them. */
final class SelectorWriter {
    private SelectorWriter() {}

    static Node node(Selector selector) {
        return switch (selector) {
            case Selector.Matcher matcher -> map(".", matcher(matcher));
            case Selector.ExploreAll all -> map("a", map(">", node(all.next())));
            case Selector.ExploreFields fields -> {
                SequencedMap<String, Node> entries = new LinkedHashMap<>();
                fields.fields().forEach((name, next) -> entries.put(name, node(next)));
                yield map("f", map("f>", new Node.Mapping(entries)));
            }
            case Selector.ExploreIndex index -> map("i", map("i", Node.of(index.index()), ">", node(index.next())));
            case Selector.ExploreRange range ->
                map("r", map("^", Node.of(range.start()), "$", Node.of(range.end()), ">", node(range.next())));
            case Selector.ExploreRecursive recursive -> map("R", recursive(recursive));
            case Selector.ExploreUnion union ->
                map(
                        "|",
                        new Node.Sequence(union.members().stream()
                                .map(SelectorWriter::node)
                                .toList()));
            case Selector.ExploreConditional conditional ->
                map("&", map("&", node(conditional.condition()), ">", node(conditional.next())));
            case Selector.ExploreRecursiveEdge ignored -> map("@", map());
            case Selector.InterpretAs view -> map("~", map("as", Node.of(view.as()), ">", node(view.next())));
        };
    }

    private static Node matcher(Selector.Matcher matcher) {
        SequencedMap<String, Node> entries = new LinkedHashMap<>();
        if (matcher.onlyIf() != null) {
            entries.put("onlyIf", node(matcher.onlyIf()));
        }
        if (matcher.label() != null) {
            entries.put("label", Node.of(matcher.label()));
        }
        if (matcher.subset() != null) {
            entries.put(
                    "subset",
                    map(
                            "[",
                            Node.of(matcher.subset().from()),
                            "]",
                            Node.of(matcher.subset().to())));
        }
        return new Node.Mapping(entries);
    }

    private static Node recursive(Selector.ExploreRecursive recursive) {
        SequencedMap<String, Node> entries = new LinkedHashMap<>();
        long depth = recursive.limit().depth();
        entries.put("l", depth < 0 ? map("none", map()) : map("depth", Node.of(depth)));
        entries.put(":>", node(recursive.sequence()));
        if (recursive.stopAt() != null) {
            entries.put("!", node(recursive.stopAt()));
        }
        return new Node.Mapping(entries);
    }

    private static Node node(Condition condition) {
        return switch (condition) {
            case Condition.HasField field -> map("hasField", Node.of(field.name()));
            case Condition.HasValue value -> map("=", value.value());
            case Condition.HasKind kind -> map("%", Node.of(Condition.name(kind.kind())));
            case Condition.IsLink link -> map("/", new Node.Link(link.cid()));
            case Condition.GreaterThan bound -> map("greaterThan", bound.number());
            case Condition.LessThan bound -> map("lessThan", bound.number());
            case Condition.And and -> map("and", conditions(and.conditions()));
            case Condition.Or or -> map("or", conditions(or.conditions()));
        };
    }

    private static Node conditions(List<Condition> conditions) {
        return new Node.Sequence(conditions.stream().map(SelectorWriter::node).toList());
    }

    private static Node.Mapping map(Object... entries) {
        SequencedMap<String, Node> map = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            map.put((String) entries[i], (Node) entries[i + 1]);
        }
        return new Node.Mapping(map);
    }
}
