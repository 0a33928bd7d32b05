package libp2p.kad.message;

import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;

/** The bounds of one message. They hold before anything is built from it. */
public record MessageLimits(
        @Bound(
                value = "1MiB",
                least = "16KiB",
                most = "64MiB",
                unit = "bytes",
                is = "in one message, its length prefix not counted; a longer one ends its stream")
        int bytes,

        @Bound(
                value = "8192",
                least = "128",
                most = "10000000",
                unit = "fields",
                is = "of Protobuf in one message and those inside it; one with more ends its stream")
        int fields,

        @Bound(
                value = "512",
                least = "64",
                most = "64KiB",
                unit = "bytes",
                is = "in the key of a request or record, or the id of a peer; a message with a longer one is refused")
        int keyBytes,

        @Bound(
                value = "64KiB",
                least = "1",
                most = "3MiB",
                unit = "bytes",
                is = "in the value of a record; a message with a longer one is refused")
        int valueBytes,

        @Bound(
                value = "40",
                least = "1",
                most = "1000",
                unit = "peers",
                is = "that are read in each of the two lists of one message; further ones are left out")
        int peers,

        @Bound(
                value = "32",
                least = "1",
                most = "1000",
                unit = "addresses",
                is = "that are read of one peer in a message; further ones are left out")
        int addresses,

        @Bound(
                value = "8KiB",
                least = "128",
                most = "1MiB",
                unit = "bytes",
                is = "in one peer of a message with its addresses and signed record; a longer one is left out")
        int peerBytes) {
    /** The defaults: 1 MiB messages, 64 KiB values, twice k peers with 32 addresses and 8 KiB each. */
    public static final MessageLimits DEFAULT = Bounds.defaults(MessageLimits.class);

    public MessageLimits {
        Bounds.check(MessageLimits.class, bytes, fields, keyBytes, valueBytes, peers, addresses, peerBytes);
    }
}
