package libp2p.ipld.selector;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Spliterators;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import libp2p.ipld.ContentException;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.Node;
import org.jspecify.annotations.Nullable;

/**
 * The clause that applies to one value of a walk: a clause of the selector, or what a recursion has made of its clauses
 * on the way here. The rules are those of go-ipld-prime, since both sides of a GraphSync request must walk alike.
 */
sealed interface State {
    /** The segments that are looked at, in order, repeated ones again; null if all are. */
    default @Nullable Iterator<String> interests(View view) throws IOException {
        return Collections.emptyIterator();
    }

    /** The clause that applies to an entry, or null if the entry is not explored. */
    default @Nullable State explore(View view, String segment, Node value) throws IOException {
        return null;
    }

    /** The matcher that takes this value, or null. */
    default Selector.@Nullable Matcher match(View view) throws IOException {
        return null;
    }

    /** Clauses that are tried for each entry. */
    default int width() {
        return 1;
    }

    /** Clauses and conditions that are tried for each entry. */
    default int cost() {
        return 1;
    }

    private static int cost(@Nullable Condition condition) {
        return condition == null ? 0 : condition.size();
    }

    static State of(Selector selector) {
        return switch (selector) {
            case Selector.Matcher matcher -> new Match(matcher);
            case Selector.ExploreAll all -> new All(of(all.next()));
            case Selector.ExploreFields fields -> {
                var states = new LinkedHashMap<String, State>();
                fields.fields().forEach((name, next) -> states.put(name, of(next)));
                yield new Fields(states);
            }
            case Selector.ExploreIndex index -> new Range(index.index(), index.index() + 1, of(index.next()));
            case Selector.ExploreRange range -> new Range(range.start(), range.end(), of(range.next()));
            case Selector.ExploreRecursive recursive -> {
                State sequence = of(recursive.sequence());
                yield new Recursion(sequence, sequence, recursive.limit().depth(), recursive.stopAt());
            }
            case Selector.ExploreUnion union ->
                new Union(union.members().stream().map(State::of).toList());
            case Selector.ExploreConditional conditional ->
                new Conditional(conditional.condition(), of(conditional.next()));
            case Selector.ExploreRecursiveEdge ignored -> new Edge();
            case Selector.InterpretAs view -> new Interpretation(view.as(), of(view.next()));
        };
    }

    record Match(Selector.Matcher matcher) implements State {
        @Override
        public int cost() {
            return 1 + State.cost(matcher.onlyIf());
        }

        @Override
        public Selector.@Nullable Matcher match(View view) throws IOException {
            return matcher.onlyIf() == null || matcher.onlyIf().holds(view) ? matcher : null;
        }
    }

    record All(State next) implements State {
        @Override
        public @Nullable Iterator<String> interests(View view) {
            return null;
        }

        @Override
        public State explore(View view, String segment, Node value) {
            return next;
        }
    }

    record Fields(SequencedMap<String, State> fields) implements State {
        @Override
        public Iterator<String> interests(View view) {
            return fields.keySet().iterator();
        }

        @Override
        public @Nullable State explore(View view, String segment, Node value) {
            return fields.get(segment);
        }
    }

    record Range(long start, long end, State next) implements State {
        @Override
        public Iterator<String> interests(View view) {
            if (view.kind() != Node.Kind.LIST) {
                return Collections.emptyIterator();
            }
            int from = (int) Math.clamp(start, 0L, view.length());
            int to = (int) Math.clamp(end, from, view.length());
            return IntStream.range(from, to).mapToObj(Integer::toString).iterator();
        }

        @Override
        public @Nullable State explore(View view, String segment, Node value) {
            if (view.kind() != Node.Kind.LIST) {
                return null;
            }
            int index = Integer.parseInt(segment); // of a list that has it
            return index >= start && index < end ? next : null;
        }
    }

    record Union(List<State> members, int width) implements State {
        Union(List<State> members) {
            this(members, members.stream().mapToInt(State::width).sum());
        }

        @Override
        public @Nullable Iterator<String> interests(View view) throws IOException {
            List<Iterator<String>> all = new ArrayList<>(members.size());
            for (State member : members) {
                Iterator<String> interests = member.interests(view);
                if (interests == null) {
                    return null;
                }
                all.add(interests);
            }
            return all.stream()
                    .flatMap(
                            interests -> StreamSupport.stream(Spliterators.spliteratorUnknownSize(interests, 0), false))
                    .iterator();
        }

        @Override
        public @Nullable State explore(View view, String segment, Node value) throws IOException {
            List<State> next = new ArrayList<>(members.size());
            for (State member : members) {
                State state = member.explore(view, segment, value);
                if (state != null) {
                    next.add(state);
                }
            }
            return union(next);
        }

        @Override
        public Selector.@Nullable Matcher match(View view) throws IOException {
            View bytes = null;
            for (State member : members) {
                Selector.Matcher matcher = member.match(view);
                if (matcher != null && matcher.subset() != null) {
                    bytes = bytes == null ? view.asBytes() : bytes; // once, however many parts are asked for
                    matcher = bytes.slice(matcher.subset()) == null ? null : matcher;
                }
                if (matcher != null) {
                    return matcher;
                }
            }
            return null;
        }

        @Override
        public int cost() {
            return members.stream().mapToInt(State::cost).sum();
        }
    }

    /** A union of what is left, checked for its width. */
    private static @Nullable State union(List<State> members) throws ContentException {
        if (members.size() < 2) {
            return members.isEmpty() ? null : members.getFirst();
        }
        long width = 0;
        for (State member : members) {
            width += member.width();
        }
        if (width > IpldLimits.SELECTOR_WIDTH) {
            throw new ContentException(
                    "selector: " + width + " clauses apply to one value, the limit is " + IpldLimits.SELECTOR_WIDTH);
        }
        return new Union(List.copyOf(members));
    }

    record Conditional(Condition condition, State next) implements State {
        @Override
        public @Nullable Iterator<String> interests(View view) throws IOException {
            return condition.holds(view) ? next.interests(view) : Collections.emptyIterator();
        }

        @Override
        public @Nullable State explore(View view, String segment, Node value) throws IOException {
            return condition.holds(view) ? next.explore(view, segment, value) : null;
        }

        @Override
        public Selector.@Nullable Matcher match(View view) throws IOException {
            return condition.holds(view) ? next.match(view) : null;
        }

        @Override
        public int width() {
            return next.width() + 1;
        }

        @Override
        public int cost() {
            return next.cost() + State.cost(condition);
        }
    }

    record Edge() implements State {}

    record Interpretation(String as, State next) implements State {
        @Override
        public @Nullable Iterator<String> interests(View view) throws IOException {
            return next.interests(view);
        }

        @Override
        public State explore(View view, String segment, Node value) {
            return next;
        }
    }

    /**
     * A recursion under way.
     *
     * @param sequence that begins again
     * @param current what of it applies here
     * @param depth how often it may begin again, −1 for any number
     */
    record Recursion(
            State sequence,
            State current,
            long depth,
            @Nullable Condition stopAt) implements State {
        @Override
        public @Nullable Iterator<String> interests(View view) throws IOException {
            return current.interests(view);
        }

        @Override
        public @Nullable State explore(View view, String segment, Node value) throws IOException {
            if (stopAt != null && stopAt.holds(new View.Plain(value))) {
                return null;
            }
            State next = current.explore(view, segment, value);
            if (next == null) {
                return null;
            }
            if (!hasEdge(next)) {
                return new Recursion(sequence, next, depth, stopAt);
            }
            if (depth >= 0 && depth < 2) {
                return replaceEdges(next, null);
            }
            State again = replaceEdges(next, sequence);
            return again == null ? null : new Recursion(sequence, again, depth < 0 ? depth : depth - 1, stopAt);
        }

        @Override
        public Selector.@Nullable Matcher match(View view) throws IOException {
            return current.match(view);
        }

        @Override
        public int width() {
            return current.width();
        }

        @Override
        public int cost() {
            return current.cost() + State.cost(stopAt);
        }

        private static boolean hasEdge(State state) {
            return switch (state) {
                case Edge ignored -> true;
                case Union union -> union.members().stream().anyMatch(Recursion::hasEdge);
                case Conditional conditional -> hasEdge(conditional.next());
                default -> false;
            };
        }

        private static @Nullable State replaceEdges(State state, @Nullable State replacement) throws ContentException {
            return switch (state) {
                case Edge ignored -> replacement;
                case Union union -> {
                    List<State> members = new ArrayList<>(union.members().size());
                    for (State member : union.members()) {
                        State replaced = replaceEdges(member, replacement);
                        if (replaced != null) {
                            members.add(replaced);
                        }
                    }
                    yield union(members);
                }
                case Conditional conditional -> {
                    State replaced = replaceEdges(conditional.next(), replacement);
                    yield replaced == null ? null : new Conditional(conditional.condition(), replaced);
                }
                default -> state;
            };
        }
    }
}
