package libp2p.swarm.connmgr;

import libp2p.core.host.Host;
import libp2p.core.resource.ResourceReport.Amount;
import libp2p.core.resource.ResourceReport.Scope;

/**
 * The marks between which connections are closed.
 *
 * @param low connections that are left after trimming
 * @param high connections above which trimming starts
 */
record WaterMarks(int low, int high) {
    /** So much of a limit is left free, in which newcomers are heard; nothing of a limit that is smaller. */
    static final int FREE_PART = 8;

    /** The limits of all connections of a host, and of those that others opened. */
    record Ceilings(long all, long inbound) {
        static Ceilings of(Host host) {
            for (Scope scope : host.resourceManager().report().scopes()) {
                if (scope.kind().equals("system")) {
                    return new Ceilings(limit(scope, "connections"), limit(scope, "connectionsInbound"));
                }
            }
            return new Ceilings(Long.MAX_VALUE, Long.MAX_VALUE);
        }

        private static long limit(Scope scope, String resource) {
            Amount amount = scope.resources().get(resource);
            return amount == null ? Long.MAX_VALUE : amount.limit();
        }
    }

    /**
     * These marks, or as much lower as a limit asks for. Else the limit would refuse all newcomers before the upper
     * mark is reached, and those that came first would have all places for ever.
     *
     * @param limit connections that the resource manager lets be, those to protected peers taken off
     */
    WaterMarks within(long limit) {
        long most = Math.max(0, limit - limit / FREE_PART);
        return high <= most ? this : new WaterMarks((int) (most * low / high), (int) most);
    }
}
