package libp2p.pubsub.router;

import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;

/**
 * Peers in the order in which they came, in an array: a mesh is small, and a topic with many peers is seldom changed
 * and often gone through. A peer takes one reference, where a hash table takes forty bytes. Looking for one is linear.
 */
final class PeerSet extends AbstractSet<Peer> {
    private Peer[] peers = new Peer[4];
    private int size;

    private int indexOf(Object peer) {
        for (int i = 0; i < size; i++) {
            if (peers[i] == peer) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public boolean contains(Object peer) {
        return indexOf(peer) >= 0;
    }

    @Override
    public boolean add(Peer peer) {
        if (indexOf(Objects.requireNonNull(peer)) >= 0) {
            return false;
        }
        if (size == peers.length) {
            peers = Arrays.copyOf(peers, size + (size >> 1) + 1);
        }
        peers[size++] = peer;
        return true;
    }

    @Override
    public boolean remove(Object peer) {
        int index = indexOf(peer);
        if (index >= 0) {
            removeAt(index);
        }
        return index >= 0;
    }

    @SuppressWarnings("NullAway") // the places behind the size are empty
    private void removeAt(int index) {
        size--;
        System.arraycopy(peers, index + 1, peers, index, size - index);
        peers[size] = null;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Iterator<Peer> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < size;
            }

            @Override
            public Peer next() {
                if (next >= size) {
                    throw new NoSuchElementException();
                }
                return peers[next++];
            }

            @Override
            public void remove() {
                removeAt(--next);
            }
        };
    }
}
