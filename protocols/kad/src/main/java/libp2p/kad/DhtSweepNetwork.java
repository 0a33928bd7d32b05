package libp2p.kad;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.kad.key.Key;
import libp2p.kad.lookup.Contact;
import libp2p.kad.lookup.Lookup;
import libp2p.kad.lookup.StopCondition;
import libp2p.kad.message.KadMessage;
import libp2p.kad.provide.SweepNetwork;

/** A network as a sweep needs it. Blocks; one thread at a time. */
final class DhtSweepNetwork implements SweepNetwork {
    /** Announcements on one stream: as many as a slow peer reads within the time of a request. */
    private static final int ON_A_STREAM = 500;

    private final Host host;
    private final DhtNetwork network;
    private final FanOut fanOut;

    DhtSweepNetwork(Host host, DhtNetwork network, FanOut fanOut) {
        this.host = host;
        this.network = network;
        this.fanOut = fanOut;
    }

    @Override
    public Lookup lookUp(byte[] name, Deadline deadline) throws IOException {
        return network.findClosest(name, StopCondition.CLOSEST, deadline);
    }

    @Override
    public List<Contact> surroundings(Key target, List<Contact> closest, Deadline deadline) throws IOException {
        return network.surroundings(target, closest, true, deadline);
    }

    @Override
    public Set<Contact> announce(Map<Contact, List<byte[]>> keys) throws IOException {
        Providers providers = new Providers(host, network, fanOut);
        Set<Contact> took = ConcurrentHashMap.newKeySet();
        fanOut.sendAll(List.copyOf(keys.keySet()), Deadline.NONE, contact -> {
            List<KadMessage> messages = keys.getOrDefault(contact, List.of()).stream()
                    .map(providers::announcement)
                    .toList();
            for (int from = 0; from < messages.size(); from += ON_A_STREAM) {
                network.tell(contact, messages.subList(from, Math.min(messages.size(), from + ON_A_STREAM)));
            }
            took.add(contact);
        });
        return took;
    }
}
