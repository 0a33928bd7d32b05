package libp2p.scenarios.dht;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import libp2p.core.environment.Environment;
import libp2p.core.failure.NetworkException;
import libp2p.core.host.HandlerOptions;
import libp2p.core.identity.PeerId;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.messaging.MessageExchange;
import libp2p.kad.key.Key;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.KadPeer;
import libp2p.kad.message.KadRecord;
import libp2p.kad.message.MessageLimits;
import libp2p.kad.message.MessageType;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * Peers of an attacker: they take announcements and values and forget them, name only each other, answer before honest ones do, and tell
 * of nothing, or of invented providers and old values.
 */
final class DhtLiars {
    private static final long DELAY = 1_000_000;
    private static final Duration LEAVING = Duration.ofSeconds(1);
    private static final int NAMED = 20;
    /** Providers in an answer, as many as are read. */
    private static final int INVENTED = MessageLimits.DEFAULT.peers();

    private static final MessageCodec<KadMessage> CODEC = new MessageCodec<>() {
        @Override
        public byte[] encode(KadMessage message) {
            return message.toBytes();
        }

        @Override
        public KadMessage decode(byte[] message) throws IOException {
            return KadMessage.decode(message, MessageLimits.DEFAULT);
        }
    };

    /** The liars that are named to one that asks for a place. */
    private final BiFunction<Key, Integer, List<LightHost>> nearest;

    private final LightNetwork network;
    private final Environment environment;
    private final RandomGenerator random;
    private final Map<PeerId, LightHost> hosts = new HashMap<>();
    /** How often a peer has asked them for providers or a value. */
    private final Map<PeerId, Integer> lies = new HashMap<>();

    private boolean inventing;
    private @Nullable KadPeer misplaced;
    /** The number of the value that liars tell, 0 for none. */
    private int old;

    private DhtLiars(
            LightNetwork network,
            Environment environment,
            @Nullable BiFunction<Key, Integer, List<LightHost>> nearest) {
        this.network = network;
        this.environment = environment;
        this.random = environment.random("liars");
        this.nearest = nearest == null ? this::closest : nearest;
    }

    /** Liars that name those of them that are closest to a place. */
    static DhtLiars few(LightNetwork network, Environment environment) {
        return new DhtLiars(network, environment, null);
    }

    /** A million and more, which come to be when they are named or dialed: each id of the pool is on one of a few networks. */
    static DhtLiars hydra(LightNetwork network, Environment environment, IdPool pool, int networks) {
        DhtLiars[] self = new DhtLiars[1];
        IntFunction<LightHost> head =
                number -> self[0].host(pool.id(number), "52." + number % networks + ".7." + number % 250);
        self[0] = new DhtLiars(
                network,
                environment,
                (place, count) ->
                        pool.closest(place, count).stream().map(head::apply).toList());
        return self[0];
    }

    /** From now on there are invented providers and values with this number in answers. */
    void invent(int number) {
        inventing = true;
        old = number;
    }

    /** From now on they say that a peer is somewhere else. */
    void misplace(PeerId peer, Multiaddr where) {
        misplaced = KadPeer.of(peer, List.of(where));
    }

    /** The liar with an id, made if it is not there. */
    LightHost host(PeerId id, String ip) {
        return hosts.computeIfAbsent(id, one -> {
            LightHost host = new LightHost(network, environment, id, ip, DELAY);
            MessageExchange.of(DhtField.PROTOCOL, CODEC, CODEC)
                    .withLimit(MessageLimits.DEFAULT.bytes())
                    .withOptions(HandlerOptions.DEFAULT)
                    .withTimeout(Duration.ofMinutes(1))
                    .serve(host, (from, request) -> {
                        if (request.type() == MessageType.GET_PROVIDERS || request.type() == MessageType.GET_VALUE) {
                            lies.merge(from, 1, Integer::sum);
                        }
                        return answer(request);
                    });
            network.add(host);
            return host;
        });
    }

    /** The liars that are closest to a place. */
    List<LightHost> named(Key place, int count) {
        return nearest.apply(place, count);
    }

    private List<LightHost> closest(Key place, int count) {
        return hosts.values().stream()
                .sorted(Comparator.comparing(host -> Key.of(host.peerId()), place::compareDistances))
                .limit(count)
                .toList();
    }

    /** How many lies a peer was told: answers to its questions for providers and values. */
    int liesTo(PeerId peer) {
        return lies.getOrDefault(peer, 0);
    }

    private @Nullable KadMessage answer(KadMessage request) {
        if (request.type() == MessageType.ADD_PROVIDER || request.type() == MessageType.PUT_VALUE) {
            KadRecord record = request.record();
            return record == null ? null : KadMessage.putValue(record);
        }
        List<KadPeer> closer = new ArrayList<>();
        if (misplaced != null && Arrays.equals(misplaced.id().toBytes(), request.key())) {
            closer.add(misplaced);
        }
        for (LightHost host : named(Key.of(request.key()), NAMED)) {
            closer.add(KadPeer.of(host.peerId(), host.addresses()));
        }
        KadMessage answer = KadMessage.of(request.type(), request.key()).withCloserPeers(closer);
        if (inventing && request.type() == MessageType.GET_PROVIDERS) {
            return answer.withProviderPeers(invented());
        }
        if (old > 0 && request.type() == MessageType.GET_VALUE) {
            return answer.withRecord(KadRecord.of(request.key(), SequenceValidator.value(request.key(), old)));
        }
        return answer;
    }

    private List<KadPeer> invented() {
        List<KadPeer> peers = new ArrayList<>();
        for (int i = 0; i < INVENTED; i++) {
            byte[] id = new byte[34];
            random.nextBytes(id);
            id[0] = 0x12;
            id[1] = 32;
            peers.add(KadPeer.of(
                    PeerId.fromBytes(id),
                    List.of(Multiaddr.parse("/ip4/91." + random.nextInt(250) + ".1.1/tcp/4001"))));
        }
        return peers;
    }

    /** Dials an honest node, that its table may take the liar. */
    static void meet(LightHost liar, DhtField.Node node) throws IOException {
        try {
            liar.connect(node.host().peerAddress());
        } catch (NetworkException e) {
            // it has no room for a connection
        }
    }

    /** All end to serve, and are gone when that is known. */
    void leave() throws InterruptedException {
        hosts.values().forEach(LightHost::leave);
        network.simulation().sleep(LEAVING);
        hosts.values().forEach(LightHost::close);
        hosts.clear();
    }
}
