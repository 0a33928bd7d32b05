package libp2p.core.host;

import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.Peerstore;

/**
 * The protocols that a peer named in identify, by family. An application may declare protocol ids that stand for
 * something that it can do, such as {@code /example/gpu/1.0.0}; identify carries them, and identify push their changes.
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

    /**
     * Declares that a host can do something, until the registration is closed: peers see the protocol id, those that
     * are connected at once. Streams that are opened for it are reset; a capability that has a protocol of its own needs
     * no declaration.
     *
     * @param protocol an id that nothing else on the host handles
     */
    public static Registration declare(Host host, String protocol) {
        return host.handle(protocol, stream -> stream.reset(ErrorCode.STREAM_PROTOCOL_NEGOTIATION_FAILED));
    }

    /** The connected peers that speak a protocol, or have declared it, sorted. */
    public static List<PeerId> connectedWith(Host host, String protocol) {
        return host.connections().stream()
                .map(Connection::remotePeer)
                .distinct()
                .filter(peer -> of(host.peerstore(), peer).speaks(protocol))
                .sorted()
                .toList();
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
