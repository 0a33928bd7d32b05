package libp2p.nat.autonat.v2;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import libp2p.multiformats.multiaddr.Subnet;
import libp2p.nat.autonat.v2.AddressVotes.Outcome;
import libp2p.nat.autonat.v2.AddressVotes.Verdict;
import org.junit.jupiter.api.Test;

class AddressVotesTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private static Subnet server(int number) {
        return Subnet.machine(InetAddress.ofLiteral("192.0.2." + number));
    }

    @Test
    void twoLiarsOfFiveServersDecideNothingInWhateverOrderTheyCome() {
        for (boolean reachable : new boolean[] {true, false}) {
            for (int seed = 0; seed < 200; seed++) {
                List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 4));
                Collections.shuffle(order, new Random(seed));
                AddressVotes votes = new AddressVotes(AddressVoteLimits.DEFAULT);
                for (int server : order) {
                    boolean says = server < 2 ? !reachable : reachable;
                    votes.vote(server(server), says ? Outcome.REACHED : Outcome.FAILED, 5, server);
                    assertThat(votes.verdict(5, 10)).isNotEqualTo(reachable ? Verdict.UNREACHABLE : Verdict.REACHABLE);
                }
                assertThat(votes.verdict(5, 10)).isEqualTo(reachable ? Verdict.REACHABLE : Verdict.UNREACHABLE);
            }
        }
    }

    @Test
    void oneServerHasOneVoteHoweverOftenItAnswers() {
        AddressVotes votes = new AddressVotes(AddressVoteLimits.DEFAULT);
        for (int i = 0; i < 10; i++) {
            votes.vote(server(1), Outcome.REACHED, 5, i);
        }
        assertThat(votes.verdict(5, 10)).isEqualTo(Verdict.UNKNOWN);
        assertThat(votes.voters()).isEqualTo(1);
    }

    @Test
    void whereThereIsOneServerItsSecondAnswerMustDo() {
        AddressVotes votes = new AddressVotes(AddressVoteLimits.DEFAULT);
        votes.vote(server(1), Outcome.FAILED, 1, 0);
        assertThat(votes.verdict(1, 0)).isEqualTo(Verdict.UNKNOWN);
        votes.vote(server(1), Outcome.FAILED, 1, 1);
        assertThat(votes.verdict(1, 1)).isEqualTo(Verdict.UNREACHABLE);
    }

    @Test
    void whoeverIsKnownToTheRouterProvesNothingAboutStrangers() {
        AddressVotes votes = new AddressVotes(AddressVoteLimits.DEFAULT);
        for (int i = 0; i < 5; i++) {
            votes.vote(server(i), Outcome.REACHED_AS_CONTACT, 5, i);
        }
        assertThat(votes.verdict(5, 5)).isEqualTo(Verdict.RESTRICTED);
        votes.vote(server(5), Outcome.FAILED, 5, 5);
        assertThat(votes.verdict(5, 5)).as("a stranger failed").isEqualTo(Verdict.RESTRICTED);
        votes.vote(server(6), Outcome.REACHED, 5, 6);
        assertThat(votes.verdict(5, 6)).as("a stranger got through").isEqualTo(Verdict.REACHABLE);
    }

    @Test
    void evidenceGrowsOldAndIsLookedForAgain() {
        AddressVotes votes = new AddressVotes(AddressVoteLimits.DEFAULT);
        assertThat(votes.isDue(5, 0)).isTrue();
        for (int i = 0; i < 3; i++) {
            votes.vote(server(i), Outcome.REACHED, 5, 0);
        }
        assertThat(votes.isDue(5, 59 * MINUTE)).isFalse();
        assertThat(votes.isDue(5, 60 * MINUTE)).isTrue();
        assertThat(votes.verdict(5, 299 * MINUTE)).isEqualTo(Verdict.REACHABLE);
        assertThat(votes.verdict(5, 301 * MINUTE)).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void refusalsAreNoEvidenceAndEndInAPause() {
        AddressVotes votes = new AddressVotes(AddressVoteLimits.DEFAULT);
        for (int i = 0; i < 5; i++) {
            assertThat(votes.isDue(5, i)).isTrue();
            votes.refused(server(i), i);
        }
        assertThat(votes.verdict(5, 5)).isEqualTo(Verdict.UNKNOWN);
        assertThat(votes.isDue(5, 5)).isFalse();
        assertThat(votes.isDue(5, 10 * MINUTE + 5)).isTrue();
    }

    @Test
    void aServerThatDoesNotDialTheAddressIsLeftAloneForAWhileAndTheOthersAreNot() {
        AddressVotes votes = new AddressVotes(AddressVoteLimits.DEFAULT);
        votes.unwilling(server(1), 0);
        assertThat(votes.isUnwilling(server(1), 9 * MINUTE)).isTrue();
        assertThat(votes.isUnwilling(server(2), 9 * MINUTE)).isFalse();
        assertThat(votes.isUnwilling(server(1), 10 * MINUTE)).isFalse();
        assertThat(votes.isDue(5, 0)).isTrue();
    }

    @Test
    void asManyServersAreAskedAtATimeAsMayDecide() {
        AddressVotes votes = new AddressVotes(AddressVoteLimits.DEFAULT);
        for (int i = 0; i < 3; i++) {
            assertThat(votes.isDue(5, 0)).isTrue();
            votes.asked(server(i), 0);
        }
        assertThat(votes.isDue(5, 0)).isFalse();
        votes.vote(server(0), Outcome.FAILED, 5, 1);
        assertThat(votes.isDue(5, 1)).as("two more of the same may decide").isFalse();
        votes.vote(server(1), Outcome.REACHED, 5, 2);
        assertThat(votes.isDue(5, 2)).as("one more cannot decide").isTrue();
        votes.asked(server(3), 2);
        votes.refused(server(2), 3);
        assertThat(votes.isDue(5, 3)).isTrue();
        votes.asked(server(4), 3);
        votes.vote(server(3), Outcome.FAILED, 5, 4);
        votes.vote(server(4), Outcome.FAILED, 5, 4);
        assertThat(votes.verdict(5, 4)).isEqualTo(Verdict.UNREACHABLE);
        assertThat(votes.isDue(5, 4)).isFalse();
    }

    @Test
    void anAddressIsDialedAtMostTenTimesInTenMinutes() {
        AddressVotes votes = new AddressVotes(AddressVoteLimits.DEFAULT);
        for (int i = 0; i < 10; i++) {
            assertThat(votes.isDue(5, i)).isTrue();
            votes.asked(server(1), i);
            votes.vote(server(1), Outcome.FAILED, 5, i);
        }
        assertThat(votes.isDue(5, 9 * MINUTE)).isFalse();
        assertThat(votes.isDue(5, 10 * MINUTE)).isTrue();
    }
}
