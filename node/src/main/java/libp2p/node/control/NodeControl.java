package libp2p.node.control;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import libp2p.core.resource.Direction;
import org.jspecify.annotations.Nullable;

/**
 * What the owner of a node may ask of it. A node does it itself ({@link HostControl}), a command asks the node that runs
 * on a data directory ({@link RemoteControl}). All methods block; thread-safe.
 */
public interface NodeControl {
    /**
     * Who a node is.
     *
     * @param peer its peer id
     * @param publicKey in the protobuf form of the peer id specification
     * @param addresses at which it listens, each with the peer id
     * @param agent its name and version
     * @param protocols that it serves
     */
    record NodeIdentity(String peer, byte[] publicKey, List<String> addresses, String agent, List<String> protocols) {}

    /**
     * One connection.
     *
     * @param peer the remote peer
     * @param address of the remote side, without the peer id
     * @param direction which side dialed
     * @param muxer the protocol of its multiplexer; empty where the transport has streams of its own
     * @param roundTrip as far as it is known
     * @param protocols of its open streams
     */
    record OpenConnection(
            String peer,
            String address,
            Direction direction,
            String muxer,
            @Nullable Duration roundTrip,
            List<String> protocols) {}

    /** What is done to the lists of the gate. */
    enum GateAction {
        /** Nothing. */
        SHOW,
        /** Adds to those who may connect; as soon as there is one, no other may. */
        ALLOW,
        /** Takes back; the last is taken back by {@link #OPEN} alone. */
        DISALLOW,
        /** Takes back all: whatever is not blocked may connect. */
        OPEN,
        /** Adds to those who may not connect, and closes their connections. */
        BLOCK,
        /** Takes back. */
        UNBLOCK
    }

    /**
     * The lists of the gate.
     *
     * @param allowed peers, then subnets, that alone may connect; empty if all may
     * @param blocked peers, then subnets, that may not
     */
    record Gate(List<String> allowed, List<String> blocked) {}

    /** Who the node is. */
    NodeIdentity id() throws IOException;

    /** The connections that are open. */
    List<OpenConnection> connections() throws IOException;

    /** The addresses that the node knows of peers, by peer id. */
    SortedMap<String, List<String>> knownAddresses() throws IOException;

    /**
     * Connects to a peer.
     *
     * @param peer a multiaddr that ends in {@code /p2p/ID}
     * @return the id of the peer
     */
    String connect(String peer) throws IOException;

    /**
     * Closes the connections with a peer.
     *
     * @param peer a peer id, or a multiaddr that ends in {@code /p2p/ID}
     * @return the id of the peer
     * @throws IOException if there is no connection
     */
    String disconnect(String peer) throws IOException;

    /**
     * Shows or changes who may connect.
     *
     * @param entries peer ids, IP addresses or subnets; none to show
     */
    Gate gate(GateAction action, List<String> entries) throws IOException;

    /**
     * Reads the rules of the node's access file again.
     *
     * @return whether they have changed
     */
    boolean reload() throws IOException;

    /** The use of resources, their limits, and the refusals: a text for people. */
    String resources() throws IOException;

    /** The same as JSON. */
    String resourcesAsJson() throws IOException;

    /** The limits of resources that are in force, in the form of the file of {@code --limits}. */
    String limits() throws IOException;
}
