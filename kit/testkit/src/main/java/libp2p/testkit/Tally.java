package libp2p.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.metrics.HostObserver;
import libp2p.core.resource.Direction;
import org.jspecify.annotations.Nullable;

/** Counts the connections, streams, dials and refusals of a host. Used by the threads of one simulation. */
public final class Tally implements HostObserver {
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final Set<Stream> streams = new LinkedHashSet<>();
    private final List<Throwable> refusals = new ArrayList<>();
    private final List<Throwable> inboundFailures = new ArrayList<>();
    private final Map<String, Integer> inbound = new HashMap<>();
    private int opened;
    private int dials;

    @Override
    public void connectionOpened(Connection connection, long handshakeNanos) {
        assertThat(connections.add(connection)).as("new: %s", connection).isTrue();
        opened++;
    }

    @Override
    public void connectionClosed(Connection connection) {
        assertThat(connections.remove(connection)).as("open: %s", connection).isTrue();
    }

    @Override
    public void dialed(String transport, long nanos, @Nullable Throwable cause) {
        dials++;
    }

    @Override
    public void inboundFailed(String transport, Throwable cause) {
        inboundFailures.add(cause);
    }

    @Override
    public void streamOpened(Stream stream) {
        assertThat(streams.add(stream)).as("new: %s", stream).isTrue();
        if (stream.direction() == Direction.INBOUND) {
            inbound.merge(stream.protocol(), 1, Integer::sum);
        }
    }

    @Override
    public void streamClosed(Stream stream) {
        assertThat(streams.remove(stream)).as("open: %s", stream).isTrue();
    }

    @Override
    public void refused(String where, Throwable cause) {
        refusals.add(cause);
    }

    /** Connections that were ever opened. */
    public int connectionsOpened() {
        return opened;
    }

    /** Addresses that were ever dialed, with or without success. */
    public int dials() {
        return dials;
    }

    /** Why connections and streams were refused. */
    public List<Throwable> refusals() {
        return refusals;
    }

    /** Why inbound connections failed before they were ready. */
    public List<Throwable> inboundFailures() {
        return inboundFailures;
    }

    /** Streams that peers ever opened with a protocol. */
    public int inbound(String protocol) {
        return inbound.getOrDefault(protocol, 0);
    }

    /** Streams that are open now. */
    public int openStreams() {
        return streams.size();
    }

    void requireAllEnded(String host) {
        assertThat(connections)
                .as("connections of %s that have not ended", host)
                .isEmpty();
        assertThat(streams).as("streams of %s that have not ended", host).isEmpty();
    }
}
