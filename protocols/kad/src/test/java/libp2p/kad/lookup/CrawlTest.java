package libp2p.kad.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.junit.jupiter.api.Test;

/** A crawl, by hand. */
class CrawlTest {
    private final ModelNetwork network = new ModelNetwork(1, 3);
    private final PeerId liar = network.newId();
    private final PeerId honest = network.newId();
    private final PeerId wanted = network.newId();

    private static Contact at(PeerId id, String address) {
        return Contact.of(id, List.of(Multiaddr.parse(address)));
    }

    /** Answers the requests of a round; null for none. */
    private static int answer(Crawl crawl, Function<Contact, List<Contact>> answers) {
        List<Crawl.Request> round = crawl.round();
        for (Crawl.Request request : round) {
            List<Contact> answer = answers.apply(request.peer());
            if (answer != null) {
                crawl.answered(request, answer);
            }
        }
        return round.size();
    }

    private Crawl crawl() {
        List<Contact> seeds = List.of(at(liar, "/ip4/8.1.1.1/tcp/1"), at(honest, "/ip4/8.2.1.1/tcp/1"));
        return new Crawl(seeds, network.newId(), ModelNetwork.K, 1000, new SplittableRandom(1));
    }

    @Test
    void aServerThatALiarNamesFirstAtAnotherAddressIsFound() {
        String right = "/ip4/7.7.7.7/tcp/4001";
        Crawl crawl = crawl();
        while (answer(crawl, peer -> {
                    if (peer.id().equals(liar)) {
                        return List.of(at(wanted, "/ip4/9.9.9.9/tcp/1"));
                    }
                    if (peer.id().equals(honest)) {
                        return List.of(at(wanted, right));
                    }
                    return peer.addresses().contains(Multiaddr.parse(right)) ? List.of() : null;
                })
                > 0) {
            // the next round
        }
        assertThat(crawl.found()).extracting(Contact::id).containsExactlyInAnyOrder(liar, honest, wanted);
    }

    @Test
    void addressesThatAreInventedForADeadServerHaveItAskedAFewTimesOnly() {
        Crawl crawl = crawl();
        List<Contact> asked = new ArrayList<>();
        int[] number = {0};
        for (int i = 0; i < 10; i++) {
            answer(crawl, peer -> {
                if (peer.id().equals(wanted)) {
                    asked.add(peer);
                    return null;
                }
                List<Contact> named = new ArrayList<>();
                for (int j = 0; j < ModelNetwork.K; j++) {
                    named.add(at(wanted, "/ip4/9.9." + number[0] / 250 + "." + number[0]++ % 250 + "/tcp/1"));
                }
                return named;
            });
        }
        assertThat(asked).hasSizeLessThanOrEqualTo(3);
    }
}
