package libp2p.kad;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressScope;
import libp2p.kad.key.Key;
import libp2p.kad.lookup.Contact;
import libp2p.kad.lookup.Lookup;
import libp2p.kad.lookup.StopCondition;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.KadPeer;
import libp2p.kad.message.MessageType;
import libp2p.multiformats.multiaddr.Multiaddr;

/** Announces what a host provides in one network, and finds providers there. Blocks; thread-safe. */
final class Providers {
    /** Providers that one search tells of. */
    private static final int MOST = 4000;
    /**
     * Of these so many are taken from the peers next to the key, which may invent them: the others come from its region, and
     * are few where there is no need to ask it.
     */
    private static final int NEXT_TO_KEY = MOST / 2;

    private final Host host;
    private final DhtNetwork network;
    private final FanOut fanOut;

    Providers(Host host, DhtNetwork network, FanOut fanOut) {
        this.host = host;
        this.network = network;
        this.fanOut = fanOut;
    }

    /** Announces at the peers closest to a key that this host provides it; returns how many were told. */
    FanOut.Tally provide(byte[] key, Deadline deadline) throws IOException {
        List<Contact> closest = network.closest(key, deadline);
        List<Contact> contacts = new ArrayList<>(closest);
        contacts.addAll(network.surroundings(Key.of(key), closest, deadline));
        return announce(key, contacts, deadline);
    }

    /** As {@link #provide}, during the lookup, if it is known how large the network is. */
    FanOut.Tally provideOptimistically(byte[] key, int k, Deadline deadline) throws IOException {
        double size = network.size();
        if (size < 2.0 * k) {
            return provide(key, deadline);
        }
        return new OptimisticProvider(host.environment(), network, fanOut, key, announcement(key), k, size)
                .provide(deadline);
    }

    /** Announces at these peers that this host provides a key. */
    FanOut.Tally announce(byte[] key, List<Contact> contacts, Deadline deadline) throws IOException {
        KadMessage message = announcement(key);
        return fanOut.sendAll(contacts, deadline, contact -> network.tell(contact, List.of(message)));
    }

    KadMessage announcement(byte[] key) {
        return KadMessage.addProvider(key, List.of(KadPeer.of(host.peerId(), host.addresses())));
    }

    /**
     * Searches for the providers of a key.
     *
     * @param found the providers that any network has found; thread-safe
     */
    void find(byte[] key, Set<PeerId> found, Search.Sink<PeerAddress> sink, Deadline deadline) throws IOException {
        Lookup lookup = network.lookup(Key.of(key), StopCondition.CONVERGED, deadline);
        KadMessage request = KadMessage.of(MessageType.GET_PROVIDERS, key);
        boolean[] isEnough = {false};
        network.run(lookup, contact -> request, (from, answer) -> {
            isEnough[0] = tell(from, answer, found, NEXT_TO_KEY, sink);
            return isEnough[0];
        });
        if (!isEnough[0]) {
            // Perhaps the peers next to the key hide its providers, and have named invented ones instead.
            List<Contact> region = network.surroundings(lookup.target(), lookup.closest(), deadline);
            fanOut.askAll(
                    region,
                    deadline,
                    contact -> network.ask(contact, request),
                    (from, answer) -> tell(from, answer, found, MOST, sink));
        }
    }

    /**
     * Hands on the providers in an answer, unless there are as many as may be; returns whether the caller wants no more.
     */
    private boolean tell(Contact from, KadMessage answer, Set<PeerId> found, int most, Search.Sink<PeerAddress> sink) {
        AddressScope reach = network.requests().reachOf(from.id());
        for (KadPeer provider : answer.providerPeers()) {
            if (found.size() >= most) {
                return false;
            }
            List<Multiaddr> addresses = network.told(reach, provider);
            network.requests().remember(provider.id(), addresses);
            if (found.add(provider.id()) && !sink.put(PeerAddress.of(provider.id(), addresses))) {
                return true;
            }
        }
        return false;
    }
}
