package libp2p.swarm.dial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.swarm.dial.BlackHoleCounter.Verdict;
import org.junit.jupiter.api.Test;

class BlackHoleTest {
    private static final Multiaddr QUIC4 = Multiaddr.parse("/ip4/5.6.7.8/udp/1/quic-v1");
    private static final Multiaddr QUIC6 = Multiaddr.parse("/ip6/2a00::1/udp/1/quic-v1");
    private static final Multiaddr TCP4 = Multiaddr.parse("/ip4/5.6.7.8/tcp/1");
    private static final Multiaddr TCP6 = Multiaddr.parse("/ip6/2a00::1/tcp/1");
    private static final Multiaddr PRIVATE = Multiaddr.parse("/ip4/192.168.1.1/udp/1/quic-v1");
    private static final Multiaddr RELAYED = Multiaddr.parse(
            "/ip4/5.6.7.8/udp/1/quic-v1/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N/p2p-circuit");
    private static final List<Multiaddr> ALL = List.of(QUIC4, QUIC6, TCP4, TCP6, PRIVATE, RELAYED);

    private static void record(BlackHoleCounter counter, int successes, int failures) {
        for (int i = 0; i < successes + failures; i++) {
            counter.record(i < successes);
        }
    }

    @Test
    void probesUntilEnoughOutcomesAreKnown() {
        BlackHoleCounter counter = new BlackHoleCounter(100, 5);
        record(counter, 0, 99);
        assertThat(counter.request()).isEqualTo(Verdict.PROBE);
        counter.record(false);
        assertThat(counter.request()).isEqualTo(Verdict.BLOCK);
    }

    @Test
    void fiveSuccessesAmongTheLastHundredAreEnough() {
        BlackHoleCounter counter = new BlackHoleCounter(100, 5);
        record(counter, 5, 95);
        assertThat(counter.request()).isEqualTo(Verdict.ALLOW);
        counter.record(false);
        assertThat(counter.request()).as("the first success is forgotten").isEqualTo(Verdict.BLOCK);
    }

    @Test
    void everyHundredthRequestProbesABlackHole() {
        BlackHoleCounter counter = new BlackHoleCounter(100, 5);
        record(counter, 0, 100);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 99; i++) {
                assertThat(counter.request()).isEqualTo(Verdict.BLOCK);
            }
            assertThat(counter.request()).isEqualTo(Verdict.PROBE);
        }
    }

    @Test
    void aSuccessOutOfABlackHoleStartsAnew() {
        BlackHoleCounter counter = new BlackHoleCounter(100, 5);
        record(counter, 4, 96);
        assertThat(counter.isBlocked()).isTrue();
        counter.record(true);
        for (int i = 0; i < 98; i++) {
            counter.record(false);
            assertThat(counter.request()).isEqualTo(Verdict.PROBE);
        }
        counter.record(false);
        assertThat(counter.request()).isEqualTo(Verdict.BLOCK);
    }

    @Test
    void agreesWithAPlainListOfTheLastOutcomes() {
        SplittableRandom random = new SplittableRandom(7);
        BlackHoleCounter counter = new BlackHoleCounter(10, 3);
        List<Boolean> last = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            boolean success = random.nextInt(100) < (i / 1000 % 2 == 0 ? 10 : 50);
            boolean blocked =
                    last.size() == 10 && last.stream().filter(each -> each).count() < 3;
            assertThat(counter.isBlocked()).isEqualTo(blocked);
            if (blocked && success) {
                last.clear();
            }
            counter.record(success);
            last.add(success);
            if (last.size() > 10) {
                last.removeFirst();
            }
        }
    }

    /** The addresses that one dial may try. */
    private static List<Multiaddr> filter(
            BlackHoleDetector detector, List<Multiaddr> addresses, Map<Multiaddr, Throwable> refused) {
        return filter(detector.request(false), addresses, refused);
    }

    private static List<Multiaddr> filter(
            BlackHoleDetector.Request request, List<Multiaddr> addresses, Map<Multiaddr, Throwable> refused) {
        List<Multiaddr> worth = new ArrayList<>();
        for (Multiaddr address : addresses) {
            Throwable refusal = request.refusal(address);
            if (refusal == null) {
                worth.add(address);
            } else {
                refused.put(address, refusal);
            }
        }
        return worth;
    }

    @Test
    void isolatedDialsTryOnlyWhatIsKnownToLeadOnAndDoNotCount() {
        BlackHoleDetector detector = new BlackHoleDetector(List::of);
        Map<Multiaddr, Throwable> refused = new LinkedHashMap<>();
        for (int i = 0; i < 99; i++) {
            detector.record(QUIC4, true);
        }
        assertThat(filter(detector.request(true), ALL, refused))
                .as("IPv6 and, so far, UDP are unknown")
                .containsExactly(TCP4, PRIVATE, RELAYED);
        detector.record(QUIC4, true);
        assertThat(filter(detector.request(true), List.of(QUIC4), refused)).containsExactly(QUIC4);
        for (int i = 0; i < 100; i++) {
            detector.record(QUIC4, false);
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(filter(detector.request(true), List.of(QUIC4), refused)).isEmpty();
        }
        for (int i = 0; i < 99; i++) {
            assertThat(filter(detector, List.of(QUIC4), refused)).isEmpty();
        }
        assertThat(filter(detector, List.of(QUIC4), refused))
                .as("none of the isolated ones was counted")
                .containsExactly(QUIC4);
    }

    @Test
    void refusesWhatLeadsNowhereAndSaysSo() {
        BlackHoleDetector detector = new BlackHoleDetector(List::of);
        for (int i = 0; i < 100; i++) {
            detector.record(QUIC4, false);
            detector.record(TCP4, true);
            detector.record(TCP6, true);
            detector.record(PRIVATE, true);
            detector.record(RELAYED, true);
        }
        Map<Multiaddr, Throwable> refused = new LinkedHashMap<>();
        assertThat(filter(detector, ALL, refused)).containsExactly(TCP4, TCP6, PRIVATE, RELAYED);
        assertThat(refused.keySet()).containsExactly(QUIC4, QUIC6);
        assertThat(refused.get(QUIC4)).hasMessageContaining("UDP leads nowhere from here");
    }

    @Test
    void probesOneKindThroughTheOther() {
        BlackHoleDetector detector = new BlackHoleDetector(List::of);
        for (int i = 0; i < 100; i++) {
            detector.record(QUIC6, false);
        }
        Map<Multiaddr, Throwable> refused = new LinkedHashMap<>();
        for (int i = 0; i < 99; i++) {
            assertThat(filter(detector, List.of(QUIC4, TCP4), refused)).containsExactly(TCP4);
        }
        assertThat(filter(detector, List.of(QUIC4, QUIC6, TCP4, TCP6), refused))
                .as("UDP is probed, also where IPv6 is blocked")
                .containsExactly(QUIC4, QUIC6, TCP4);
        detector.record(QUIC4, true);
        assertThat(filter(detector, List.of(QUIC4, TCP6), refused)).containsExactly(QUIC4);
    }

    @Test
    void aDialWithoutAddressesOfAKindIsNoRequestForIt() {
        BlackHoleDetector detector = new BlackHoleDetector(List::of);
        for (int i = 0; i < 100; i++) {
            detector.record(QUIC4, false);
        }
        Map<Multiaddr, Throwable> refused = new LinkedHashMap<>();
        for (int i = 0; i < 1000; i++) {
            filter(detector, List.of(TCP4, PRIVATE), refused);
        }
        assertThat(refused).isEmpty();
        for (int i = 0; i < 99; i++) {
            assertThat(filter(detector, List.of(QUIC4), refused)).isEmpty();
        }
        assertThat(filter(detector, List.of(QUIC4), refused)).containsExactly(QUIC4);
    }
}
