package libp2p.stores;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import libp2p.ipld.Block;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagCbor;
import libp2p.multiformats.Multicodec;

/** The content of histories: a few files, each a root with links to leaves, of which files share many. */
final class SharedContent {
    static final int FILES = 8;
    static final int LEAVES = 6;

    private SharedContent() {}

    static Block leaf(int index) {
        Random random = new Random(index);
        byte[] data = new byte[100 + random.nextInt(5000)];
        random.nextBytes(data);
        return Block.of(Multicodec.RAW, data);
    }

    /** The blocks of a file, its root last. */
    static List<Block> file(int index) {
        Random random = new Random(1000 + index);
        TreeSet<Integer> leaves = new TreeSet<>();
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            leaves.add(random.nextInt(LEAVES));
        }
        List<Block> blocks = new ArrayList<>();
        List<Node> links = new ArrayList<>(List.of(Node.of(index)));
        for (int leaf : leaves) {
            blocks.add(leaf(leaf));
            links.add(new Node.Link(blocks.getLast().cid()));
        }
        blocks.add(Block.of(Multicodec.DAG_CBOR, new DagCbor().encode(new Node.Sequence(links))));
        return blocks;
    }

    static Block root(int index) {
        return file(index).getLast();
    }
}
