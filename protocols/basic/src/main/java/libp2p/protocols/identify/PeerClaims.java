package libp2p.protocols.identify;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.event.HostEvent.PeerProtocolsChanged;
import libp2p.core.host.Host;
import libp2p.core.identity.MalformedKeyException;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.peer.AddressReach;
import libp2p.core.peer.Peerstore;
import libp2p.core.record.PeerRecord;
import libp2p.core.record.SignedEnvelope;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** Takes what peers say about themselves into the peerstore, the address book and the event bus. Thread-safe. */
final class PeerClaims {
    private static final System.Logger LOG = System.getLogger(PeerClaims.class.getName());

    private final Host host;
    /** Held from changing protocols to telling of it, so that events come in the order of the changes. */
    private final ReentrantLock lock = new ReentrantLock();

    PeerClaims(Host host) {
        this.host = host;
    }

    /**
     * Takes a message.
     *
     * @param push whether a field that is missing means that nothing has changed
     */
    void take(Connection connection, IdentifyMessage message, boolean push) throws IOException {
        PeerId peer = connection.remotePeer();
        Peerstore peerstore = host.peerstore();
        takeKey(connection, message);
        takeMetadata(peer, "agent", message.agentVersion);
        takeMetadata(peer, "protocolVersion", message.protocolVersion);
        boolean signed = takeAddresses(connection, message);
        observe(connection, message);
        takeProtocols(peer, message, push);
        if (host.connections(peer).isEmpty()) { // no other event will say that the peer has gone
            peerstore.expireAddresses(peer, Peerstore.RECENTLY_CONNECTED);
        }
        host.events()
                .publish(new PeerIdentified(
                        connection,
                        peer,
                        peerstore.metadata(peer, "agent"),
                        peerstore.metadata(peer, "protocolVersion"),
                        message.protocols.isEmpty() ? peerstore.protocols(peer) : List.copyOf(message.protocols),
                        message.listenAddresses.isEmpty()
                                ? peerstore.addresses(peer)
                                : List.copyOf(message.listenAddresses),
                        message.observedAddress,
                        signed));
    }

    private void takeMetadata(PeerId peer, String key, @Nullable String value) {
        if (value != null) {
            host.peerstore().putMetadata(peer, key, value);
        }
    }

    private void takeProtocols(PeerId peer, IdentifyMessage message, boolean push) {
        if (push && message.protocols.isEmpty()) {
            return;
        }
        Peerstore peerstore = host.peerstore();
        lock.lock();
        try {
            List<String> before = peerstore.protocols(peer);
            peerstore.setProtocols(peer, message.protocols);
            List<String> now = peerstore.protocols(peer);
            if (!push || !now.equals(before)) {
                host.events().publish(new PeerProtocolsChanged(peer, now));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether the addresses were signed. */
    private boolean takeAddresses(Connection connection, IdentifyMessage message) {
        PeerId peer = connection.remotePeer();
        SignedEnvelope record = record(connection, message);
        if (record != null) {
            host.peerstore().consume(record, Peerstore.CONNECTED, AddressReach.of(connection.remoteAddress()));
            return true;
        }
        List<Multiaddr> addresses = AddressReach.filter(message.listenAddresses, connection.remoteAddress());
        if (!addresses.isEmpty()) {
            host.peerstore().addAddresses(peer, addresses, Peerstore.Source.IDENTIFY, Peerstore.CONNECTED);
        }
        return false;
    }

    private void observe(Connection connection, IdentifyMessage message) {
        Multiaddr observed = message.observedAddress;
        boolean telling = connection.direction() == Direction.INBOUND
                || connection.state().portReused();
        if (observed != null && telling && connection.isDirect() && !connection.isLimited()) {
            host.addressBook().observed(connection, observed);
        }
    }

    /** The connection has proved the key; identify may only repeat it. */
    private static void takeKey(Connection connection, IdentifyMessage message) throws IOException {
        PeerId peer = connection.remotePeer();
        if (message.publicKey == null
                || Arrays.equals(message.publicKey, connection.remoteKey().toProtobuf())) {
            return;
        }
        try {
            PublicKey key = PublicKey.fromProtobuf(message.publicKey);
            if (!key.peerId().equals(peer)) {
                throw new ProtocolViolationException(
                        Identify.PROTOCOL, "the key in the message is not the key of " + peer);
            }
        } catch (MalformedKeyException e) {
            throw new IOException(Identify.PROTOCOL + ": malformed public key: " + e.getMessage(), e);
        }
    }

    /**
     * The signed record if there is one, it is well-formed, and it is about the peer itself; else null. Neither a peer
     * that comes back with the record that is known already, nor one that only says that it has no addresses, as
     * dialers behind routers do, costs a check of the signature.
     */
    private @Nullable SignedEnvelope record(Connection connection, IdentifyMessage message) {
        PeerId peer = connection.remotePeer();
        if (message.signedPeerRecord == null) {
            return null;
        }
        try {
            SignedEnvelope received = SignedEnvelope.fromBytes(message.signedPeerRecord, connection.remoteKey());
            @Nullable SignedEnvelope known = host.peerstore().record(peer);
            if (known == null && PeerRecord.unchecked(received).addresses().isEmpty()) {
                return null;
            }
            SignedEnvelope envelope = known != null && received.equals(known) ? known : received;
            if (PeerRecord.open(envelope).peerId().equals(peer)) {
                return envelope;
            }
            LOG.log(Level.DEBUG, () -> "identify: " + peer + " sent the record of another peer");
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "identify: the record of " + peer + " is refused: " + e.getMessage());
        }
        return null;
    }
}
