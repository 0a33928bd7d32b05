package libp2p.scenarios.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import libp2p.blocks.GarbageCollector;
import libp2p.core.environment.Environment;
import libp2p.core.host.PeerAddress;
import libp2p.fetch.FetchSource;
import libp2p.ipfs.IpfsOptions;
import libp2p.ipfs.IpfsPeer;
import libp2p.ipfs.RemotePins;
import libp2p.ipfs.Role;
import libp2p.multiformats.Cid;
import libp2p.simulator.SimulatedEnvironment;

/** A peer of the kit on a disk, and another in memory that it trusts, which asks it for pins. */
final class Kit implements AutoCloseable {
    private static final int PORT = 4001;

    private final IpfsPeer peer;
    private final RemotePins served;
    private final IpfsPeer asker;

    private Kit(IpfsPeer peer, IpfsPeer asker) {
        this.peer = peer;
        this.asker = asker;
        served = RemotePins.serve(peer);
        served.trust(asker.host().peerId());
    }

    /** @param near has all content */
    static Kit start(SimulatedEnvironment environment, Path folder, FetchSource near) throws IOException {
        String ip = environment.addresses().getFirst().getHostAddress();
        IpfsOptions options = IpfsOptions.DEFAULT
                .withKadPrefix("/histories")
                .with(builder -> builder.security("plaintext"))
                .withListen();
        IpfsPeer peer = start(
                environment,
                options.withData(folder)
                        .withListen("/ip4/" + ip + "/tcp/" + PORT)
                        .withSources(List.of(near)));
        boolean started = false;
        try {
            Kit kit = new Kit(peer, start(environment, options));
            started = true;
            return kit;
        } finally {
            if (!started) {
                peer.close();
            }
        }
    }

    private static IpfsPeer start(Environment environment, IpfsOptions options) throws IOException {
        return IpfsPeer.start(environment, Role.LEECHER, options);
    }

    IpfsPeer peer() {
        return peer;
    }

    /** Whose pins those are that the other peer asks for. */
    String asker() {
        return asker.host().peerId().toString();
    }

    private PeerAddress at() {
        return PeerAddress.of(peer.host().peerId(), peer.host().addresses());
    }

    /** The other peer has a root pinned. */
    void pinFromAfar(Cid root) throws IOException {
        RemotePins.add(asker, at(), root);
    }

    /** The other peer gives up such a pin. */
    void unpinFromAfar(Cid root) throws IOException {
        RemotePins.remove(asker, at(), root);
    }

    GarbageCollector.Result collect() throws IOException {
        return peer.collectGarbage();
    }

    @Override
    public void close() {
        served.close();
        asker.close();
        peer.close();
    }
}
