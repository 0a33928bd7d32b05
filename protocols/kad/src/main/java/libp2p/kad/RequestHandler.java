package libp2p.kad;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.concurrent.KeyedRates;
import libp2p.core.host.Host;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressScope;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.LimitExceededException.Side;
import libp2p.kad.key.Key;
import libp2p.kad.message.ConnectionType;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.KadPeer;
import libp2p.kad.message.KadRecord;
import libp2p.kad.message.MessageType;
import libp2p.kad.store.ProviderStore;
import libp2p.kad.store.RecordStore;
import libp2p.kad.table.RoutingTable;
import libp2p.kad.table.TablePeer;
import libp2p.kad.validator.Validators;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** Answers the requests of peers as the specification says. Blocks for the disk; thread-safe. */
final class RequestHandler {
    private static final System.Logger LOG = System.getLogger(RequestHandler.class.getName());
    /** Go refuses longer keys of providers; that they are multihashes is not checked, and some are not. */
    private static final int PROVIDER_KEY_BYTES = 80;
    /** How often a value is compared anew because others for its key came meanwhile. */
    private static final int COMPARISONS = 16;

    private final Host host;
    private final KadLimits limits;
    private final RoutingTable table;
    private final Validators validators;
    private final RecordStore records;
    private final ProviderStore providers;
    private final Requests requests;
    private final SignedRecords signedRecords;
    private final ReentrantLock lock = new ReentrantLock();
    /** Values and providers of each peer. */
    private final KeyedRates<PeerId> writes;

    RequestHandler(
            Host host,
            KadLimits limits,
            RoutingTable table,
            Validators validators,
            RecordStore records,
            ProviderStore providers,
            Requests requests,
            SignedRecords signedRecords) {
        this.host = host;
        this.limits = limits;
        this.table = table;
        this.validators = validators;
        this.records = records;
        this.providers = providers;
        this.requests = requests;
        this.signedRecords = signedRecords;
        KadLimits.Serving serving = limits.serving();
        Duration refill = Duration.ofNanos(Math.max(1, (long) (1e9 / serving.writes())));
        this.writes = new KeyedRates<>(new KeyedRates.Rate(serving.writeBurst(), refill), serving.writers());
    }

    /** The answer to a request, or null if it has none. */
    @Nullable
    KadMessage answer(PeerId from, KadMessage request) throws IOException {
        signedRecords.take(from, request);
        KadMessage answer = switch (request.type()) {
            case FIND_NODE -> findNode(from, request);
            case GET_VALUE -> getValue(from, request);
            case PUT_VALUE -> putValue(from, request);
            case GET_PROVIDERS -> getProviders(from, request);
            case ADD_PROVIDER -> addProvider(from, request);
            case PING -> KadMessage.of(MessageType.PING, request.key());
        };
        return answer == null ? null : signedRecords.signed(from, answer);
    }

    private KadMessage findNode(PeerId from, KadMessage request) {
        List<KadPeer> closer = new ArrayList<>();
        PeerId wanted = peerId(request.key());
        AddressScope reach = reachOf(from);
        if (wanted != null && wanted.equals(host.peerId())) {
            closer.add(signedRecords.named(
                    from, new KadPeer(wanted, reach.fitting(host.addresses()), ConnectionType.CONNECTED, null)));
        } else if (wanted != null
                && !wanted.equals(from)
                && !host.connections(wanted).isEmpty()) {
            // It may be a client, which is in no table, but this host knows where it is.
            name(from, wanted, requests.addressesOf(wanted), reach, closer);
        }
        closest(from, request.key(), reach, closer);
        return KadMessage.of(MessageType.FIND_NODE, request.key()).withCloserPeers(closer);
    }

    private KadMessage getValue(PeerId from, KadMessage request) throws IOException {
        List<KadPeer> closer = new ArrayList<>();
        closest(from, request.key(), reachOf(from), closer);
        RecordStore.Stored stored = valid(request.key());
        KadRecord record = stored == null
                ? null
                : new KadRecord(stored.key(), stored.value(), DateTimeFormatter.ISO_INSTANT.format(stored.received()));
        return KadMessage.of(MessageType.GET_VALUE, request.key())
                .withRecord(record)
                .withCloserPeers(closer);
    }

    /** The stored record of a key that still is valid: a record may have expired by its own terms. */
    RecordStore.@Nullable Stored valid(byte[] key) throws IOException {
        RecordStore.Stored stored = records.get(key, host.environment().wallClock());
        if (stored == null) {
            return null;
        }
        try {
            validators.validate(key, stored.value());
            return stored;
        } catch (InvalidRecordException e) {
            return null;
        }
    }

    private KadMessage putValue(PeerId from, KadMessage request) throws IOException {
        KadRecord record = request.record();
        if (record == null || !java.util.Arrays.equals(record.key(), request.key())) {
            throw new InvalidRecordException(
                    record == null
                            ? "a PUT_VALUE request without a record"
                            : "a PUT_VALUE request whose record has another key than the request");
        }
        spend(from);
        store(record.key(), record.value(), host.groupOf(from));
        return KadMessage.putValue(record);
    }

    /**
     * Stores a value unless a better one exists.
     *
     * @param group of the connection over which it came
     * @throws InvalidRecordException if it is not valid, or worse
     */
    void store(byte[] key, byte[] value, String group) throws IOException {
        validators.validate(key, value);
        for (int i = 0; i < COMPARISONS; i++) {
            long version = records.version(key);
            RecordStore.Stored known = valid(key);
            if (known != null
                    && !java.util.Arrays.equals(known.value(), value)
                    && !validators.isBetter(key, value, known.value())) {
                throw new InvalidRecordException("a better value is stored already");
            }
            switch (records.replace(key, value, group, host.environment().wallClock(), version)) {
                case KEPT -> {
                    return;
                }
                case TOO_LARGE ->
                    throw new LimitExceededException(
                            "kad",
                            "bytes of values",
                            value.length,
                            limits.store().recordBytes(),
                            Side.LOCAL);
                case OVERTAKEN -> {
                    // compared anew with what has come
                }
            }
        }
        throw new LimitExceededException("kad", "values of one key at a time", COMPARISONS, COMPARISONS, Side.LOCAL);
    }

    private KadMessage getProviders(PeerId from, KadMessage request) throws IOException {
        Instant now = host.environment().wallClock();
        AddressScope reach = reachOf(from);
        List<KadPeer> found = new ArrayList<>();
        for (ProviderStore.Provider provider :
                providers.get(request.key(), limits.serving().providersTold(), now)) {
            List<Multiaddr> addresses = reach.fitting(provider.addresses());
            found.add(signedRecords.named(
                    from, new KadPeer(provider.peer(), addresses, connection(provider.peer()), null)));
        }
        List<KadPeer> closer = new ArrayList<>();
        closest(from, request.key(), reach, closer);
        return KadMessage.of(MessageType.GET_PROVIDERS, request.key())
                .withProviderPeers(found)
                .withCloserPeers(closer);
    }

    /** Only the provider itself may say that it provides. */
    private @Nullable KadMessage addProvider(PeerId from, KadMessage request) throws IOException {
        byte[] key = request.key();
        if (key.length == 0 || key.length > PROVIDER_KEY_BYTES) {
            throw new InvalidRecordException(
                    "ADD_PROVIDER for a key of " + key.length + " bytes, allowed are 1 to " + PROVIDER_KEY_BYTES);
        }
        for (KadPeer provider : request.providerPeers()) {
            if (provider.id().equals(from)) {
                spend(from);
                List<Multiaddr> addresses = reachOf(from).fitting(provider.addresses());
                providers.add(
                        key,
                        new ProviderStore.Provider(from, addresses),
                        host.groupOf(from),
                        host.environment().wallClock());
                return null;
            }
        }
        LOG.log(Level.DEBUG, "an announcement of {0} that does not name itself is passed over", from);
        return null;
    }

    private void spend(PeerId from) throws LimitExceededException {
        lock.lock();
        try {
            if (!writes.take(from, host.environment().nanoTime())) {
                int burst = limits.serving().writeBurst();
                throw new LimitExceededException("kad of " + from, "writes", burst + 1L, burst, Side.LOCAL);
            }
        } finally {
            lock.unlock();
        }
    }

    static @Nullable PeerId peerId(byte[] key) {
        try {
            return PeerId.fromBytes(key);
        } catch (MalformedException e) {
            return null;
        }
    }

    /** The reach of the asking peer; over a relay, or gone already, it gets only public addresses. */
    private AddressScope reachOf(PeerId from) {
        AddressScope reach = requests.reachOf(from);
        return reach == null ? AddressScope.INTERNET : reach;
    }

    private void closest(PeerId from, byte[] key, AddressScope reach, List<KadPeer> closer) {
        int k = limits.table().k();
        Key target = Key.of(key);
        int most = closer.size() + k;
        for (TablePeer peer : table.closest(target, k + 2)) {
            if (closer.size() >= most) {
                break;
            }
            boolean there = closer.stream().anyMatch(named -> named.id().equals(peer.id()));
            if (!there && !peer.id().equals(from)) {
                name(from, peer.id(), peer.addresses(), reach, closer);
            }
        }
    }

    /** Names a peer, unless it has no address that the asking peer may be told. */
    private void name(PeerId to, PeerId peer, List<Multiaddr> addresses, AddressScope reach, List<KadPeer> named) {
        List<Multiaddr> told = reach.fitting(addresses);
        if (!told.isEmpty()) {
            named.add(signedRecords.named(to, new KadPeer(peer, told, connection(peer), null)));
        }
    }

    private ConnectionType connection(PeerId peer) {
        return host.connections(peer).isEmpty() ? ConnectionType.NOT_CONNECTED : ConnectionType.CONNECTED;
    }
}
