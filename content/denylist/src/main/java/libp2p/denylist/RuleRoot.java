package libp2p.denylist;

import java.util.Locale;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * The root of a path in the forms by which rules name it.
 *
 * @param key the multihash in base 58, or the domain
 * @param hashed what double hashes of the modern form are made of, without the path behind it
 * @param legacy what those of the legacy form are made of: the CID of version 1 in base 32, or the domain
 */
record RuleRoot(String key, String hashed, String legacy) {
    /** Characters of the longest root: decoding base 58 takes the square of its length. */
    private static final int CHARACTERS = 1024;

    /** The root of a path below {@code /ipfs/}. */
    static RuleRoot of(Cid cid) {
        String hash = cid.hash().toBase58();
        return new RuleRoot(hash, hash, cid.toV1().toString());
    }

    /**
     * The root of a path.
     *
     * @throws MalformedException if it is none
     */
    static RuleRoot of(String namespace, String text) {
        if (text.length() > CHARACTERS) {
            throw new MalformedException("a root of " + text.length() + " characters, at most " + CHARACTERS);
        }
        if (namespace.equals("ipfs")) {
            return of(content(text));
        }
        Multihash key = key(text);
        if (key != null) {
            String hash = key.toBase58();
            return new RuleRoot(hash, hash, Cid.v1(Multicodec.LIBP2P_KEY, key).toString());
        }
        String domain = domain(text);
        return new RuleRoot(domain, "/ipns/" + domain, domain);
    }

    private static Cid content(String text) {
        try {
            return Cid.parse(text);
        } catch (MalformedException noCid) {
            return Cid.v1(Multicodec.DAG_PB, Multihash.fromBase58(text)); // a multihash alone
        }
    }

    private static @Nullable Multihash key(String text) {
        if (text.indexOf('.') >= 0) {
            return null;
        }
        try {
            return Cid.parse(text).hash();
        } catch (MalformedException noCid) {
            try {
                return PeerId.parse(text).toCid().hash();
            } catch (MalformedException noKey) {
                return null;
            }
        }
    }

    /** A domain in lower case; one that is written as one label, as in hosts, with its dots. */
    private static String domain(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.indexOf('.') < 0 && lower.indexOf('-') >= 0) {
            return lower.replace("--", "\0").replace('-', '.').replace('\0', '-');
        }
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
