package libp2p.testkit.oracle;

import libp2p.core.environment.Environment;
import libp2p.core.host.TransportFactory;
import libp2p.core.identity.PeerId;
import libp2p.core.transport.TransportConnection;
import libp2p.transports.quic.Diagnostics;

/** Hears all that one host says and is told. */
public final class Wiretap {
    private final Oracles oracles;
    private final Environment environment;
    private final String host;

    Wiretap(Oracles oracles, Environment environment, String host) {
        this.oracles = oracles;
        this.environment = environment;
        this.host = host;
    }

    /** The transport, whose connections are heard. */
    public TransportFactory around(TransportFactory transport) {
        return ObservedTransport.factory(transport, this);
    }

    /** Hears the frames of QUIC. */
    public Diagnostics frames() {
        return Diagnostics.of(
                (client, original, now) -> oracles.connection(host + (client ? ", client" : ", server"), client));
    }

    TransportConnection observe(TransportConnection connection) {
        long number = oracles.nextConnection();
        connection.onClose(() -> oracles.ended(this, number));
        return new ObservedConnection(connection, this, number);
    }

    Conversation conversation(ObservedConnection connection, boolean inbound) {
        PeerId peer = connection.remotePeer();
        return new Conversation(
                inbound,
                oracles::reads,
                (protocol, sent, message) -> oracles.heard(new Exchange(
                        host,
                        this,
                        peer,
                        connection.number(),
                        protocol,
                        inbound,
                        sent,
                        message,
                        environment.nanoTime(),
                        environment.wallClock())));
    }
}
