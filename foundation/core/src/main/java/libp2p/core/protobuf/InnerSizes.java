package libp2p.core.protobuf;

import java.util.Arrays;

/** The sizes of the messages inside a message, in the order in which they begin: noted first, then given back. */
final class InnerSizes {
    private static final int FIRST = 8;

    private int[] sizes = {};
    private int count;
    private int given;
    private boolean known;

    /** A message begins; returns its place. */
    int begin() {
        if (count == sizes.length) {
            sizes = Arrays.copyOf(sizes, Math.max(FIRST, 2 * count));
        }
        return count++;
    }

    void end(int place, int size) {
        sizes[place] = size;
    }

    /** All have ended. */
    void known() {
        known = true;
    }

    boolean areKnown() {
        return known;
    }

    /** The size of the next message that begins. */
    int next() {
        if (given == count) {
            throw new IllegalStateException("a body that does not write the same again");
        }
        return sizes[given++];
    }
}
