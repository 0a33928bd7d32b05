package libp2p.growth;

import static libp2p.growth.Messages.address;
import static libp2p.growth.Messages.cid;
import static libp2p.growth.Messages.name;
import static libp2p.growth.Messages.peerId;
import static libp2p.growth.Messages.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.HostAssembly;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.delegated.routing.DelegatedRouting;
import libp2p.delegated.routing.RoutingLimits;
import libp2p.gateway.Gateway;
import libp2p.gateway.GatewayOptions;
import libp2p.gateway.GatewayOverStreams;
import libp2p.gateway.routing.OwnContent;
import libp2p.gateway.routing.RoutingServer;
import libp2p.growth.Scene.Victim;
import libp2p.http.HttpHandler;
import libp2p.http.HttpResponse;
import libp2p.http.client.StreamHttpClient;
import libp2p.http.streams.HttpStreams;
import libp2p.ipns.IpnsName;
import libp2p.multiformats.Cid;

/** Drivers of what is served and asked by HTTP; it goes over streams, where its handlers are those of a server. */
final class HttpDrivers {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private HttpDrivers() {}

    static List<HostileDriver> all() {
        return List.of(streams(), gateway(), routers());
    }

    private static byte[] get(RandomGenerator random, String target) {
        return text("GET " + target + " HTTP/1.1\r\nHost: \r\n" + name(random) + ": " + name(random) + "\r\n\r\n");
    }

    private static HostileDriver streams() {
        return new StreamDriver("HTTP over streams", HttpStreams.class)
                .on(
                        HttpStreams.PROTOCOL,
                        (random, stranger) -> text((random.nextBoolean() ? "GET /a/" : "POST /") + name(random)
                                + " HTTP/1.1\r\nHost: \r\n" + name(random) + ": " + name(random) + "\r\n\r\n"))
                .victim(host -> host.with(HttpStreams.serving(
                        "/growth/1", "/a/", request -> HttpResponse.of(200, Map.of(), request.rawPath()))));
    }

    private static String content(RandomGenerator random) {
        return Cid.fromBytes(cid(random)).toString();
    }

    /** Asks for content that is not there, in each form, and for records of it. */
    private static byte[] asked(RandomGenerator random) {
        return get(
                random,
                switch (random.nextInt(7)) {
                    case 0 -> "/ipfs/" + content(random) + "/" + name(random);
                    case 1 -> "/ipfs/" + content(random) + "?format=car&dag-scope=entity";
                    case 2 -> "/ipfs/" + content(random) + "?format=raw";
                    case 3 -> "/ipns/" + name(random) + ".example/" + name(random);
                    case 4 -> "/ipns/" + PeerId.fromBytes(peerId(random)).toCid() + "?format=ipns-record";
                    case 5 ->
                        "/routing/v1/peers/" + PeerId.fromBytes(peerId(random)).toCid();
                    default -> "/routing/v1/providers/" + content(random);
                });
    }

    /** A gateway and a server of delegated routing, over an empty store. */
    private static void serve(HostAssembly assembly) {
        MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        HttpHandler gateway = new GatewayOverStreams(new Gateway(store, GatewayOptions.DEFAULT));
        HttpHandler routing =
                new RoutingServer(assembly.environment(), new OwnContent(store, List::of, null), RoutingLimits.DEFAULT);
        HttpStreams.serving(
                        GatewayOverStreams.PROTOCOL,
                        "/",
                        request ->
                                (request.rawPath().startsWith(RoutingServer.PATH) ? routing : gateway).handle(request))
                .contribute(assembly);
    }

    private static HostileDriver gateway() {
        return new StreamDriver("gateway", Gateway.class, GatewayOverStreams.class, RoutingServer.class)
                .on(HttpStreams.PROTOCOL, (random, stranger) -> asked(random))
                .victim(host -> host.with(HttpDrivers::serve));
    }

    /** A response with records of peers, sometimes a byte shorter than it says. */
    private static byte[] records(RandomGenerator random) {
        StringBuilder lines = new StringBuilder();
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            lines.append("{\"Schema\":\"peer\",\"ID\":\"")
                    .append(PeerId.fromBytes(peerId(random)))
                    .append("\",\"Addrs\":[\"")
                    .append(address(random))
                    .append("\"],\"Protocols\":[\"")
                    .append(name(random))
                    .append("\"]}\n");
        }
        boolean stream = random.nextBoolean();
        String body = stream
                ? lines.toString()
                : "{\"Providers\":[" + lines.toString().strip().replace("\n", ",") + "]}";
        return text("HTTP/1.1 200 OK\r\n" + name(random) + ": " + name(random) + "\r\nContent-Type: application/"
                + (stream ? "x-nd" : "") + "json\r\nContent-Length: " + (body.length() + random.nextInt(2)) + "\r\n\r\n"
                + body);
    }

    /** The stranger is the only server of delegated routing. */
    private static Registration ask(Victim victim, Host stranger) {
        Host host = victim.host();
        RandomGenerator random = stranger.environment().random("asked");
        PeerAddress server = PeerAddress.of(stranger.peerId(), stranger.addresses());
        DelegatedRouting routing = new DelegatedRouting(
                host.environment(), new StreamHttpClient(host, server), List.of(), RoutingLimits.DEFAULT);
        Deadline deadline = Deadline.after(host.environment(), PATIENCE);
        RoutingDrivers.drain(routing.findProviders(Cid.fromBytes(cid(random)), deadline), deadline);
        PeerId peer = PeerId.fromBytes(peerId(random));
        try {
            routing.findPeer(peer, deadline);
            routing.record(IpnsName.of(Identity.generate(stranger.environment()).publicKey()), deadline);
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
        return routing::close;
    }

    private static HostileDriver routers() {
        return new StreamDriver("answers of delegated routers", DelegatedRouting.class)
                .answers(HttpStreams.PROTOCOL, (random, stranger) -> records(random))
                .meeting(HttpDrivers::ask);
    }
}
