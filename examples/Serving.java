import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import libp2p.gateway.Gateway;
import libp2p.gateway.GatewayOptions;
import libp2p.http.jetty.HttpServer;
import libp2p.http.jetty.HttpServerLimits;
import libp2p.ipfs.IpfsOptions;
import libp2p.ipfs.IpfsPeer;
import libp2p.ipfs.Role;
import libp2p.multiformats.Cid;

/** An HTTP gateway over the blocks of a peer. */
void main() throws Exception {
    try (IpfsPeer peer = IpfsPeer.start(Role.LEECHER, IpfsOptions.DEFAULT.withKadPrefix("/gateway-example"));
            HttpServer server = HttpServer.start(
                    new InetSocketAddress("127.0.0.1", 0),
                    null, // an SSLContext for HTTPS and HTTP/2
                    new Gateway(peer.blocks(), GatewayOptions.DEFAULT),
                    HttpServerLimits.DEFAULT);
            HttpClient browser = HttpClient.newHttpClient()) {
        Cid cid = peer.add("hello from a gateway".getBytes(UTF_8));
        URI page = URI.create(server.url() + "/ipfs/" + cid);
        HttpResponse<String> answer =
                browser.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
        System.out.println(answer.statusCode() + " " + answer.body());
    }
}
