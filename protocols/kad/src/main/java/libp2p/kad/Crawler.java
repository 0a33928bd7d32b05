package libp2p.kad;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.core.concurrent.TaskGroup;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.kad.key.Key;
import libp2p.kad.lookup.Contact;
import libp2p.kad.lookup.Crawl;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.MessageType;

/** Asks all servers of a network for all that they know. Blocks. */
final class Crawler {
    private static final System.Logger LOG = System.getLogger(Crawler.class.getName());
    private static final int AT_A_TIME = 200;
    private static final int MOST = 100_000;

    private final Host host;
    private final DhtNetwork network;
    private final int k;

    Crawler(Host host, DhtNetwork network, int k) {
        this.host = host;
        this.network = network;
        this.k = k;
    }

    /**
     * The outcome of a crawl.
     *
     * @param answered servers that have answered until the deadline
     * @param silent servers that were named, and have not
     */
    record Outcome(List<Contact> answered, List<Contact> silent) {}

    /** Asks until the deadline. */
    Outcome crawl(Deadline deadline) throws IOException {
        List<Contact> seeds = network.lookup(Key.of(host.peerId()), libp2p.kad.lookup.StopCondition.CLOSEST, deadline)
                .start(host.environment().nanoTime());
        Crawl crawl =
                new Crawl(seeds, host.peerId(), k, MOST, host.environment().random("kad.crawl"));
        for (List<Crawl.Request> round; !(round = crawl.round()).isEmpty() && !deadline.passed(host.environment()); ) {
            Map<Crawl.Request, List<Contact>> answers = new ConcurrentHashMap<>();
            try (TaskGroup group = new TaskGroup(host.environment(), "kad-crawl", AT_A_TIME)) {
                for (Crawl.Request request : round) {
                    group.fork(() -> ask(request, answers));
                }
                group.await(deadline);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("a crawl was interrupted");
            }
            List<Crawl.Request> inOrder = new ArrayList<>(round);
            inOrder.retainAll(Collections.unmodifiableSet(answers.keySet()));
            inOrder.forEach(request -> crawl.answered(request, answers.getOrDefault(request, List.of())));
        }
        return new Outcome(crawl.found(), crawl.silent());
    }

    private void ask(Crawl.Request request, Map<Crawl.Request, List<Contact>> answers) {
        try {
            KadMessage answer = network.ask(request.peer(), KadMessage.of(MessageType.FIND_NODE, request.name()));
            answers.put(request, network.closer(request.peer(), answer));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a crawl: " + e.getMessage());
        }
    }
}
