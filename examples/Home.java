import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import libp2p.Libp2p;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.host.Host;
import libp2p.delegated.routing.PeerRecord;
import libp2p.delegated.routing.RoutingLimits;
import libp2p.gateway.routing.OwnContent;
import libp2p.gateway.routing.RoutingServer;
import libp2p.http.HttpHandler;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.jetty.HttpServer;
import libp2p.http.jetty.HttpServerLimits;
import libp2p.pubsub.GossipSub;
import libp2p.pubsub.Topic;

/** Answers with the page and its script, and with the addresses of the host. */
static HttpHandler site(Host home, Path folder) {
    HttpHandler routing = new RoutingServer(
            home.environment(),
            new OwnContent(
                    new MemoryBlockStore(BlockStoreLimits.DEFAULT),
                    () -> List.of(PeerRecord.of(home.peerId(), home.addresses(), List.of())),
                    null), // a DHT, to answer for other peers too
            RoutingLimits.DEFAULT);
    return request -> switch (request.path()) {
        case "/" -> file(folder.resolve("index.html"), "text/html");
        case "/dist/libp2p.js" -> file(folder.resolve("dist/libp2p.js"), "text/javascript");
        default -> routing.handle(request);
    };
}

static HttpResponse file(Path file, String type) throws IOException {
    return HttpResponse.bytes(200, type, Files.readAllBytes(file));
}

/** A node at home that a web page finds, dials and chats with. */
void main(String[] arguments) throws IOException {
    try (Host home = Libp2p.host()
                    .listen("/ip4/127.0.0.1/udp/0/quic-v1/webtransport")
                    .with(GossipSub.create())
                    .start();
            HttpServer server = HttpServer.start(
                    new InetSocketAddress("127.0.0.1", 0),
                    null,
                    site(home, Path.of(arguments[0])),
                    HttpServerLimits.DEFAULT)) {
        Topic room = GossipSub.on(home).join("room");
        room.subscribe(message -> IO.println(message.author() + ": " + new String(message.data(), UTF_8)));
        IO.println("http://localhost:" + server.port() + "/#" + home.peerId());
        for (String line = IO.readln(); line != null; line = IO.readln()) {
            room.publish(line.getBytes(UTF_8));
        }
    }
}
