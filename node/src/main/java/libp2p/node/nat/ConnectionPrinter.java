package libp2p.node.nat;

import java.util.Locale;
import libp2p.core.connection.Connection;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.resource.Direction;
import libp2p.nat.address.Circuits;
import libp2p.nat.dcutr.HolePuncher;
import org.jspecify.annotations.Nullable;

/** Prints every connection, and the way by which it was made. */
public final class ConnectionPrinter implements HostService {
    private final EventPrinter output;
    private @Nullable HolePuncher puncher;

    public ConnectionPrinter(EventPrinter output) {
        this.output = output;
    }

    @Override
    public void start(Host host) {
        puncher = host.find(HolePuncher.class).orElse(null);
    }

    @Override
    public void connectionOpened(Connection connection) {
        HolePuncher current = puncher;
        HolePuncher.Attempt attempt = current == null ? null : current.attempt(connection.remotePeer());
        boolean relayed = Circuits.isRelayed(connection);
        String via = relayed || attempt == null ? "dial" : attempt.via().name().toLowerCase(Locale.ROOT);
        output.event(
                "connection",
                () -> "connection with " + connection.remotePeer() + " at " + connection.remoteAddress() + " (" + via
                        + ")",
                "peer",
                connection.remotePeer(),
                "remote",
                connection.remoteAddress(),
                "direct",
                !relayed,
                "limited",
                connection.isLimited(),
                "inbound",
                connection.direction() == Direction.INBOUND,
                "via",
                via,
                "attempt",
                relayed || attempt == null ? 0 : attempt.number());
    }

    @Override
    public void close() {
        // nothing is held
    }
}
