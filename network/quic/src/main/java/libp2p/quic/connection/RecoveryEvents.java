package libp2p.quic.connection;

import libp2p.quic.recovery.LossRecovery;
import libp2p.quic.recovery.PacketSpace;

/** Hears what loss recovery finds out about the path, and about packets. Under the lock of the connection. */
record RecoveryEvents(Connection connection) implements LossRecovery.Observer {
    @Override
    public void packetLost(PacketSpace space, long number, long now) {
        connection.tracing.lost(connection.levels, space, number, now);
    }

    @Override
    public void mtuProbeLost(int size) {
        connection.mtu.lost(size);
    }

    @Override
    public void mtuProbeArrived(int size) {
        connection.mtu.arrived(size);
        connection.recovery.congestion().packetSize(connection.mtu.size());
    }

    @Override
    public void persistentCongestion() {
        connection.narrow();
    }
}
