package libp2p.quic.connection;

import java.util.Objects;
import libp2p.quic.protect.KeyPhases;
import libp2p.quic.protect.PacketKeys;
import libp2p.quic.wire.ConnectionId;
import libp2p.quic.wire.TransportError;
import libp2p.quic.wire.TransportException;
import libp2p.quic.wire.TransportParameterId;
import libp2p.quic.wire.TransportParameters;
import libp2p.security.tls13.CipherSuite;
import org.jspecify.annotations.Nullable;

/** The results of the handshake for the connection: keys and transport parameters. Under the lock of the connection. */
final class HandshakeResult {
    private static final long MILLISECOND = 1_000_000;

    private final Connection connection;
    private byte @Nullable [] applicationSecret;
    private @Nullable CipherSuite suite;

    HandshakeResult(Connection connection) {
        this.connection = connection;
    }

    /** The transport parameters of this side. */
    static TransportParameters parameters(ConnectionConfig config, ConnectionId local) {
        TransportParameters parameters = new TransportParameters()
                .put(TransportParameterId.MAX_IDLE_TIMEOUT, config.idle() / MILLISECOND)
                .put(TransportParameterId.MAX_UDP_PAYLOAD_SIZE, Connection.MAX_DATAGRAM)
                .put(TransportParameterId.INITIAL_MAX_DATA, config.streams().window())
                .put(
                        TransportParameterId.INITIAL_MAX_STREAM_DATA_BIDI_LOCAL,
                        config.streams().streamWindow())
                .put(
                        TransportParameterId.INITIAL_MAX_STREAM_DATA_BIDI_REMOTE,
                        config.streams().streamWindow())
                .put(
                        TransportParameterId.INITIAL_MAX_STREAM_DATA_UNI,
                        config.streams().streamWindow())
                .put(
                        TransportParameterId.INITIAL_MAX_STREAMS_BIDI,
                        config.streams().streams())
                .put(
                        TransportParameterId.INITIAL_MAX_STREAMS_UNI,
                        config.streams().uniStreams())
                .put(TransportParameterId.ACK_DELAY_EXPONENT, Connection.ACK_DELAY_EXPONENT)
                .put(TransportParameterId.MAX_ACK_DELAY, Connection.MAX_ACK_DELAY / MILLISECOND)
                .put(TransportParameterId.ACTIVE_CONNECTION_ID_LIMIT, RemoteConnectionIds.LIMIT)
                .put(TransportParameterId.INITIAL_SOURCE_CONNECTION_ID, local)
                .put(TransportParameterId.RESET_STREAM_AT)
                .put(TransportParameterId.RESET_STREAM_AT_DRAFT);
        if (config.datagrams() > 0) {
            parameters.put(TransportParameterId.MAX_DATAGRAM_FRAME_SIZE, DatagramQueue.LARGEST);
        }
        return parameters;
    }

    /** The cipher suite, or null before it was agreed. */
    @Nullable
    CipherSuite suite() {
        return suite;
    }

    private int sendingLevel() {
        LevelState handshake = connection.levels[TlsDriver.HANDSHAKE];
        return handshake != null && handshake.sending == null ? TlsDriver.INITIAL : TlsDriver.HANDSHAKE;
    }

    void take(HandshakeWork.Outcome outcome) throws TransportException {
        switch (outcome) {
            case HandshakeWork.Message message ->
                connection.level(sendingLevel()).crypto.write(message.bytes());
            case HandshakeWork.Keys keys -> take(keys);
        }
    }

    private void take(HandshakeWork.Keys keys) throws TransportException {
        int index = keys.level().ordinal();
        suite = keys.suite();
        connection.tracing.secret(keys, connection.tls.handshake().clientRandom());
        if (index < TlsDriver.APPLICATION) {
            LevelState level = connection.level(index);
            PacketKeys made = new PacketKeys(keys.suite().aead(), keys.secret(), keys.sending());
            if (keys.sending()) {
                level.sending = made;
            } else {
                level.receiving = made;
                connection.tls.receiveAt(index);
            }
            return;
        }
        if (!keys.sending()) {
            connection.tls.receiveAt(index);
        }
        byte[] other = applicationSecret;
        if (other == null) {
            applicationSecret = keys.secret();
            return;
        }
        byte[] ours = keys.sending() ? keys.secret() : other;
        byte[] theirs = keys.sending() ? other : keys.secret();
        connection.oneRtt = new KeyPhases(
                new PacketKeys(keys.suite().aead(), ours, true),
                new PacketKeys(keys.suite().aead(), theirs, false));
        applicationSecret = null;
    }

    /** Takes the parameters of the remote when they have come. */
    void takeParameters(long now) throws TransportException {
        if (connection.remoteParameters != null) {
            return;
        }
        byte[] encoded = connection.tls.handshake().remoteTransportParameters();
        if (encoded == null) {
            return;
        }
        TransportParameters remote = TransportParameters.decode(encoded, connection.client);
        expect(TransportParameterId.INITIAL_SOURCE_CONNECTION_ID, remote, connection.remoteFirst);
        if (connection.client) {
            expect(TransportParameterId.ORIGINAL_DESTINATION_CONNECTION_ID, remote, connection.originalDestination);
            expect(TransportParameterId.RETRY_SOURCE_CONNECTION_ID, remote, connection.retrySource);
            byte[] reset = remote.bytes(TransportParameterId.STATELESS_RESET_TOKEN);
            if (reset != null) {
                connection.remoteIds.replaceFirst(connection.remoteIds.current(), reset);
            }
        }
        connection.tracing.parameters(false, remote, now);
        remote.forgetIds();
        connection.remoteParameters = remote;
        connection.streams.remoteParameters(remote);
        connection.recovery.remoteMaxAckDelay(remote.number(TransportParameterId.MAX_ACK_DELAY) * MILLISECOND);
        connection.mtu.limit(remote.number(TransportParameterId.MAX_UDP_PAYLOAD_SIZE));
        connection.datagrams.limit(remote.number(TransportParameterId.MAX_DATAGRAM_FRAME_SIZE));
        connection.timers.remoteIdle(remote.number(TransportParameterId.MAX_IDLE_TIMEOUT) * MILLISECOND);
    }

    private static void expect(TransportParameterId parameter, TransportParameters remote, @Nullable ConnectionId id)
            throws TransportException {
        if (!Objects.equals(remote.id(parameter), id)) {
            throw new TransportException(
                    TransportError.TRANSPORT_PARAMETER_ERROR, parameter + " is not what the packets showed");
        }
    }
}
