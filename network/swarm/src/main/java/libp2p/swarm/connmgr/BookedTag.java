package libp2p.swarm.connmgr;

import libp2p.core.host.Decay;
import libp2p.core.host.DecayingTag;
import libp2p.core.identity.PeerId;

/** A decaying tag of a {@link TagBook}. */
final class BookedTag implements DecayingTag {
    private final TagBook book;
    private final String name;
    private final Decay decay;
    private volatile boolean closed;

    BookedTag(TagBook book, String name, Decay decay) {
        this.book = book;
        this.name = name;
        this.decay = decay;
    }

    @Override
    public void bump(PeerId peer, int delta) {
        bump(peer, delta, Integer.MAX_VALUE);
    }

    @Override
    public void bump(PeerId peer, int delta, int most) {
        if (!closed) {
            book.bump(peer, name, delta, most, decay);
        }
    }

    @Override
    public void remove(PeerId peer) {
        book.remove(peer, name);
    }

    @Override
    public void close() {
        closed = true;
        book.removeFromAll(name);
    }
}
