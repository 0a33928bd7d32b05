package libp2p.ipld.codec;

import java.util.function.Consumer;
import libp2p.ipld.Node;
import libp2p.multiformats.Cid;

/** The links in a value, depth first. */
final class Links {
    private Links() {}

    static void of(Node node, Consumer<Cid> visitor) {
        switch (node) {
            case Node.Link link -> visitor.accept(link.cid());
            case Node.Sequence list -> list.items().forEach(item -> of(item, visitor));
            case Node.Mapping map -> map.entries().values().forEach(value -> of(value, visitor));
            default -> {
                // no links
            }
        }
    }
}
