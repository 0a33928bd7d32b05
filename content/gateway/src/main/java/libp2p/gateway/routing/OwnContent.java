package libp2p.gateway.routing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import libp2p.blocks.BlockStore;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.Results;
import libp2p.delegated.routing.PeerRecord;
import libp2p.ipld.Block;
import libp2p.ipns.IpnsName;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/** A backend that names this host as provider of what its store holds, before what the network knows. Thread-safe. */
public final class OwnContent implements RoutingBackend {
    private final BlockStore store;
    private final Supplier<List<PeerRecord>> self;
    private final @Nullable RoutingBackend network;

    /**
     * A backend over a store.
     *
     * @param self records of this host: where it serves Bitswap, and where HTTP
     * @param network asked for everything else, or null
     */
    public OwnContent(BlockStore store, Supplier<List<PeerRecord>> self, @Nullable RoutingBackend network) {
        this.store = store;
        this.self = self;
        this.network = network;
    }

    @Override
    public Results<PeerRecord> providers(Cid cid, Deadline deadline) throws IOException {
        List<PeerRecord> own = Block.isInherent(cid) || !store.has(cid) ? List.of() : self.get();
        return then(own, network == null ? Results.none() : network.providers(cid, deadline));
    }

    @Override
    public Results<PeerRecord> peer(PeerId peer, Deadline deadline) throws IOException {
        List<PeerRecord> own = new ArrayList<>(self.get());
        own.removeIf(record -> !record.id().equals(peer));
        return own.isEmpty() && network != null ? network.peer(peer, deadline) : Results.of(own);
    }

    @Override
    public byte @Nullable [] record(IpnsName name, Deadline deadline) throws IOException {
        return network == null ? null : network.record(name, deadline);
    }

    @Override
    public void publish(IpnsName name, byte[] record, Deadline deadline) throws IOException {
        if (network == null) {
            throw new UnsupportedOperationException("this server keeps no records of names");
        }
        network.publish(name, record, deadline);
    }

    private static Results<PeerRecord> then(List<PeerRecord> first, Results<PeerRecord> rest) {
        Results<PeerRecord> own = Results.of(first);
        return new Results<>() {
            @Override
            public @Nullable PeerRecord next() throws IOException {
                PeerRecord record = own.next();
                return record == null ? rest.next() : record;
            }

            @Override
            public void close() {
                rest.close();
            }
        };
    }
}
