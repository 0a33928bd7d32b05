package libp2p.ipld.codec;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A node of DAG-PB.
 *
 * @param links in the order of the block
 * @param data or null if there is none, which is not the same as empty
 */
public record PbNode(List<PbLink> links, byte @Nullable [] data) {
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PbNode node && links.equals(node.links) && Arrays.equals(data, node.data);
    }

    @Override
    public int hashCode() {
        return Objects.hash(links, Arrays.hashCode(data));
    }
}
