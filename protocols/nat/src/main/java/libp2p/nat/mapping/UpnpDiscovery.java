package libp2p.nat.mapping;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/**
 * Looks for gateways by SSDP (UPnP device architecture 1.1, section 1.3). Only a description that lies on the device
 * which answered is fetched: an answer cannot send this host elsewhere.
 */
final class UpnpDiscovery {
    private static final System.Logger LOG = System.getLogger(UpnpDiscovery.class.getName());
    private static final InetSocketAddress GROUP =
            new InetSocketAddress(InetAddress.ofLiteral("239.255.255.250"), 1900);
    private static final List<String> TARGETS = List.of(
            "urn:schemas-upnp-org:device:InternetGatewayDevice:2",
            "urn:schemas-upnp-org:device:InternetGatewayDevice:1",
            "urn:schemas-upnp-org:service:WANIPConnection:1");
    private static final int DEVICES = 8;

    private UpnpDiscovery() {}

    /** The first gateway that answers and can map ports, or null; blocks until the deadline at most. */
    static @Nullable UpnpGateway find(Environment environment, InetAddress self, Deadline deadline) throws IOException {
        Set<URI> seen = new HashSet<>();
        try (UdpQuestions questions = new UdpQuestions(environment, new InetSocketAddress(self, 0))) {
            for (String target : TARGETS) {
                questions.send(search(target), GROUP);
            }
            UdpQuestions.Answer answer;
            while (seen.size() < DEVICES && (answer = questions.next(deadline)) != null) {
                URI location = location(answer.bytes(), answer.from().getAddress());
                if (location != null && seen.add(location)) {
                    UpnpGateway gateway = gateway(environment, self, location, deadline);
                    if (gateway != null) {
                        return gateway;
                    }
                }
            }
        }
        return null;
    }

    private static @Nullable UpnpGateway gateway(
            Environment environment, InetAddress self, URI location, Deadline deadline) {
        try {
            return UpnpGateway.open(environment, self, location, deadline);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "no gateway at " + location + ": " + e.getMessage());
            return null;
        }
    }

    private static byte[] search(String target) {
        return ("M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: " + target
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Address at which a device that answered describes itself.
     *
     * @param from who answered
     * @return null if the answer is none, or names another machine
     */
    static @Nullable URI location(byte[] answer, InetAddress from) {
        String text = new String(answer, StandardCharsets.ISO_8859_1);
        if (!text.startsWith("HTTP/1.1 200")) {
            return null;
        }
        for (String line : text.split("\r\n", 64)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("location:")) {
                return local(line.substring("location:".length()).strip(), from);
            }
        }
        return null;
    }

    private static @Nullable URI local(String text, InetAddress from) {
        try {
            URI location = URI.create(text);
            String host = location.getHost();
            boolean same = "http".equals(location.getScheme())
                    && host != null
                    && location.getUserInfo() == null
                    && InetAddress.ofLiteral(host).equals(from);
            return same ? location : null;
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }
}
