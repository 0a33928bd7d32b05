package libp2p.quic.stream;

import libp2p.quic.recovery.SentFrame;
import org.jspecify.annotations.Nullable;

/**
 * The STREAM frames of one connection that were sent; those that were acknowledged are used again, and keep no stream
 * alive.
 */
final class StreamFrames {
    /** Frames that are kept to be used again: what one or two acknowledgements free at a time. */
    private static final int MOST_SPARE = 64;

    private static final int KEPT_AT_REST = 2;

    private @Nullable Piece spare;
    private int spares;

    /** No stream is open: an idle connection keeps few frames. */
    void rest() {
        while (spares > KEPT_AT_REST && spare != null) {
            spare = spare.following;
            spares--;
        }
    }

    /** A frame that carries a range of a stream. */
    SentFrame take(SendPart part, long from, long to, boolean fin) {
        Piece piece = spare;
        if (piece == null) {
            piece = new Piece(part);
        } else {
            spare = piece.following;
            piece.following = null;
            piece.part = part;
            spares--;
        }
        piece.from = from;
        piece.to = to;
        piece.fin = fin;
        return piece;
    }

    private final class Piece extends SentFrame {
        private @Nullable SendPart part;
        private long from;
        private long to;
        private boolean fin;
        private @Nullable Piece following;

        Piece(SendPart part) {
            this.part = part;
        }

        @Override
        public void acknowledged() {
            SendPart its = part;
            part = null;
            if (its != null) {
                its.acknowledged(from, to, fin);
            }
            if (spares < MOST_SPARE) {
                spares++;
                following = spare;
                spare = this;
            }
        }

        @Override
        public void lost() {
            SendPart its = part;
            if (its != null) {
                its.lost(from, to, fin);
            }
        }
    }
}
