package libp2p.gateway.routing;

import java.io.IOException;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.ContentRouting;
import libp2p.core.routing.PeerRouting;
import libp2p.core.routing.Results;
import libp2p.core.routing.ValueStore;
import libp2p.delegated.routing.PeerRecord;
import libp2p.ipns.IpnsName;
import libp2p.multiformats.Cid;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** The source of a server of delegated routing: its own records, or the network. Thread-safe; may block. */
public interface RoutingBackend {
    /** The providers of content. */
    Results<PeerRecord> providers(Cid cid, Deadline deadline) throws IOException;

    /** The records of a peer; at most one record in most implementations. */
    Results<PeerRecord> peer(PeerId peer, Deadline deadline) throws IOException;

    /** The record of a name, or null; blocks, and an interrupt ends it. */
    byte @Nullable [] record(IpnsName name, Deadline deadline) throws IOException;

    /** Takes a record that the server has verified; blocks, and an interrupt ends it. */
    void publish(IpnsName name, byte[] record, Deadline deadline) throws IOException;

    /**
     * A backend over the routing of a host.
     *
     * @param values where records of names are, or null if this server has none
     */
    static RoutingBackend over(ContentRouting content, PeerRouting peers, @Nullable ValueStore values) {
        return new RoutingBackend() {
            @Override
            public Results<PeerRecord> providers(Cid cid, Deadline deadline) {
                Results<PeerAddress> found = content.findProviders(cid, deadline);
                return new Results<>() {
                    @Override
                    public @Nullable PeerRecord next() throws IOException {
                        PeerAddress provider = found.next();
                        while (provider != null && provider.peer() == null) {
                            provider = found.next();
                        }
                        PeerId id = provider == null ? null : provider.peer();
                        return provider == null || id == null
                                ? null
                                : PeerRecord.of(id, provider.addresses(), List.of());
                    }

                    @Override
                    public void close() {
                        found.close();
                    }
                };
            }

            @Override
            public Results<PeerRecord> peer(PeerId peer, Deadline deadline) throws IOException {
                List<Multiaddr> addresses = peers.findPeer(peer, deadline);
                return Results.of(addresses.isEmpty() ? List.of() : List.of(PeerRecord.of(peer, addresses, List.of())));
            }

            @Override
            public byte @Nullable [] record(IpnsName name, Deadline deadline) throws IOException {
                return values == null ? null : values.getValue(name.routingKey(), deadline);
            }

            @Override
            public void publish(IpnsName name, byte[] record, Deadline deadline) throws IOException {
                if (values == null) {
                    throw new UnsupportedOperationException("this server keeps no records of names");
                }
                values.putValue(name.routingKey(), record, deadline);
            }
        };
    }
}
