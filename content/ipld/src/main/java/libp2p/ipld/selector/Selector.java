package libp2p.ipld.selector;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagCbor;
import libp2p.ipld.codec.DagJson;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * An <a href="https://ipld.io/specs/selectors/">IPLD selector</a>: which way a {@link SelectorWalk} takes through a
 * DAG, and what of it is matched. Immutable.
 *
 * <p>Fields are visited in the order of the selector. The order changes when a selector is written as DAG-CBOR, which
 * sorts keys: two peers walk alike only by {@link #wireForm()}.
 */
public sealed interface Selector {
    /**
     * The value here is matched; nothing below it is explored.
     *
     * @param onlyIf under which it matches, or null for always
     * @param label that a visit of the match tells, or null
     * @param subset the part of text or bytes that is matched, or null for all
     */
    record Matcher(
            @Nullable Condition onlyIf,
            @Nullable String label,
            @Nullable Slice subset) implements Selector {}

    /**
     * Every entry of a map or a list.
     *
     * @param next for each entry
     */
    record ExploreAll(Selector next) implements Selector {}

    /**
     * Entries of these names, in this order.
     *
     * @param fields selector by name
     */
    record ExploreFields(SequencedMap<String, Selector> fields) implements Selector {}

    /**
     * One entry of a list.
     *
     * @param index of the entry, from 0
     * @param next for the entry
     */
    record ExploreIndex(long index, Selector next) implements Selector {}

    /**
     * Entries of a list from an index up to, but without, another.
     *
     * @param start the first index
     * @param end the index behind the last
     * @param next for each of the entries
     */
    record ExploreRange(long start, long end, Selector next) implements Selector {}

    /**
     * A sequence that begins again at its {@linkplain ExploreRecursiveEdge edges}.
     *
     * @param sequence of which each edge begins anew
     * @param limit how deep the recursion goes
     * @param stopAt entries that are not explored
     */
    record ExploreRecursive(
            Selector sequence, Limit limit, @Nullable Condition stopAt) implements Selector {}

    /**
     * Several selectors at once.
     *
     * @param members that apply, each on its own
     */
    record ExploreUnion(List<Selector> members) implements Selector {}

    /**
     * A selector that applies where a condition is true.
     *
     * @param condition that has to be true
     * @param next that applies then
     */
    record ExploreConditional(Condition condition, Selector next) implements Selector {}

    /** Edge to the beginning of the nearest recursion around. */
    record ExploreRecursiveEdge() implements Selector {}

    /**
     * Another view of the value here: {@code unixfs}, or {@code unixfs-preload}, which loads all blocks of a file or a
     * sharded directory at once. As in go-ipld-prime it works where it is the selector of a value, not inside a union
     * or a recursion.
     *
     * @param as name of the view
     * @param next for the view
     */
    record InterpretAs(String as, Selector next) implements Selector {}

    /**
     * Bound on the depth of a recursion.
     *
     * @param depth or −1 for any number
     */
    record Limit(long depth) {
        /** No limit but the budget of the walk. */
        public static final Limit NONE = new Limit(-1);
    }

    /**
     * A part of text or bytes: from an offset up to, but without, another; negative ones count from the end.
     *
     * @param from offset of the first; negative ones count from the end
     * @param to offset behind the last; negative ones count from the end
     */
    record Slice(long from, long to) {}

    /**
     * The selector that a value is.
     *
     * @throws MalformedException if it is none, or beyond {@link IpldLimits#SELECTOR_CLAUSES} or
     *     {@link IpldLimits#SELECTOR_DEPTH}
     */
    static Selector of(Node node) {
        return new SelectorReader().read(node);
    }

    /**
     * A selector written as DAG-JSON.
     *
     * @throws MalformedException if it is none
     */
    static Selector ofJson(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return of(new DagJson().decode(checked(bytes)));
    }

    /**
     * A selector written as DAG-CBOR.
     *
     * @throws MalformedException if it is none
     */
    static Selector ofCbor(byte[] bytes) {
        return of(new DagCbor().decode(checked(bytes)));
    }

    private static byte[] checked(byte[] bytes) {
        if (bytes.length > IpldLimits.SELECTOR_BYTES) {
            throw new MalformedException(
                    "selector: " + bytes.length + " bytes, the limit is " + IpldLimits.SELECTOR_BYTES);
        }
        return bytes;
    }

    /** The value that says this selector. */
    default Node toNode() {
        return SelectorWriter.node(this);
    }

    /** This selector as a peer reads it: with the fields in the order of DAG-CBOR. */
    default Selector wireForm() {
        return ofCbor(new DagCbor().encode(toNode()));
    }

    /**
     * The selector of a path through UnixFS directories, as other implementations build it.
     *
     * @param path names of entries
     * @param target for what the path leads to
     */
    static Selector unixFsPath(List<String> path, Selector target) {
        Selector selector = target;
        for (String name : path.reversed()) {
            SequencedMap<String, Selector> field = new LinkedHashMap<>();
            field.put(name, selector);
            selector = new InterpretAs("unixfs", new ExploreFields(field));
        }
        return selector;
    }
}
