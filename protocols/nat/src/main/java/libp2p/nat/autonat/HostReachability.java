package libp2p.nat.autonat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import libp2p.core.event.HostEvent.Reachability;
import libp2p.nat.autonat.v2.ProbedAddresses;
import libp2p.nat.autonat.v2.ProbedAddresses.Finding;

/**
 * The one state of the host, and why: the findings of version 2 about the addresses decide, version 1 where no server
 * speaks version 2. A host that knows peers but no public address for long is private. Not thread-safe.
 */
final class HostReachability {
    private final long silentAfter;
    private long silentSince;
    private boolean silent;
    private Reachability state = Reachability.UNKNOWN;
    private String because = "no server has been asked yet";

    HostReachability(long silentAfterNanos) {
        this.silentAfter = silentAfterNanos;
    }

    Reachability state() {
        return state;
    }

    String because() {
        return because;
    }

    /** The moment at which silence alone makes the host private; {@code Long.MAX_VALUE} if it will not. */
    long silentAt(long now) {
        long at = silentSince + silentAfter;
        return silent && at > now ? at : Long.MAX_VALUE;
    }

    /**
     * Draws the conclusion anew.
     *
     * @param servers different machines that speak version 2
     * @param publicPeers peers with public addresses that are connected without a relay
     * @param v1 the verdict of version 1
     * @return whether the state is another one now
     */
    boolean update(ProbedAddresses probed, int servers, long publicPeers, Reachability v1, long now) {
        boolean nowSilent = publicPeers >= 2 && probed.all().isEmpty();
        if (nowSilent && !silent) {
            silentSince = now;
        }
        silent = nowSilent;
        Reachability before = state;
        Set<Finding> findings = EnumSet.noneOf(Finding.class);
        probed.all().forEach(address -> findings.add(probed.finding(address, servers, now)));
        decide(findings, servers, v1, now);
        return before != state;
    }

    private void decide(Set<Finding> findings, int servers, Reachability v1, long now) {
        if (findings.contains(Finding.REACHABLE)) {
            set(Reachability.PUBLIC, "others have dialed it");
        } else if (silent && now - silentSince >= silentAfter) {
            set(Reachability.PRIVATE, "too few of its peers see it at one public address");
        } else if (findings.contains(Finding.RESTRICTED)) {
            set(Reachability.PRIVATE, "only peers that it has contacted before get through");
        } else if (findings.contains(Finding.UNREACHABLE)) {
            set(Reachability.PRIVATE, "no server could dial it");
        } else if (servers == 0 && v1 != Reachability.UNKNOWN) {
            set(v1, "older peers say so");
        } else if (findings.isEmpty() || servers > 0 && state == Reachability.UNKNOWN) {
            because = findings.isEmpty() ? "no public address is known" : "too few have answered";
        }
    }

    private void set(Reachability value, String reason) {
        state = value;
        because = reason;
    }

    /** All that is known. */
    ReachabilityReport report(ProbedAddresses probed, int servers, long now) {
        List<ReachabilityReport.Address> addresses = probed.all().stream()
                .map(address -> new ReachabilityReport.Address(address, probed.finding(address, servers, now)))
                .toList();
        return new ReachabilityReport(state, addresses, servers, because);
    }
}
