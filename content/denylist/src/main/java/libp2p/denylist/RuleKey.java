package libp2p.denylist;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import libp2p.multiformats.HashFunction;
import libp2p.multiformats.Multihash;

/**
 * What a rule is found by: half of a SHA-256, so that a list takes the same few bytes for each rule whatever its length,
 * and no request can be made to meet a rule that is not its own.
 */
record RuleKey(long high, long low) {
    /** The key of one path. */
    static RuleKey of(String namespace, String root, String rest) {
        return digest(namespace + "/" + root + "/" + rest);
    }

    /** The key of all paths that begin with a root. */
    static RuleKey below(String namespace, String root) {
        return digest(namespace + "*" + root);
    }

    /** The key of a path whose hash is all that the list says. */
    static RuleKey hashed(Multihash hash) {
        return digest("#" + hash);
    }

    private static RuleKey digest(String text) {
        ByteBuffer digest = ByteBuffer.wrap(HashFunction.SHA2_256.digest(text.getBytes(StandardCharsets.UTF_8)));
        return new RuleKey(digest.getLong(), digest.getLong());
    }
}
