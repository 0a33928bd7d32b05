package libp2p.nat.mapping;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.http.HeadLimits;
import libp2p.http.HttpClient;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpRequest;
import libp2p.http.client.TcpHttpClient;
import org.jspecify.annotations.Nullable;

/** A router that speaks UPnP: an Internet Gateway Device of version 1 or 2. */
final class UpnpGateway implements Gateway {
    private static final int CONFLICT = 718;
    private static final int ONLY_PERMANENT = 725;
    private static final int SAME_PORTS = 724;
    private static final int OTHER_PORTS = 3;

    /** Bytes of a description or of the answer to a call. */
    private static final int ANSWER_BYTES = 64 << 10;

    private static final Duration CALL_TIME = Duration.ofSeconds(3);

    private final Environment environment;
    private final InetAddress self;
    private final HttpClient device;
    private final String path;
    private final String service;
    private boolean permanent;

    private UpnpGateway(Environment environment, InetAddress self, HttpClient device, String path, String service) {
        this.environment = environment;
        this.self = self;
        this.device = device;
        this.path = path;
        this.service = service;
    }

    /**
     * Reads the description of a device; blocks.
     *
     * @throws GatewayException if the device maps no ports, or is called elsewhere than at itself
     */
    static UpnpGateway open(Environment environment, InetAddress self, URI location, Deadline deadline)
            throws IOException {
        InetSocketAddress device = socket(location);
        Answer answer = send(
                environment, client(environment, device), HttpRequest.of("GET", path(location), Map.of()), deadline);
        UpnpDocument.Service found =
                answer.status() == 200 ? UpnpDocument.parse(answer.body()).mappingService() : null;
        if (found == null) {
            throw new GatewayException(Method.UPNP, "the device maps no ports", answer.status());
        }
        URI control;
        try {
            control = location.resolve(found.control());
        } catch (IllegalArgumentException malformed) {
            throw new GatewayException(Method.UPNP, "a malformed address of the service", 0);
        }
        if (control.getHost() == null || !socket(control).getAddress().equals(device.getAddress())) {
            throw new GatewayException(Method.UPNP, "the service lies on another machine", 0);
        }
        return new UpnpGateway(environment, self, client(environment, socket(control)), path(control), found.type());
    }

    private static HttpClient client(Environment environment, InetSocketAddress device) {
        return new TcpHttpClient(environment, device, HeadLimits.DEFAULT);
    }

    private record Answer(int status, byte[] body) {}

    private static Answer send(Environment environment, HttpClient device, HttpRequest request, Deadline deadline)
            throws IOException {
        Deadline end = deadline.earlier(Deadline.after(environment, CALL_TIME));
        try (HttpClientResponse response = device.send(request, end)) {
            return new Answer(response.status(), response.bytes("answer of " + device.name(), ANSWER_BYTES));
        }
    }

    private static InetSocketAddress socket(URI location) throws GatewayException {
        try {
            int port = location.getPort() < 0 ? 80 : location.getPort();
            return new InetSocketAddress(InetAddress.ofLiteral(location.getHost()), port);
        } catch (IllegalArgumentException malformed) {
            throw new GatewayException(Method.UPNP, "a malformed address of the device", 0);
        }
    }

    private static String path(URI location) {
        String path = location.getRawPath();
        String query = location.getRawQuery();
        return (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
    }

    @Override
    public Mapping map(PortProtocol protocol, int inside, int wanted, Duration lease, Deadline deadline)
            throws IOException {
        InetAddress address = outside(deadline);
        int outside = wanted;
        for (int attempt = 0; ; attempt++) {
            Duration asked = permanent ? Duration.ZERO : lease;
            try {
                add(protocol, inside, outside, asked, deadline);
                return new Mapping(Method.UPNP, protocol, inside, address, outside, asked);
            } catch (GatewayException e) {
                if (e.code() == ONLY_PERMANENT && !permanent) {
                    permanent = true;
                } else if (e.code() == SAME_PORTS && outside != inside) {
                    outside = inside;
                } else if (e.code() == CONFLICT && attempt < OTHER_PORTS) {
                    outside = environment.random("nat.mapping.port").nextInt(10_000, 65_536);
                } else {
                    throw e;
                }
            }
        }
    }

    private void add(PortProtocol protocol, int inside, int outside, Duration lease, Deadline deadline)
            throws IOException {
        UpnpDocument _ = call(
                "AddPortMapping",
                element("NewRemoteHost", "")
                        + element("NewExternalPort", outside)
                        + element("NewProtocol", protocol)
                        + element("NewInternalPort", inside)
                        + element("NewInternalClient", self.getHostAddress())
                        + element("NewEnabled", 1)
                        + element("NewPortMappingDescription", "libp2p")
                        + element("NewLeaseDuration", lease.toSeconds()),
                deadline);
    }

    private InetAddress outside(Deadline deadline) throws IOException {
        String text = call("GetExternalIPAddress", "", deadline).value("NewExternalIPAddress");
        try {
            InetAddress address = text == null ? null : InetAddress.ofLiteral(text);
            if (address == null || address.isAnyLocalAddress()) {
                throw new GatewayException(Method.UPNP, "the router has no outside address", 0);
            }
            return address;
        } catch (IllegalArgumentException malformed) {
            throw new GatewayException(Method.UPNP, "the outside address is none", 0);
        }
    }

    @Override
    public void unmap(Mapping mapping, Deadline deadline) throws IOException {
        UpnpDocument _ = call(
                "DeletePortMapping",
                element("NewRemoteHost", "")
                        + element("NewExternalPort", mapping.outside())
                        + element("NewProtocol", mapping.protocol()),
                deadline);
    }

    private static String element(String name, Object value) {
        return "<" + name + ">" + value + "</" + name + ">";
    }

    private UpnpDocument call(String action, String arguments, Deadline deadline) throws IOException {
        String body = "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" "
                + "s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body><u:" + action + " xmlns:u=\""
                + service + "\">" + arguments + "</u:" + action + "></s:Body></s:Envelope>";
        Map<String, String> headers = Map.of(
                "Content-Type", "text/xml; charset=\"utf-8\"", "SOAPAction", "\"" + service + "#" + action + "\"");
        HttpRequest request = HttpRequest.of("POST", path, headers).withBody(body.getBytes(StandardCharsets.UTF_8));
        Answer answer = send(environment, device, request, deadline);
        UpnpDocument document = UpnpDocument.parse(answer.body());
        if (answer.status() != 200) {
            throw new GatewayException(Method.UPNP, action + " refused", code(document.value("errorCode")));
        }
        return document;
    }

    private static int code(@Nullable String text) {
        return text != null && text.matches("\\d{1,4}") ? Integer.parseInt(text) : 0;
    }

    @Override
    public void close() {
        device.close();
    }
}
