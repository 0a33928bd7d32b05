package libp2p.swarm.negotiation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among protocols whose ids end in a semantic version, {@code /family/x.y.z}: of a family the highest version
 * that both peers have. It only orders proposals; on the wire it is plain multistream-select.
 */
public final class SemanticVersions {
    private record Versioned(String protocol, String family, int major, int minor, int patch) {
        static final Comparator<Versioned> NEWEST_FIRST = Comparator.comparingInt(Versioned::major)
                .thenComparingInt(Versioned::minor)
                .thenComparingInt(Versioned::patch)
                .reversed();
    }

    private SemanticVersions() {}

    /** The part of a protocol id before its version; the whole id if it has none. */
    public static String family(String protocol) {
        Versioned versioned = parse(protocol);
        return versioned == null ? protocol : versioned.family();
    }

    /**
     * Orders proposals: within each family the newest first; families keep the order of their first member. Protocols
     * without a semantic version stay where they are.
     */
    public static List<String> newestFirst(List<String> protocols) {
        if (protocols.size() == 1) {
            return protocols; // the usual case, and it is on the path of every new stream
        }
        List<String> result = new ArrayList<>(protocols.size());
        for (String protocol : protocols) {
            if (result.contains(protocol)) {
                continue;
            }
            Versioned versioned = parse(protocol);
            if (versioned == null) {
                result.add(protocol);
                continue;
            }
            protocols.stream()
                    .map(SemanticVersions::parse)
                    .filter(other -> other != null && other.family().equals(versioned.family()))
                    .sorted(Versioned.NEWEST_FIRST)
                    .map(Versioned::protocol)
                    .distinct()
                    .forEach(result::add);
        }
        return result;
    }

    /**
     * The protocol to propose first, given what the remote is known to speak.
     *
     * @return the newest common version of the first family that both have, or null if they share nothing
     */
    public static @Nullable String choose(List<String> ours, Collection<String> theirs) {
        for (String protocol : newestFirst(ours)) {
            if (theirs.contains(protocol)) {
                return protocol;
            }
        }
        return null;
    }

    private static @Nullable Versioned parse(String protocol) {
        int slash = protocol.lastIndexOf('/');
        if (slash <= 0) {
            return null;
        }
        int[] numbers = new int[3];
        int part = 0;
        int digits = 0;
        for (int i = slash + 1; i < protocol.length(); i++) {
            char c = protocol.charAt(i);
            if (c >= '0' && c <= '9' && digits < 9 && !(digits == 1 && numbers[part] == 0)) {
                numbers[part] = numbers[part] * 10 + (c - '0');
                digits++;
            } else if (c == '.' && digits > 0 && part < 2) {
                part++;
                digits = 0;
            } else {
                return null;
            }
        }
        return part == 2 && digits > 0
                ? new Versioned(protocol, protocol.substring(0, slash), numbers[0], numbers[1], numbers[2])
                : null;
    }
}
