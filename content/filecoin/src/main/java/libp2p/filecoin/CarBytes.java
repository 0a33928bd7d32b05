package libp2p.filecoin;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import libp2p.blocks.BlockStore;
import libp2p.blocks.car.CarWriter;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.traversal.DagWalk;
import libp2p.multiformats.Cid;

/** The CAR of a DAG in the local store: the same bytes each time, from any of them on. */
final class CarBytes {
    private final BlockStore store;

    CarBytes(BlockStore store) {
        this.store = store;
    }

    /**
     * A CAR as a piece.
     *
     * @param piece the commitment
     * @param bytes of the CAR
     */
    record Measured(PieceCommitment.Piece piece, long bytes) {}

    /** Walks the DAG for its commitment; blocks. */
    Measured measure(Cid root) throws IOException {
        PieceCommitment commitment = new PieceCommitment();
        write(root, commitment);
        if (commitment.count() < PieceCommitment.LEAST) {
            throw new DealException("a CAR of " + commitment.count() + " bytes is no piece", null, false);
        }
        long bytes = commitment.count();
        return new Measured(commitment.finish(), bytes);
    }

    private void write(Cid root, OutputStream out) throws IOException {
        CarWriter car = new CarWriter(out, List.of(root));
        new DagWalk(store, Budget.OWN).walk(root, car::put);
    }

    /** Writes the bytes from an offset on; blocks. */
    void write(Cid root, long offset, OutputStream out) throws IOException {
        write(root, new Skipping(out, offset));
    }

    private static final class Skipping extends OutputStream {
        private final OutputStream out;
        private long left;

        Skipping(OutputStream out, long left) {
            this.out = out;
            this.left = left;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int skipped = (int) Math.min(left, length);
            left -= skipped;
            if (skipped < length) {
                out.write(bytes, offset + skipped, length - skipped);
            }
        }
    }
}
