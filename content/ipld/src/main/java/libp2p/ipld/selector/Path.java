package libp2p.ipld.selector;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Way of a walk from its root to a value: keys of maps, indexes of lists. Immutable; paths share their beginnings.
 */
public final class Path {
    /** The path of the root. */
    public static final Path ROOT = new Path(null, "", 0);

    private final @Nullable Path parent;
    private final String segment;
    private final int length;

    private Path(@Nullable Path parent, String segment, int length) {
        this.parent = parent;
        this.segment = segment;
        this.length = length;
    }

    /** The path of a child. */
    public Path child(String name) {
        return new Path(this, name, length + 1);
    }

    /** Whether this path goes through another one, which is one of its beginnings as an object, or is it. */
    public boolean isWithin(Path other) {
        Path at = this;
        while (at.length > other.length && at.parent != null) {
            at = at.parent;
        }
        return at == other;
    }

    /** Segments of this path. */
    public int length() {
        return length;
    }

    /** The segments, the one at the root first. */
    public List<String> segments() {
        List<String> segments = new ArrayList<>(length);
        for (Path at = this; at.parent != null; at = at.parent) {
            segments.add(at.segment);
        }
        return segments.reversed();
    }

    /** The segments between slashes. They may come from strangers: escape this text before it is shown. */
    @Override
    public String toString() {
        return String.join("/", segments());
    }
}
