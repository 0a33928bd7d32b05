package libp2p.ipld.codec;

import java.util.function.Consumer;
import libp2p.ipld.Node;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;

/** Bytes that mean only themselves. */
public final class Raw implements Codec {
    @Override
    public long code() {
        return Multicodec.RAW;
    }

    @Override
    public Node decode(byte[] block) {
        return new Node.Bytes(block);
    }

    @Override
    public byte[] encode(Node node) {
        if (node instanceof Node.Bytes bytes) {
            return bytes.value();
        }
        throw new MalformedException("raw: only bytes can be written, not " + node.kind());
    }

    @Override
    public void links(byte[] block, Consumer<Cid> visitor) {
        // none
    }
}
