package libp2p.scenarios.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import libp2p.scenarios.gossip.ContractRun.Spread;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/**
 * The experiments of the official GossipSub interoperability suite (libp2p/test-plans, gossipsub-interop) with complete
 * hosts, its topology of eight regions, and its checks: every message after the first four reaches every subscribed
 * node, and every node gets all parts.
 */
class GossipContractTest {
    /** The suite does not look at the first messages. */
    private static final int WARM = 4;

    private static void everyMessageReachesAllHosts(String name, long most99) {
        World.underSeeds(1, world -> {
            ContractRun run = new ContractRun(world, new ContractScript(name)).run();
            List<Long> delays = new ArrayList<>();
            assertThat(run.messages()).hasSize(16);
            run.messages().forEach((id, message) -> {
                long others = run.subscribers(message.topic());
                others -= message.heard().containsKey(message.publisher()) ? 1 : 0;
                message.heard().remove(message.publisher());
                if (id >= WARM) {
                    assertThat((long) message.heard().size())
                            .as("message %d", id)
                            .isEqualTo(others);
                    delays.addAll(delays(message));
                }
            });
            delays.sort(null);
            long p99 = delays.get(delays.size() * 99 / 100) / 1_000_000;
            double copies = (double) run.duplicates() / delays.size();
            assertThat(p99).as("p99 in ms, with %.2f copies a delivery", copies).isLessThanOrEqualTo(most99);
        });
    }

    private static List<Long> delays(Spread message) {
        return message.heard().values().stream()
                .map(at -> at - message.published())
                .toList();
    }

    @Test
    void aMessageOf96KiBEveryTwelveSecondsReachesFiftyNodes() {
        everyMessageReachesAllHosts("subnet-blob-msg", 2_000);
    }

    @Test
    void messagesOfNodesThatAreNotSubscribedReachAllThatAre() {
        everyMessageReachesAllHosts("simple-fanout", 1_000);
    }

    private static void allHostsGetAllParts(String name, int groups, int from) {
        World.underSeeds(1, world -> {
            ContractRun run = new ContractRun(world, new ContractScript(name)).run();
            List<List<String>> complete = run.complete();
            for (int i = from; i < complete.size(); i++) {
                assertThat(complete.get(i)).as("node %d", i).hasSize(groups);
            }
        });
    }

    @Test
    void everyNodeOfTenGetsTheEightPartsThatAreSpreadOverThem() {
        allHostsGetAllParts("partial-messages", 1, 0);
    }

    @Test
    void partsTravelAlongAChain() {
        allHostsGetAllParts("partial-messages-chain", 16, 0);
    }

    @Test
    void partsOfANodeThatIsNotSubscribedReachAllThatAre() {
        allHostsGetAllParts("partial-messages-fanout", 1, 0);
    }
}
