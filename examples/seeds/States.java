import java.util.concurrent.CountDownLatch;
import libp2p.application.state.PeerEvent;
import libp2p.application.state.PeerState;
import libp2p.application.state.PeerStateMachine;
import libp2p.core.event.HostEvent.ConnectionPhaseChanged;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.protocols.ping.Ping;

/** Seed 004, "State Machine Pattern", driven by what the host tells of the phases of a connection. */
final class States implements SeedProgram {
    /** The connection that the machine follows: the first that is dialed. */
    private String followed;

    @Override
    public boolean connectsFirst() {
        return false;
    }

    @Override
    public void listen(Host host, SeedOptions options, SeedOutput out) {
        // the peer that is dialed
    }

    @Override
    public void dial(Host host, PeerAddress peer, SeedOptions options, SeedOutput out) throws Exception {
        PeerId id = peer.peer();
        CountDownLatch over = new CountDownLatch(1);
        try (PeerStateMachine machine = PeerStateMachine.of(host, id)) {
            for (PeerState state : PeerState.values()) {
                machine.onEnter(state, step -> {
                    out.result(step.toString());
                    if (state == PeerState.IDLE) {
                        over.countDown();
                    }
                });
            }
            try (var phases = host.events().subscribe(ConnectionPhaseChanged.class, event -> {
                if (id.equals(event.peer())) {
                    drive(machine, event);
                }
            })) {
                Ping.once(host, peer);
                host.connections(id).forEach(connection -> connection.close(0, "enough"));
                over.await();
            }
        }
    }

    private void drive(PeerStateMachine machine, ConnectionPhaseChanged event) {
        if (followed == null) {
            followed = event.connection();
        }
        if (!event.connection().equals(followed)) {
            return;
        }
        switch (event.phase()) {
            case DIALING -> machine.send(PeerEvent.CONNECT);
            case SECURING -> machine.send(PeerEvent.CONNECTED);
            case UPGRADING -> {
                // still handshaking
            }
            case OPEN -> machine.send(PeerEvent.HANDSHAKE_COMPLETE);
            case CLOSING -> {
                boolean failed = event.reason() != null && event.reason().cause() != null;
                machine.send(failed ? PeerEvent.ERROR : PeerEvent.DISCONNECT);
            }
            case CLOSED -> {
                if (machine.state() != PeerState.ERROR) {
                    machine.send(machine.state() == PeerState.DISCONNECTING ? PeerEvent.CLOSED : PeerEvent.ERROR);
                }
            }
        }
    }
}
