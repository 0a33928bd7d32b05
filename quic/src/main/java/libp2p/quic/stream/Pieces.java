package libp2p.quic.stream;

import libp2p.quic.recovery.SentFrame;
import org.jspecify.annotations.Nullable;

/** The STREAM frames of one connection that were sent; those that were acknowledged are used again. */
final class Pieces {
    /** Frames that are kept to be used again: what one or two acknowledgements free at a time. */
    private static final int MOST_SPARE = 64;

    private @Nullable Piece spare;
    private int spares;

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
        private SendPart part;
        private long from;
        private long to;
        private boolean fin;
        private @Nullable Piece following;

        Piece(SendPart part) {
            this.part = part;
        }

        @Override
        public void acknowledged() {
            part.acknowledged(from, to, fin);
            if (spares < MOST_SPARE) {
                spares++;
                following = spare;
                spare = this;
            }
        }

        @Override
        public void lost() {
            part.lost(from, to, fin);
        }
    }
}
