package libp2p.core.host;

import java.util.List;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * A peer and where it may be reached: what is dialed. The usual form is one address with the id of the peer behind it,
 * as programs print it:
 *
 * <pre>{@code
 * PeerAddress peer = PeerAddress.parse(full.toString());
 * }</pre>
 *
 * <p>With a peer and no address the host looks for addresses; with addresses and no peer it takes whichever peer
 * answers there, and {@code connection.remotePeer()} says which it was. The addresses are hints: the handshake proves
 * the peer.
 *
 * @param peer the identity, or null if any peer at the addresses will do
 * @param addresses without {@code /p2p} of the peer; may be empty if the peerstore or routing knows some
 */
public record PeerAddress(@Nullable PeerId peer, List<Multiaddr> addresses) {
    public PeerAddress {
        addresses = List.copyOf(addresses);
        if (peer == null && addresses.isEmpty()) {
            throw new IllegalArgumentException("neither a peer nor an address");
        }
    }

    /** A peer whose addresses the host is to find. */
    public static PeerAddress of(PeerId peer) {
        return new PeerAddress(peer, List.of());
    }

    /** A peer with the addresses at which it may be dialed. */
    public static PeerAddress of(PeerId peer, List<Multiaddr> addresses) {
        return new PeerAddress(peer, addresses);
    }

    /**
     * Reads an address such as {@code /ip4/1.2.3.4/tcp/4001/p2p/12D3Koo…}; the part {@code /p2p} may be missing.
     *
     * @throws libp2p.multiformats.MalformedException if the text is not a multiaddr
     */
    public static PeerAddress parse(String text) {
        return of(Multiaddr.parse(text));
    }

    /** Splits the last {@code /p2p} off an address. */
    public static PeerAddress of(Multiaddr address) {
        byte[] id = address.peerId();
        if (id == null) {
            return new PeerAddress(null, List.of(address));
        }
        Multiaddr rest = address.withoutPeer();
        return new PeerAddress(PeerId.fromBytes(id), rest.isEmpty() ? List.of() : List.of(rest));
    }
}
