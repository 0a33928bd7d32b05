package libp2p.swarm.dial;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.Function;
import libp2p.core.connection.DialRefusedException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.identity.PeerId;
import libp2p.core.transport.Transport;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Component;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.swarm.limits.ResolveLimits;
import org.jspecify.annotations.Nullable;

/**
 * Turns {@code /dns}, {@code /dns4}, {@code /dns6} and {@code /dnsaddr} into addresses with numbers (libp2p
 * specification, addressing). The transport of each address with a name, also of one found behind {@code /dnsaddr}, is
 * asked first which form it dials: TLS needs the name that is looked up. The number of look-ups, levels and results is
 * bounded. A name that cannot be followed costs only what is behind it. Thread-safe; blocks.
 */
public final class AddressResolver {
    private static final String TEXT_PREFIX = "dnsaddr=";

    private final Environment environment;
    private final Function<Multiaddr, List<Multiaddr>> forms;
    private final ResolveLimits limits;

    /** @param forms turns an address with a name into those that its transport wants looked up */
    public AddressResolver(Environment environment, Function<Multiaddr, List<Multiaddr>> forms, ResolveLimits limits) {
        this.environment = environment;
        this.forms = forms;
        this.limits = limits;
    }

    /** @param transports asked for the forms of the addresses that they dial */
    public static AddressResolver of(Environment environment, List<Transport> transports, ResolveLimits limits) {
        return new AddressResolver(environment, address -> forms(transports, address), limits);
    }

    private static List<Multiaddr> forms(List<Transport> transports, Multiaddr address) {
        for (Transport transport : transports) {
            if (transport.canDial(address)) {
                return transport.resolve(address);
            }
        }
        return List.of(address);
    }

    /**
     * Resolves an address; one without names comes back alone.
     *
     * @param address without {@code /p2p}
     * @param peer of {@code /dnsaddr} records only those of this peer are followed; null follows all
     * @throws IOException if nothing is found: why the first name that failed did so
     */
    public List<Multiaddr> resolve(Multiaddr address, @Nullable PeerId peer, Deadline deadline) throws IOException {
        if (nameOf(address) == null) {
            return List.of(address);
        }
        Resolution resolution = new Resolution(peer, deadline);
        resolution.tryToFollow(address, 0);
        if (resolution.results.isEmpty()) {
            IOException failure = resolution.failure;
            throw failure == null ? new DialRefusedException("no address found for " + address, true) : failure;
        }
        return List.copyOf(resolution.results);
    }

    /** Whether the address begins with a name that is to be looked up. */
    static boolean hasName(Multiaddr address) {
        return nameOf(address) != null;
    }

    private static @Nullable Component nameOf(Multiaddr address) {
        if (address.isEmpty()) {
            return null;
        }
        Component first = address.components().getFirst();
        return switch (first.protocol()) {
            case DNS, DNS4, DNS6, DNSADDR -> first;
            default -> null;
        };
    }

    private static Multiaddr rest(Multiaddr address) {
        List<Component> components = address.components();
        return Multiaddr.of(components.subList(1, components.size()));
    }

    /** One resolution with its budget. */
    private final class Resolution {
        private final @Nullable PeerId peer;
        private final Deadline deadline;
        private final SequencedSet<Multiaddr> results = new LinkedHashSet<>();
        private @Nullable IOException failure;
        private int names;

        Resolution(@Nullable PeerId peer, Deadline deadline) {
            this.peer = peer;
            this.deadline = deadline;
        }

        /** Remembers a failure, so that what other names lead to is not lost; an interrupt ends all. */
        void tryToFollow(Multiaddr address, int depth) throws IOException {
            try {
                follow(address, depth);
            } catch (IOException e) {
                failed(e);
            }
        }

        private void failed(IOException cause) throws IOException {
            boolean cancelled =
                    cause instanceof InterruptedIOException && !(cause instanceof DeadlineExceededException);
            if (cancelled || Thread.currentThread().isInterrupted()) {
                throw cause;
            }
            if (failure == null) {
                failure = cause;
            }
        }

        private void follow(Multiaddr address, int depth) throws IOException {
            Component name = nameOf(address);
            if (name == null) {
                add(address);
                return;
            }
            if (depth > limits.depth()) {
                throw new DialRefusedException(
                        "names of more than " + limits.depth() + " levels behind " + address, false);
            }
            if (++names > limits.names()) {
                throw new DialRefusedException("more than " + limits.names() + " names behind one address", false);
            }
            if (name.protocol() == Protocol.DNSADDR) {
                followText(String.valueOf(name.value()), rest(address), depth);
            } else {
                for (Multiaddr form : forms.apply(address)) {
                    try {
                        followName(name, rest(form));
                    } catch (IOException e) {
                        failed(e);
                    }
                }
            }
        }

        private void followName(Component name, Multiaddr rest) throws IOException {
            for (InetAddress ip : environment.network().resolve(String.valueOf(name.value()), deadline)) {
                boolean four = ip instanceof Inet4Address;
                if (name.protocol() == Protocol.DNS || (name.protocol() == Protocol.DNS4) == four) {
                    addBehind(Multiaddr.ofIp(ip), rest);
                }
            }
        }

        private void addBehind(Multiaddr ip, Multiaddr rest) {
            try {
                add(ip.encapsulate(rest));
            } catch (MalformedException tooLong) {
                // a short name in the longest multiaddr stands for more bytes than there is room for
            }
        }

        private void followText(String name, Multiaddr rest, int depth) throws IOException {
            for (String text : environment.network().resolveText("_dnsaddr." + name, deadline)) {
                Multiaddr found = parse(text);
                if (found == null || !isOfPeer(found)) {
                    continue;
                }
                Multiaddr bare = found.withoutPeer();
                if (endsWith(bare, rest)) {
                    tryToFollow(bare, depth + 1);
                }
            }
        }

        private @Nullable Multiaddr parse(String text) {
            if (!text.startsWith(TEXT_PREFIX)) {
                return null;
            }
            try {
                return Multiaddr.parse(text.substring(TEXT_PREFIX.length()));
            } catch (MalformedException foreign) {
                return null; // records for other programs may stand beside ours
            }
        }

        private boolean isOfPeer(Multiaddr found) {
            byte[] id = found.peerId();
            return peer == null || id == null || Arrays.equals(peer.toBytes(), id);
        }

        private void add(Multiaddr address) {
            if (results.size() < limits.addresses()) {
                results.add(address);
            }
        }
    }

    private static boolean endsWith(Multiaddr address, Multiaddr suffix) {
        List<Component> all = new ArrayList<>(address.components());
        List<Component> end = suffix.components();
        return all.size() >= end.size()
                && all.subList(all.size() - end.size(), all.size()).equals(end);
    }
}
