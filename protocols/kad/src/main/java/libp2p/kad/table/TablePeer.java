package libp2p.kad.table;

import java.util.List;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * A peer in the routing table, as it was when it was asked for.
 *
 * @param id of the peer
 * @param key its place
 * @param addresses where it was reached or says it can be
 * @param since monotonic time at which it entered
 * @param lastAnswer monotonic time at which it last showed that it lives
 * @param latency nanoseconds of its answers, averaged; 0 if none was measured
 */
public record TablePeer(PeerId id, Key key, List<Multiaddr> addresses, long since, long lastAnswer, long latency) {}
