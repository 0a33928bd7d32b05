package libp2p.core.peer;

import java.util.List;
import libp2p.core.identity.PeerId;

/**
 * The protocols that a peer named in identify, by family.
 *
 * @param peer about whom
 * @param protocols protocol ids, sorted; empty if the peer has said nothing yet
 */
public record Capabilities(PeerId peer, List<String> protocols) {
    public Capabilities {
        protocols = List.copyOf(protocols);
    }

    /** The present knowledge of the peerstore; another identify or push may change it. */
    public static Capabilities of(Peerstore peerstore, PeerId peer) {
        return new Capabilities(peer, peerstore.protocols(peer));
    }

    /** Whether the peer has said what it speaks. */
    public boolean isKnown() {
        return !protocols.isEmpty();
    }

    /** Whether the peer speaks exactly this protocol. */
    public boolean speaks(String protocol) {
        return protocols.contains(protocol);
    }

    /**
     * The versions of a family that the peer speaks, for example {@code 1.0.0} for family {@code "/f"} and {@code
     * /f/1.0.0}.
     */
    public List<String> versions(String family) {
        String prefix = family + "/";
        return protocols.stream()
                .filter(protocol -> protocol.startsWith(prefix))
                .map(protocol -> protocol.substring(prefix.length()))
                .filter(rest -> rest.indexOf('/') < 0)
                .toList();
    }
}
