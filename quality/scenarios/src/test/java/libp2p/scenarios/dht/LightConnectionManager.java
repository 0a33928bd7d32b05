package libp2p.scenarios.dht;

import java.util.HashMap;
import java.util.Map;
import libp2p.core.host.ConnectionManager;
import libp2p.core.host.Decay;
import libp2p.core.host.DecayingTag;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;

/** The worth of the connections of a light host. */
final class LightConnectionManager implements ConnectionManager {
    private final Map<PeerId, Map<String, Integer>> tags = new HashMap<>();

    @Override
    public void tag(PeerId peer, String tag, int value) {
        tags.computeIfAbsent(peer, one -> new HashMap<>()).put(tag, value);
    }

    @Override
    public void untag(PeerId peer, String tag) {
        tags.computeIfPresent(peer, (one, values) -> {
            values.remove(tag);
            return values.isEmpty() ? null : values;
        });
    }

    @Override
    public int value(PeerId peer) {
        return tags.getOrDefault(peer, Map.of()).values().stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    @Override
    public void shelter(PeerId peer, String tag) {
        // what is worth something is not closed here anyhow
    }

    @Override
    public void unshelter(PeerId peer, String tag) {
        // as above
    }

    @Override
    public void protect(PeerId peer, String tag) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean unprotect(PeerId peer, String tag) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isProtected(PeerId peer) {
        return false;
    }

    @Override
    public DecayingTag decayingTag(String tag, Decay decay) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Registration keep(PeerAddress peer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void trim() {
        // as connections are made
    }

    @Override
    public void close() {
        // holds nothing
    }
}
