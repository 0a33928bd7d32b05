package libp2p.scenarios.gossip;

import libp2p.pubsub.network.Attack.Kind;
import libp2p.pubsub.network.Attack.Result;
import libp2p.pubsub.network.Attack.Scoring;
import libp2p.pubsub.network.Attack.Size;

final class HostAttackRun {
    public static void main(String[] a) {
        int honest = Integer.parseInt(a[0]);
        Size size = new Size(honest, honest / 10, honest / 4, 20, Math.min(honest, 100), 20, Integer.parseInt(a[1]));
        for (int i = 2; i < a.length; i++) {
            long begin = System.nanoTime();
            Result r = HostAttackTest.run(Kind.valueOf(a[i]), size, Scoring.DECLARED, 7);
            System.out.printf(
                    "%s %.1f s delivered %.5f p99 %d worst %d share %.3f peak %.3f bytes %d heap %d%n",
                    a[i],
                    (System.nanoTime() - begin) / 1e9,
                    r.delivered(),
                    r.p99() / 1000000,
                    r.worst99() / 1000000,
                    r.sybilShare(),
                    r.sybilPeak(),
                    r.bytes(),
                    Runtime.getRuntime().totalMemory() >> 20);
        }
    }
}
