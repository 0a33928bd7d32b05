package libp2p.swarm.listen;

import libp2p.core.resource.LimitExceededException;

/** Counts the places of handshakes that are free, by taking them. */
final class FreePlaces {
    private FreePlaces() {}

    static int of(HandshakePlaces places) {
        int free = 0;
        try {
            for (; free < 10; free++) {
                places.take();
            }
        } catch (LimitExceededException full) {
            // none is left
        }
        return free;
    }
}
