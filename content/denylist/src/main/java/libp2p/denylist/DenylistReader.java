package libp2p.denylist;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import libp2p.multiformats.HashFunction;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/** Reads one list, line by line. One thread. */
final class DenylistReader {
    /** Part of the heap that the rules of all lists take at most. */
    private static final int HEAP_PART = 4;

    /** What a rule with a star takes beside its path. */
    private static final int PREFIX_BYTES = 256;

    /** Texts of hints that are kept apart, and the longest one; others are left out. */
    private static final int HINTS = 4096;

    private static final int HINT_CHARACTERS = 256;

    /** The longest path that is asked for; a rule for a longer one fits nothing. */
    private static final int PATH_CHARACTERS = 8 << 10;

    private static final int HASH_CHARACTERS = 256;

    /** Lines that are no rules and are told. */
    private static final int TOLD = 10;

    private static final int NAME_CHARACTERS = 100;

    private final String file;
    private final BufferedInputStream in;
    private final DenylistLimits limits;
    private final long memory;
    private final RuleTable rules;
    private final Map<RuleKey, List<PrefixRule>> prefixes = new HashMap<>();
    private final EnumSet<HashFunction> functions = EnumSet.noneOf(HashFunction.class);
    private final List<String> hints = new ArrayList<>();
    private final Map<String, Integer> hintNumbers = new HashMap<>();
    private final Map<Integer, String> invalid = new LinkedHashMap<>();
    private DenylistHeader header = DenylistHeader.NONE;
    private long bytes;
    private int line;
    private int count;
    private int prefixCount;
    private long prefixBytes;

    /** @param memory bytes that the rules may take */
    DenylistReader(String file, InputStream in, DenylistLimits limits, long memory) {
        this.file = file;
        this.memory = memory;
        rules = new RuleTable(memory);
        this.in = new BufferedInputStream(in, 1 << 16);
        this.limits = limits;
    }

    /** Bytes that the rules of all lists may take together. */
    static long memory() {
        return Runtime.getRuntime().maxMemory() / HEAP_PART;
    }

    /** The key of a path by its hash. */
    static RuleKey hashed(HashFunction function, String path) {
        return RuleKey.hashed(function.hash(path.getBytes(StandardCharsets.UTF_8)));
    }

    Denylist read() throws IOException {
        readHeader();
        number(""); // the hints of most rules
        for (String text = nextLine(limits.lineBytes()); text != null; text = nextLine(limits.lineBytes())) {
            String bare = text.strip();
            if (!bare.isEmpty() && !bare.startsWith("#")) {
                try {
                    item(bare);
                } catch (MalformedException e) {
                    if (invalid.size() < TOLD) {
                        invalid.put(line, String.valueOf(e.getMessage()));
                    }
                }
            }
        }
        String name = header.name().isBlank() ? file.substring(file.lastIndexOf('/') + 1) : header.name();
        return new Denylist(
                printable(name, NAME_CHARACTERS),
                rules,
                prefixes,
                functions,
                hints,
                invalid,
                count,
                rules.bytes() + prefixBytes);
    }

    private DenylistException failure(String what, @Nullable Throwable cause) {
        return new DenylistException(file, line, what, cause);
    }

    /** Reads what is before the line {@code ---}; where there is none within the bound, all is rules. */
    private void readHeader() throws IOException {
        in.mark(limits.headerBytes() + 1);
        StringBuilder yaml = new StringBuilder();
        for (String text = nextHeaderLine(); text != null; text = nextHeaderLine()) {
            if (text.stripTrailing().equals("---")) {
                try {
                    header = DenylistHeader.parse(yaml.toString());
                } catch (MalformedException e) {
                    line = 0; // the message has that of the header
                    throw failure(String.valueOf(e.getMessage()), e);
                }
                return;
            }
            yaml.append(text).append('\n');
        }
        in.reset();
        bytes = 0;
        line = 0;
    }

    private @Nullable String nextHeaderLine() throws IOException {
        long left = limits.headerBytes() - bytes;
        return left <= 0 ? null : readLine((int) Math.min(left, limits.lineBytes()), false);
    }

    private @Nullable String nextLine(int most) throws IOException {
        return readLine(most, true);
    }

    /** The next line without its end; null at the end, and where a line may be too long. */
    private @Nullable String readLine(int most, boolean demanded) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream(128);
        line++;
        int one = in.read();
        if (one < 0) {
            return null;
        }
        while (one >= 0 && one != '\n') {
            if (text.size() + 1 >= most) {
                if (demanded) {
                    throw failure("a line of more than " + most + " bytes", null);
                }
                return null;
            }
            text.write(one);
            one = in.read();
        }
        bytes += text.size() + 1;
        if (bytes > limits.fileBytes()) {
            throw failure("the file has more than " + limits.fileBytes() + " bytes", null);
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    private void item(String text) throws DenylistException {
        String[] words = text.split("[ \t]+");
        String rule = words[0];
        boolean allows = rule.startsWith("!");
        String bare = allows ? rule.substring(1) : rule;
        long value = Rule.of(line, allows, hints(Arrays.copyOfRange(words, 1, words.length)))
                .value();
        if (bare.startsWith("//")) {
            hashed(bare.substring(2), value);
        } else if (bare.startsWith("/ipfs/") || bare.startsWith("/ipns/")) {
            path(bare.substring(1, 5), bare.substring(6), value);
        } else {
            throw new MalformedException("no rule: " + MalformedException.quote(bare));
        }
        count++;
        if (count > limits.rules()) {
            throw failure("more than " + limits.rules() + " rules", null);
        }
    }

    /** Both forms, where a text may be either. */
    private void hashed(String text, long value) throws DenylistException {
        Multihash modern = modern(text);
        boolean legacy = text.matches("[0-9a-fA-F]{64}");
        if (modern != null) {
            functions.add(Objects.requireNonNull(HashFunction.of(modern.code())));
            put(RuleKey.hashed(modern), value);
        } else if (!legacy) {
            throw new MalformedException(
                    "neither a multihash of a known function nor a SHA-256: " + MalformedException.quote(text));
        }
        if (legacy) {
            functions.add(HashFunction.SHA2_256);
            put(
                    RuleKey.hashed(Multihash.of(
                            HashFunction.SHA2_256.code(), HexFormat.of().parseHex(text))),
                    value);
        }
    }

    private static @Nullable Multihash modern(String text) {
        try {
            Multihash hash = text.length() > HASH_CHARACTERS ? null : Multihash.fromBase58(text);
            HashFunction function = hash == null ? null : HashFunction.of(hash.code());
            return function == null || function == HashFunction.IDENTITY ? null : hash;
        } catch (MalformedException noHash) {
            return null; // perhaps it is hexadecimal
        }
    }

    private void path(String namespace, String text, long value) throws DenylistException {
        int slash = text.indexOf('/');
        String first = slash < 0 ? text : text.substring(0, slash);
        String rest = slash < 0 ? "" : text.substring(slash + 1);
        if (first.isEmpty() || first.endsWith("*")) {
            throw new MalformedException("no root: " + MalformedException.quote(text));
        }
        String root = RuleRoot.of(namespace, unescaped(first)).key();
        boolean prefix = rest.endsWith("*");
        String path = trimmed(unescaped(prefix ? rest.substring(0, rest.length() - 1) : rest));
        if (path.length() > PATH_CHARACTERS) {
            throw new MalformedException("a path of " + path.length() + " characters, at most " + PATH_CHARACTERS);
        }
        if (!prefix) {
            put(RuleKey.of(namespace, root, path), value);
            return;
        }
        if (++prefixCount > limits.prefixes()) {
            throw failure("more than " + limits.prefixes() + " rules with a star", null);
        }
        prefixBytes += PREFIX_BYTES + (long) Character.BYTES * path.length();
        if (prefixBytes > memory / 2) {
            throw failure("its rules with a star need more than half of what the other lists leave", null);
        }
        prefixes.computeIfAbsent(RuleKey.below(namespace, root), key -> new ArrayList<>(1))
                .add(new PrefixRule(path, value));
    }

    private void put(RuleKey key, long value) throws DenylistException {
        if (!rules.put(key, value)) {
            throw failure("its rules need more than the other lists leave of a quarter of the heap", null);
        }
    }

    /** The number of the hints of a rule, with those of the list that it does not change. */
    private int hints(String[] words) {
        if (words.length == 0 && header.hints().isEmpty()) {
            return 0;
        }
        Map<String, String> all = new LinkedHashMap<>(header.hints());
        for (String word : words) {
            int colon = word.indexOf(':');
            if (colon <= 0) {
                throw new MalformedException("a hint is key:value, not " + MalformedException.quote(word));
            }
            if (all.size() < HINT_CHARACTERS) {
                all.put(word.substring(0, colon), word.substring(colon + 1));
            }
        }
        StringBuilder text = new StringBuilder();
        all.forEach((key, value) ->
                text.append(text.isEmpty() ? "" : " ").append(key).append(':').append(value));
        return number(printable(text.toString(), HINT_CHARACTERS));
    }

    private int number(String text) {
        Integer known = hintNumbers.get(text);
        if (known != null) {
            return known;
        }
        if (hints.size() == HINTS) {
            return 0;
        }
        hints.add(text);
        hintNumbers.put(text, hints.size() - 1);
        return hints.size() - 1;
    }

    private static String printable(String text, int most) {
        return (text.length() <= most ? text : text.substring(0, most)).replaceAll("[^ -~]", "?");
    }

    private static String trimmed(String path) {
        int from = 0;
        int to = path.length();
        while (from < to && path.charAt(from) == '/') {
            from++;
        }
        while (from < to && path.charAt(to - 1) == '/') {
            to--;
        }
        return path.substring(from, to);
    }

    /** Text without the escapes of RFC 3986. */
    private static String unescaped(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("a malformed escape in " + MalformedException.quote(text));
        }
    }
}
