package libp2p.swarm.listen;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.peer.AddressBook;
import libp2p.core.peer.AddressBook.Origin;
import libp2p.core.peer.AddressBook.State;
import libp2p.multiformats.multiaddr.Component;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;

/**
 * Keeps the addresses that listeners have on the interfaces of the machine in the address book: an unspecified one
 * stands for all interfaces of its family, a specific one counts as long as its interface exists. An address through a
 * relay is not entered: the owner of the reservation knows the one to be told. Thread-safe.
 */
public final class ListenAddresses {
    private final AddressBook book;
    private final ReentrantLock lock = new ReentrantLock();
    private Set<Multiaddr> entered = Set.of();
    private Interfaces interfaces = Interfaces.first(List.of());

    public ListenAddresses(AddressBook book) {
        this.book = book;
    }

    /**
     * Enters what is usable now and removes what is not any more.
     *
     * @param bound the addresses of the listeners, with real ports
     */
    public void update(List<Multiaddr> bound, Interfaces now) {
        lock.lock();
        try {
            interfaces = now;
            enter(bound);
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #update(List, Interfaces)}, with the interfaces as they were last seen. */
    public void update(List<Multiaddr> bound) {
        lock.lock();
        try {
            enter(bound);
        } finally {
            lock.unlock();
        }
    }

    private void enter(List<Multiaddr> bound) {
        Set<Multiaddr> usable = new LinkedHashSet<>();
        bound.stream()
                .filter(address -> !address.has(Protocol.P2P_CIRCUIT))
                .forEach(address -> usable.addAll(expand(address, interfaces)));
        usable.stream()
                .filter(address -> !entered.contains(address))
                .forEach(address -> book.put(address, Origin.LISTEN, State.CANDIDATE));
        entered.stream()
                .filter(address -> !usable.contains(address))
                .forEach(address -> book.remove(address, Origin.LISTEN));
        entered = usable;
    }

    private static List<Multiaddr> expand(Multiaddr bound, Interfaces interfaces) {
        if (bound.has(Protocol.P2P_CIRCUIT)) {
            return List.of(); // the service that reserves at relays enters the addresses through them
        }
        InetAddress ip = bound.ip();
        if (ip == null || !ip.isAnyLocalAddress()) {
            return ip != null && interfaces.gone().contains(ip) ? List.of() : List.of(bound);
        }
        List<Component> components = bound.components();
        Multiaddr rest = Multiaddr.of(components.subList(1, components.size()));
        List<Multiaddr> expanded = new ArrayList<>();
        for (InetAddress candidate : interfaces.present()) {
            if ((ip instanceof Inet4Address) == (candidate instanceof Inet4Address)) {
                expanded.add(Multiaddr.ofIp(candidate).encapsulate(rest));
            }
        }
        return expanded;
    }
}
