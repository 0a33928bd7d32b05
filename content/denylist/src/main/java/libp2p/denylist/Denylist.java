package libp2p.denylist;

import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.ipld.policy.ContentPolicy;
import libp2p.ipld.policy.Denial;
import libp2p.multiformats.Cid;
import libp2p.multiformats.HashFunction;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one file in the compact format. Of the rules that fit, the last one decides; one with an exclamation mark
 * lets in. Empty blocks and directories are never denied: programs need them. Immutable; thread-safe.
 */
public final class Denylist implements ContentPolicy {
    /** Blocks that a rule cannot deny, as in NOpfs: the empty ones, and empty directories, maps and objects. */
    private static final Set<Multihash> HARMLESS = Set.of(
            Cid.parse("QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn").hash(),
            Cid.parse("bafyaabakaieac").hash(),
            Cid.parse("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku")
                    .hash(),
            Cid.parse("bafkqaaa").hash(),
            Cid.parse("QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH").hash(),
            Cid.parse("bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua")
                    .hash(),
            Cid.parse("baguqeeraiqjw7i2vwntyuekgvulpp2det2kpwt6cd7tx5ayqybqpmhfk76fa")
                    .hash());

    private final String name;
    private final RuleTable rules;
    private final Map<RuleKey, List<PrefixRule>> prefixes;
    private final EnumSet<HashFunction> functions;
    private final List<String> hints;
    private final Map<Integer, String> invalid;
    private final int count;
    private final long bytes;

    /** @param invalid the first lines that are no rules, with what is wrong */
    Denylist(
            String name,
            RuleTable rules,
            Map<RuleKey, List<PrefixRule>> prefixes,
            EnumSet<HashFunction> functions,
            List<String> hints,
            Map<Integer, String> invalid,
            int count,
            long bytes) {
        this.name = name;
        this.rules = rules;
        this.prefixes = prefixes;
        this.functions = functions;
        this.hints = hints;
        this.invalid = invalid;
        this.count = count;
        this.bytes = bytes;
    }

    /**
     * Reads a list; blocks. Lines that are no rules are left out.
     *
     * @param file as errors name it, and the list itself if its header has no name
     * @param in to be read to its end; not closed
     * @throws DenylistException if the header is malformed or of another version, or a bound is passed
     */
    public static Denylist read(String file, InputStream in, DenylistLimits limits) throws IOException {
        return read(file, in, limits, DenylistReader.memory());
    }

    /** @param memory bytes that its rules may take */
    static Denylist read(String file, InputStream in, DenylistLimits limits, long memory) throws IOException {
        return new DenylistReader(file, in, limits, memory).read();
    }

    /** Bytes that its rules take. */
    long bytes() {
        return bytes;
    }

    /** The name that its header says, or that of its file; printable. */
    public String name() {
        return name;
    }

    /** Rules in it. */
    public int size() {
        return count;
    }

    /** Some of the lines that are no rules, and what is wrong with each. */
    public Map<Integer, String> invalid() {
        return invalid;
    }

    @Override
    public @Nullable Denial block(Cid cid) {
        return denial(decision(cid));
    }

    @Override
    public @Nullable Denial path(String namespace, String root, List<String> rest) {
        return denial(decision(namespace, root, rest));
    }

    /** The rule that decides about a block, or null if none fits. */
    @Nullable
    Rule decision(Cid cid) {
        return HARMLESS.contains(cid.hash()) ? null : decision("ipfs", RuleRoot.of(cid), "");
    }

    /** The rule that decides about a path, or null if none fits. */
    @Nullable
    Rule decision(String namespace, String root, List<String> rest) {
        RuleRoot known;
        try {
            known = RuleRoot.of(namespace, root);
        } catch (MalformedException noRoot) {
            return null; // it leads nowhere
        }
        boolean harmless =
                rest.isEmpty() && namespace.equals("ipfs") && HARMLESS.contains(Multihash.fromBase58(known.key()));
        return harmless ? null : decision(namespace, known, String.join("/", rest));
    }

    private @Nullable Rule decision(String namespace, RuleRoot root, String rest) {
        long last = rules.get(RuleKey.of(namespace, root.key(), rest));
        for (PrefixRule rule : prefixes.getOrDefault(RuleKey.below(namespace, root.key()), List.of())) {
            last = rest.startsWith(rule.prefix()) ? later(last, rule.value()) : last;
        }
        if (!functions.isEmpty()) {
            String slashed = rest.isEmpty() ? "" : "/" + rest;
            for (HashFunction function : functions) {
                last = later(last, rules.get(DenylistReader.hashed(function, root.hashed() + slashed)));
            }
            last = later(last, rules.get(DenylistReader.hashed(HashFunction.SHA2_256, root.legacy() + "/" + rest)));
        }
        return last == 0 ? null : new Rule(last);
    }

    private static long later(long first, long second) {
        return Rule.line(second) > Rule.line(first) ? second : first;
    }

    private @Nullable Denial denial(@Nullable Rule rule) {
        return rule == null || rule.allows() ? null : denialOf(rule);
    }

    /** The denial by a rule of this list. */
    Denial denialOf(Rule rule) {
        return new Denial(name, rule.line(), hints.get(rule.hints()));
    }
}
