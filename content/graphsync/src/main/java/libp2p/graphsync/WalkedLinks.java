package libp2p.graphsync;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import libp2p.multiformats.Cid;

/** The links of a walk in their order, as their number and one hash of them all. One thread at a time. */
final class WalkedLinks {
    private final MessageDigest digest;
    private long count;

    WalkedLinks() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    void add(Cid cid) {
        count++;
        digest.update(cid.toBytes());
    }

    long count() {
        return count;
    }

    /** Whether both have gone the same way. */
    boolean sameAs(WalkedLinks other) {
        try {
            return count == other.count
                    && MessageDigest.isEqual(
                            ((MessageDigest) digest.clone()).digest(), ((MessageDigest) other.digest.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("SHA-256 of the JDK can be cloned", e);
        }
    }
}
