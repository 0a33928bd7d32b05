package libp2p.swarm.resource;

import libp2p.core.resource.Direction;

/** The charge of a connection or stream, beside memory, to every scope it belongs to. */
record Charge(
        int connectionsInbound, int connectionsOutbound, int descriptors, int streamsInbound, int streamsOutbound) {
    static final Charge NONE = new Charge(0, 0, 0, 0, 0);
    private static final Charge INBOUND_STREAM = new Charge(0, 0, 0, 1, 0);
    private static final Charge OUTBOUND_STREAM = new Charge(0, 0, 0, 0, 1);

    static Charge connection(Direction direction, boolean descriptor) {
        boolean inbound = direction == Direction.INBOUND;
        return new Charge(inbound ? 1 : 0, inbound ? 0 : 1, descriptor ? 1 : 0, 0, 0);
    }

    static Charge stream(Direction direction) {
        return direction == Direction.INBOUND ? INBOUND_STREAM : OUTBOUND_STREAM;
    }
}
