package libp2p.pubsub.router;

import static libp2p.pubsub.network.RouterNetwork.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import libp2p.pubsub.network.HonestNode;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.score.ScoreParameters;
import org.junit.jupiter.api.Test;

/** Peers that are told the same are sent one RPC, which is encoded once. */
class SharedRpcTest {
    private static final String TOPIC = "news";

    private final RouterNetwork network = new RouterNetwork(1);
    private final HonestNode node = new HonestNode(
            network, "node", RouterNetwork.address(1), GossipParameters.DEFAULT, ScoreParameters.DEFAULT, false);
    private final List<Puppet> peers = new ArrayList<>();

    SharedRpcTest() {
        node.autoHeartbeat = false;
        for (int i = 0; i < 20; i++) {
            Puppet puppet = new Puppet(network, "puppet" + i, 100 + i);
            network.connect(node, puppet, Version.GOSSIPSUB_1_2);
            puppet.subscribe(node, TOPIC);
            peers.add(puppet);
        }
        node.join(TOPIC);
        network.run(SECOND);
    }

    private void isOneRpc(int receivers, Function<Rpc, List<?>> part) {
        List<Rpc> told = peers.stream()
                .flatMap(peer -> peer.received.stream())
                .filter(rpc -> !part.apply(rpc).isEmpty())
                .toList();
        assertThat(told).hasSizeGreaterThanOrEqualTo(receivers);
        Set<Rpc> different = Collections.newSetFromMap(new IdentityHashMap<>());
        different.addAll(told);
        assertThat(different).hasSize(1);
        peers.forEach(peer -> peer.received.clear());
    }

    @Test
    void graftsPublicationsForwardsGossipAndPrunesAreOneRpcEach() {
        isOneRpc(6, rpc -> rpc.control().grafts());
        node.publish(TOPIC, 10);
        network.run(SECOND);
        isOneRpc(20, Rpc::messages);
        peers.get(0).tell(node, Rpc.of(peers.get(0).message(TOPIC, 64 << 10)));
        network.run(SECOND);
        List<Rpc> before =
                peers.stream().flatMap(peer -> peer.received.stream()).toList();
        isOneRpc(5, Rpc::messages);
        assertThat(before.stream()
                        .filter(rpc -> !rpc.control().dontWants().isEmpty())
                        .distinct())
                .hasSize(1);
        node.router().heartbeat(network.now());
        network.run(SECOND);
        isOneRpc(6, rpc -> rpc.control().haves());
        node.router().leave(TOPIC, network.now());
        network.run(SECOND);
        isOneRpc(6, rpc -> rpc.control().prunes());
    }
}
