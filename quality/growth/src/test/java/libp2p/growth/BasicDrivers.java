package libp2p.growth;

import static libp2p.growth.Messages.address;
import static libp2p.growth.Messages.bytes;
import static libp2p.growth.Messages.framed;
import static libp2p.growth.Messages.name;
import static libp2p.growth.Messages.protobuf;
import static libp2p.growth.Messages.text;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.random.RandomGenerator;
import libp2p.auth.challenge.ChallengeAuthentication;
import libp2p.auth.challenge.IdentityProofs;
import libp2p.core.host.Capabilities;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.Registration;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.record.PeerRecord;
import libp2p.protocols.echo.Echo;
import libp2p.protocols.fetch.Fetch;
import libp2p.protocols.files.FileExchange;
import libp2p.protocols.files.FileShare;
import libp2p.protocols.files.FileSource;
import libp2p.protocols.identify.Identify;
import libp2p.protocols.perf.Perf;
import libp2p.protocols.ping.Ping;
import libp2p.protocols.request.JsonRequests;
import libp2p.protocols.request.RequestLimits;
import libp2p.protocols.request.RequestResponse;

/** Drivers of identify, of the small protocols, and of authentication. */
final class BasicDrivers {
    private static final String REQUESTS = "/requests/1.0.0";
    private static final String CAPABILITY = "/capability/1.0.0";
    private static final int MOST_PERF = 10_000;

    private BasicDrivers() {}

    static List<HostileDriver> all() {
        return List.of(identify(), small(), files(), authentication());
    }

    private static byte[] description(RandomGenerator random, Host stranger) {
        return protobuf(out -> {
            out.bytes(1, stranger.identity().publicKey().toProtobuf());
            for (int i = 0; i < 4; i++) {
                out.bytes(2, address(random).toBytes());
                out.string(3, "/" + name(random));
            }
            out.string(5, name(random));
            out.string(6, name(random));
            out.bytes(
                    8,
                    PeerRecord.seal(stranger.identity(), random.nextInt(1 << 20), List.of(address(random)))
                            .toBytes());
        });
    }

    private static HostileDriver identify() {
        return new StreamDriver("identify", Identify.class)
                .on(Identify.PROTOCOL, (random, stranger) -> bytes(random, 100))
                .on(Identify.PUSH_PROTOCOL, BasicDrivers::description)
                .answers(Identify.PROTOCOL, BasicDrivers::description);
    }

    /** Serves requests by the means that applications have, and announces a capability. */
    private static final class Application implements HostService {
        private final RequestResponse<byte[], byte[]> requests =
                new RequestResponse<>(REQUESTS, MessageCodec.BYTES, MessageCodec.BYTES, RequestLimits.DEFAULT);

        private Registration registration = () -> {};

        @Override
        public void start(Host host) {
            Registration served = requests.serve(host, (peer, request) -> request);
            Registration announced = Capabilities.declare(host, CAPABILITY);
            registration = () -> {
                served.close();
                announced.close();
            };
        }

        @Override
        public void close() {
            registration.close();
        }
    }

    private static HostileDriver small() {
        return new StreamDriver(
                        "small protocols",
                        Ping.class,
                        Echo.class,
                        Perf.class,
                        Fetch.class,
                        JsonRequests.class,
                        RequestResponse.class,
                        Capabilities.class)
                .on(Ping.PROTOCOL, (random, stranger) -> bytes(random, 32))
                .on(Echo.PROTOCOL, (random, stranger) -> bytes(random, 200))
                .on(
                        Perf.PROTOCOL,
                        (random, stranger) -> ByteBuffer.allocate(Long.BYTES)
                                .putLong(random.nextInt(MOST_PERF))
                                .array())
                .on(Fetch.PROTOCOL, (random, stranger) -> protobuf(out -> out.string(1, "/known/" + name(random))))
                .on(
                        JsonRequests.PROTOCOL,
                        (random, stranger) -> text("{\"id\":\"" + name(random) + "\",\"data\":\"" + name(random) + "\"}"))
                .on(REQUESTS, (random, stranger) -> bytes(random, 100))
                .on(CAPABILITY, (random, stranger) -> bytes(random, 100))
                .victim(host -> {
                    Fetch fetch = new Fetch();
                    fetch.register("/known/", (peer, key) -> key);
                    host.with(fetch, new Perf(), new JsonRequests((peer, data) -> data), new Application());
                    host.with(new Echo());
                });
    }

    /** Every hash is that of a file of 5,000 bytes. */
    private static final FileSource FILES = hash -> new FileSource.Content() {
        @Override
        public long size() {
            return 5_000;
        }

        @Override
        public InputStream open(long offset) {
            return new ByteArrayInputStream(new byte[(int) (size() - offset)]);
        }
    };

    private static HostileDriver files() {
        return new StreamDriver("files", FileShare.class, FileExchange.class)
                .on(FileShare.PROTOCOL, (random, stranger) -> bytes(random, 32))
                .on(
                        FileExchange.PROTOCOL,
                        (random, stranger) ->
                                protobuf(out -> out.bytes(1, bytes(random, 32)).uint64(2, random.nextInt(5_000))))
                .victim(host -> host.with(new FileShare(FILES), new FileExchange(FILES)));
    }

    /** Each stranger is trusted while it is there. */
    private static HostileDriver authentication() {
        return new StreamDriver("authentication", ChallengeAuthentication.class, IdentityProofs.class)
                .on(ChallengeAuthentication.PROTOCOL, (random, stranger) -> bytes(random, 64))
                .on(IdentityProofs.PROTOCOL, (random, stranger) -> {
                    long now = stranger.environment().wallClock().getEpochSecond();
                    return protobuf(out -> out.bytes(1, bytes(random, 32)).uint64(2, now + 1 + random.nextInt(60)));
                })
                .victim(host -> host.with(new ChallengeAuthentication(), new IdentityProofs()))
                .meeting((victim, stranger) -> {
                    ChallengeAuthentication challenge =
                            victim.find(ChallengeAuthentication.class).orElseThrow();
                    challenge.trust(stranger.peerId());
                    return () -> challenge.distrust(stranger.peerId());
                });
    }
}
