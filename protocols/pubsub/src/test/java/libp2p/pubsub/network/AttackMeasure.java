package libp2p.pubsub.network;

import static libp2p.pubsub.network.RouterNetwork.SECOND;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.network.AttackField.Honest;
import libp2p.pubsub.rpc.MessageId;

/** Looks at the meshes of all honest nodes, second by second, and at the deliveries in the end. */
final class AttackMeasure {
    private static final int MINUTE = 60;

    private final List<Honest> honest;
    private final Set<PeerId> sybils;
    private final String topic;
    private final AttackField field;
    private final List<Double> shares = new ArrayList<>();
    private final List<Double> good = new ArrayList<>();
    private final List<Double> changed = new ArrayList<>();
    private double lowest;
    private int changedBefore;

    AttackMeasure(List<Honest> honest, Set<PeerId> sybils, String topic, AttackField field) {
        this.honest = honest;
        this.sybils = sybils;
        this.topic = topic;
        this.field = field;
    }

    void second() {
        double sum = 0;
        int half = 0;
        int places = 0;
        for (Honest node : honest) {
            List<PeerId> mesh = node.mesh(topic);
            int theirs = 0;
            for (PeerId peer : mesh) {
                theirs += sybils.contains(peer) ? 1 : 0;
            }
            places += mesh.size();
            double share = mesh.isEmpty() ? 0 : 1 - (double) theirs / mesh.size();
            sum += share;
            half += share >= 0.5 ? 1 : 0;
        }
        int changedNow = (int) honest.stream()
                .flatMap(node -> node.exchanged().stream())
                .filter(peer -> !sybils.contains(peer))
                .count();
        shares.add(sum / honest.size());
        good.add((double) half / honest.size());
        changed.add(places == 0 ? 0 : (double) (changedNow - changedBefore) / places);
        changedBefore = changedNow;
        for (int i = 0; i < honest.size(); i += Math.max(1, honest.size() / 20)) {
            Honest node = honest.get(i);
            for (PeerId peer : node.peers(topic)) {
                if (!sybils.contains(peer)) {
                    lowest = Math.min(lowest, node.score(peer));
                }
            }
        }
    }

    /**
     * @param begin of the run
     * @param warm seconds before the first message
     * @param onset of the attack in seconds
     */
    AttackResult result(Map<MessageId, Long> published, long begin, int warm, int onset) {
        long[] all = new long[published.size() * honest.size()];
        long[] first = new long[all.length];
        long[] later = new long[all.length];
        int count = 0;
        int firsts = 0;
        int laters = 0;
        long attacked = begin + onset * SECOND;
        for (Honest node : honest) {
            for (Map.Entry<MessageId, Long> message : published.entrySet()) {
                Long at = node.delivered(message.getKey());
                if (at != null) {
                    long delay = at - message.getValue();
                    long since = message.getValue() - attacked;
                    all[count++] = delay;
                    if (since >= MINUTE * SECOND) {
                        later[laters++] = delay;
                    } else if (since >= 0) {
                        first[firsts++] = delay;
                    }
                }
            }
        }
        long[] sorted = sorted(all, count);
        int seconds = shares.size() - warm;
        return new AttackResult(
                (double) count / all.length,
                at(sorted, 0.5),
                at(sorted, 0.99),
                at(sorted(first, firsts), 0.99),
                at(sorted(later, laters), 0.99),
                field.messageBytes() / seconds,
                field.controlBytes() / seconds,
                onset,
                shares,
                good,
                changed,
                lowest,
                field.trace(),
                0);
    }

    private static long[] sorted(long[] values, int count) {
        long[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return sorted;
    }

    private static long at(long[] sorted, double quantile) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, sorted.length * quantile)];
    }
}
