package libp2p.node.control;

import java.util.ArrayList;
import java.util.List;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Subnet;
import libp2p.swarm.gate.GaterLists;

/** The lists of the gate, changed by what an owner types. */
public final class GateEntries {
    private GateEntries() {}

    /**
     * Changes the lists and tells what is in them then.
     *
     * @param entries peer ids, IP addresses or subnets; all are read before one is changed
     * @throws MalformedException if an entry is none of them
     * @throws IllegalArgumentException if there are none to change, or some to show
     */
    public static NodeControl.Gate change(GaterLists lists, NodeControl.GateAction action, List<String> entries) {
        boolean isOfAll = action == NodeControl.GateAction.SHOW || action == NodeControl.GateAction.OPEN;
        if (isOfAll != entries.isEmpty()) {
            throw new IllegalArgumentException(
                    isOfAll ? "show and open take no more words" : "no peer, address or subnet is named");
        }
        if (action == NodeControl.GateAction.OPEN) {
            lists.allowAll();
        }
        List<Object> parsed = entries.stream().map(GateEntries::parse).toList();
        for (Object entry : parsed) {
            if (entry instanceof PeerId peer) {
                change(lists, action, peer);
            } else if (entry instanceof Subnet subnet) {
                change(lists, action, subnet);
            }
        }
        return new NodeControl.Gate(
                joined(lists.allowedPeers(), lists.allowedSubnets()),
                joined(lists.blockedPeers(), lists.blockedSubnets()));
    }

    private static List<String> joined(Iterable<?> peers, Iterable<?> subnets) {
        List<String> all = new ArrayList<>();
        peers.forEach(peer -> all.add(peer.toString()));
        subnets.forEach(subnet -> all.add(subnet.toString()));
        return List.copyOf(all);
    }

    /**
     * Reads an entry: a {@link PeerId} or a {@link Subnet}.
     *
     * @throws MalformedException if it is neither
     */
    public static Object parse(String text) {
        boolean network = text.indexOf('.') >= 0 || text.indexOf(':') >= 0;
        try {
            return network ? Subnet.parse(text) : PeerId.parse(text);
        } catch (MalformedException e) {
            throw new MalformedException(
                    MalformedException.quote(text) + " is neither a peer id nor an address nor a subnet");
        }
    }

    private static void change(GaterLists lists, NodeControl.GateAction action, PeerId peer) {
        switch (action) {
            case ALLOW -> lists.allow(peer);
            case DISALLOW -> lists.disallow(peer);
            case BLOCK -> lists.block(peer);
            case UNBLOCK -> lists.unblock(peer);
            case SHOW, OPEN -> {}
        }
    }

    private static void change(GaterLists lists, NodeControl.GateAction action, Subnet subnet) {
        switch (action) {
            case ALLOW -> lists.allow(subnet);
            case DISALLOW -> lists.disallow(subnet);
            case BLOCK -> lists.block(subnet);
            case UNBLOCK -> lists.unblock(subnet);
            case SHOW, OPEN -> {}
        }
    }
}
