package libp2p.kad;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.kad.lookup.Contact;
import libp2p.kad.lookup.Goal;
import libp2p.kad.lookup.Lookup;
import libp2p.kad.message.KadMessage;
import libp2p.kad.provide.Field;

/** An overlay as a sweep needs it. Blocks; one thread at a time. */
final class OverlayField implements Field {
    /** Announcements on one stream: as many as a slow peer reads within the time of a request. */
    private static final int ON_A_STREAM = 500;

    private final Host host;
    private final Overlay overlay;
    private final Senders senders;

    OverlayField(Host host, Overlay overlay, Senders senders) {
        this.host = host;
        this.overlay = overlay;
        this.senders = senders;
    }

    @Override
    public Lookup lookUp(byte[] name, Deadline deadline) throws IOException {
        return overlay.findClosest(name, Goal.CLOSEST, deadline);
    }

    @Override
    public Set<Contact> announce(Map<Contact, List<byte[]>> keys) throws IOException {
        Providers providers = new Providers(host, overlay, senders);
        Set<Contact> took = ConcurrentHashMap.newKeySet();
        senders.sendAll(List.copyOf(keys.keySet()), Deadline.NONE, contact -> {
            List<KadMessage> messages = keys.getOrDefault(contact, List.of()).stream()
                    .map(providers::announcement)
                    .toList();
            for (int from = 0; from < messages.size(); from += ON_A_STREAM) {
                overlay.tell(contact, messages.subList(from, Math.min(messages.size(), from + ON_A_STREAM)));
            }
            took.add(contact);
        });
        return took;
    }

    @Override
    public double size() {
        return overlay.size();
    }
}
