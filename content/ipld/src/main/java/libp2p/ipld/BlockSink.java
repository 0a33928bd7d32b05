package libp2p.ipld;

import java.io.IOException;

/** Receiver of blocks. */
@FunctionalInterface
public interface BlockSink {
    /** Takes a block; whether it is durable when this returns is the sink's affair. */
    void put(Block block) throws IOException;
}
