package libp2p.denylist;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Every bound of this module. */
@LimitGroup("denylist")
public record DenylistLimits(
        @Bound(
                value = "64",
                least = "1",
                most = "10000",
                unit = "lists",
                is = "that are in force together; more are refused")
        int lists,

        @Bound(
                value = "256MiB",
                least = "1KiB",
                most = "unlimited",
                unit = "bytes",
                is = "in the file of one denylist; a longer one is refused")
        long fileBytes,

        @Bound(
                value = "2MiB",
                least = "256",
                most = "16MiB",
                unit = "bytes",
                is = "in one line of a denylist with its end; a list with a longer one is refused")
        int lineBytes,

        @Bound(
                value = "1MiB",
                least = "256",
                most = "16MiB",
                unit = "bytes",
                is = "in the header of a denylist; what is longer is read as rules")
        int headerBytes,

        @Bound(
                value = "4000000",
                least = "1",
                most = "100000000",
                unit = "rules",
                is =
                        "of one denylist, of which each takes about 50 bytes and those of all lists a quarter of the heap at most;"
                                + " a list with more is refused")
        int rules,

        @Bound(
                value = "65536",
                least = "0",
                most = "10000000",
                unit = "rules",
                is = "of one denylist that end with a star; a list with more is refused")
        int prefixes,

        @Bound(
                value = "5s",
                least = "10ms",
                most = "1d",
                is = "between two looks at the files of denylists, which are read again when they have changed")
        Duration watch) {
    /** Files of 256 MiB, with the lines and headers of the specification. */
    public static final DenylistLimits DEFAULT = Bounds.defaults(DenylistLimits.class);

    public DenylistLimits {
        Bounds.check(DenylistLimits.class, lists, fileBytes, lineBytes, headerBytes, rules, prefixes, watch);
    }

    /** With another number of lists. */
    public DenylistLimits withLists(int value) {
        return new DenylistLimits(value, fileBytes, lineBytes, headerBytes, rules, prefixes, watch);
    }

    /** With files of another length. */
    public DenylistLimits withFileBytes(long value) {
        return new DenylistLimits(lists, value, lineBytes, headerBytes, rules, prefixes, watch);
    }

    /** With lines of another length. */
    public DenylistLimits withLineBytes(int value) {
        return new DenylistLimits(lists, fileBytes, value, headerBytes, rules, prefixes, watch);
    }

    /** With another number of rules. */
    public DenylistLimits withRules(int value) {
        return new DenylistLimits(lists, fileBytes, lineBytes, headerBytes, value, prefixes, watch);
    }

    /** With another number of rules that end with a star. */
    public DenylistLimits withPrefixes(int value) {
        return new DenylistLimits(lists, fileBytes, lineBytes, headerBytes, rules, value, watch);
    }
}
