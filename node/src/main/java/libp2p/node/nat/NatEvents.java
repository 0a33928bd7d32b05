package libp2p.node.nat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import libp2p.core.connection.ConnectionLimits;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent;
import libp2p.core.event.HostEvent.AddressesChanged;
import libp2p.core.event.HostEvent.ReachabilityChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.peer.AddressBook;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.dcutr.PunchEvent;
import libp2p.nat.mapping.MappingChanged;
import libp2p.nat.relay.RelayReservation;
import libp2p.nat.relay.ReservationChanged;

/** Prints what happens with addresses, reachability, relays and hole punches. */
final class NatEvents implements Runnable {
    private final Host host;
    private final EventPrinter output;
    private final Subscription<HostEvent> events;
    private Map<String, AddressBook.State> known = Map.of();

    NatEvents(Host host, EventPrinter output) {
        this.host = host;
        this.output = output;
        this.events = host.events().subscribe(HostEvent.class);
    }

    @Override
    public void run() {
        try {
            addresses();
            HostEvent event;
            while ((event = events.take(Deadline.NONE)) != null) {
                print(event);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void print(HostEvent event) {
        switch (event) {
            case AddressesChanged changed -> addresses();
            case ReachabilityChanged changed -> {
                String state = text(changed.reachability());
                output.event("reachability", "reachability: " + state, "state", state);
                addresses();
            }
            case ReservationChanged changed -> reservation(changed);
            case MappingChanged mapping -> mapping(mapping);
            case PunchEvent punch ->
                output.event(
                        "punch",
                        "%s with %s, attempt %d: %s"
                                .formatted(text(punch.via()), punch.peer(), punch.attempt(), text(punch.result())),
                        "peer",
                        punch.peer(),
                        "attempt",
                        punch.attempt(),
                        "via",
                        text(punch.via()),
                        "result",
                        text(punch.result()),
                        "after_ms",
                        punch.after().toMillis());
            default -> {
                // others print the others
            }
        }
    }

    private void mapping(MappingChanged mapping) {
        String outside = mapping.address().getHostAddress() + ":" + mapping.outside();
        String state = !mapping.held() ? "gone" : mapping.behindAnother() ? "behind another router" : "held";
        output.event(
                "mapping",
                "%s port %d is %s by %s: %s"
                        .formatted(text(mapping.protocol()), mapping.inside(), outside, text(mapping.method()), state),
                "protocol",
                text(mapping.protocol()),
                "inside",
                mapping.inside(),
                "outside",
                outside,
                "lease",
                mapping.lease().toSeconds(),
                "method",
                text(mapping.method()),
                "state",
                state);
    }

    private static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private void addresses() {
        Map<String, AddressBook.State> now = new LinkedHashMap<>();
        for (AddressBook.Entry entry : host.addressBook().entries()) {
            String key = text(entry.origin()) + " " + entry.address();
            now.put(key, entry.state());
            if (!Objects.equals(known.get(key), entry.state())) {
                address(entry.address().toString(), text(entry.origin()), text(entry.state()));
            }
        }
        known.keySet().stream().filter(key -> !now.containsKey(key)).forEach(key -> {
            int space = key.indexOf(' ');
            address(key.substring(space + 1), key.substring(0, space), "gone");
        });
        known = now;
    }

    private void address(String address, String source, String state) {
        output.event(
                "address",
                "address %s (%s): %s".formatted(address, source, state),
                "addr",
                address,
                "source",
                source,
                "state",
                state);
    }

    private void reservation(ReservationChanged changed) {
        RelayReservation held = changed.reservation();
        if (held == null) {
            String why = String.valueOf(
                    changed.cause() == null ? "" : changed.cause().getMessage());
            output.event(
                    "reservation-lost",
                    "no reservation at " + changed.relay() + ": " + why,
                    "relay",
                    changed.relay(),
                    "cause",
                    why);
            return;
        }
        ConnectionLimits limits = held.limits();
        List<String> circuits = held.addresses().stream()
                .map(address -> address.with(
                        libp2p.multiformats.multiaddr.Protocol.P2P,
                        host.peerId().toString()))
                .map(Multiaddr::toString)
                .toList();
        output.event(
                "reservation",
                "reservation at " + held.relay() + " until " + held.expires() + "\n" + String.join("\n", circuits),
                "relay",
                held.relay(),
                "addr",
                circuits.isEmpty() ? "" : circuits.getFirst(),
                "addrs",
                circuits,
                "expires",
                held.expires().getEpochSecond(),
                "limit_bytes",
                limits == null ? 0 : limits.bytes(),
                "limit_seconds",
                limits == null ? 0 : limits.duration().toSeconds(),
                "voucher",
                held.voucher() != null);
    }
}
