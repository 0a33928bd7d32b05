package libp2p.transports.webtransport;

import java.util.ArrayList;
import java.util.List;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multihash;
import libp2p.multiformats.multiaddr.Component;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.security.tls.BrowserCertificates.Shown;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of WebTransport (libp2p specification, webtransport, "Addressing"): an address of QUIC, then {@code
 * /webtransport} and the hashes of certificates.
 *
 * @param quic the address of QUIC
 * @param hashes of certificates, of which the server shows one
 */
record WebTransportAddress(Multiaddr quic, List<Multihash> hashes) {
    private static final Multiaddr SUFFIX = Multiaddr.parse("/webtransport");
    private static final int QUIC_COMPONENTS = 3;
    private static final int MAX_HASHES = 16;

    /** The parts of an address, or null if it has another form; what is in front of QUIC is not looked at. */
    static @Nullable WebTransportAddress of(Multiaddr address) {
        List<Component> components = address.components();
        int count = components.size() - QUIC_COMPONENTS - 1;
        if (count < 0
                || count > MAX_HASHES
                || components.get(QUIC_COMPONENTS - 1).protocol() != Protocol.QUIC_V1
                || components.get(QUIC_COMPONENTS).protocol() != Protocol.WEBTRANSPORT) {
            return null;
        }
        List<Multihash> hashes = new ArrayList<>(count);
        for (Component component : components.subList(QUIC_COMPONENTS + 1, components.size())) {
            if (component.protocol() != Protocol.CERTHASH) {
                return null;
            }
            try {
                hashes.add(Multihash.fromBytes(component.valueBytes()));
            } catch (MalformedException malformed) {
                return null;
            }
        }
        return new WebTransportAddress(Multiaddr.of(components.subList(0, QUIC_COMPONENTS)), List.copyOf(hashes));
    }

    /** The address on top of one of QUIC that a host announces while it has these certificates. */
    static Multiaddr on(Multiaddr quic, Shown shown) {
        return on(quic, List.of(shown.current().hash(), shown.next().hash()));
    }

    /** The address of this form on top of one of QUIC. */
    static Multiaddr on(Multiaddr quic, List<Multihash> hashes) {
        Multiaddr address = quic.encapsulate(SUFFIX);
        for (Multihash hash : hashes) {
            address = address.with(Component.ofBytes(Protocol.CERTHASH, hash.toBytes()));
        }
        return address;
    }
}
