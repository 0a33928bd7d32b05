package libp2p.simulator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import libp2p.core.environment.LinkInterface;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;
import libp2p.core.environment.UdpSocket;
import org.jspecify.annotations.Nullable;

/**
 * The UPnP side of a router: a machine of the network behind it that answers searches by SSDP, describes itself over
 * HTTP as an Internet Gateway Device, and leads ports of the router inside for hosts that call its service
 * (WANIPConnection: {@code AddPortMapping}, {@code DeletePortMapping}, {@code GetExternalIPAddress}). Answers one call
 * at a time.
 */
public final class UpnpRouter implements AutoCloseable {
    private static final InetSocketAddress GROUP =
            new InetSocketAddress(InetAddress.ofLiteral("239.255.255.250"), 1900);
    private static final int HTTP_PORT = 5000;
    private static final int MOST_BYTES = 64 << 10;
    private static final int INVALID_ARGUMENTS = 402;
    private static final int NO_SUCH_ENTRY = 714;
    private static final int CONFLICT = 718;
    private static final int ONLY_PERMANENT = 725;
    private static final int UNKNOWN_ACTION = 401;
    private static final Pattern ACTION = Pattern.compile("(?im)^SOAPAction: *\"urn:[^#\"]*#(\\w+)\"");
    private static final Pattern LENGTH = Pattern.compile("(?im)^Content-Length: *(\\d{1,6})");

    /** Says no to a call. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;
        private final int code;

        Refused(int code) {
            super("refused with " + code, null, false, false);
            this.code = code;
        }
    }

    private final SimulatedNat nat;
    private final SimulatedEnvironment machine;
    private final InetAddress address;
    private final Duration longestLease;
    private int version = 1;
    private boolean onlyPermanent;
    private @Nullable UdpSocket searches;
    private @Nullable TcpListener calls;

    private UpnpRouter(SimulatedNat nat, SimulatedEnvironment machine, InetAddress address, Duration longestLease) {
        this.nat = nat;
        this.machine = machine;
        this.address = address;
        this.longestLease = longestLease;
    }

    /**
     * The UPnP side of a router.
     *
     * @param machine behind the router, with an IPv4 address: the one at which the router is asked
     * @param longestLease of a mapping; those who ask for more get so much
     */
    public static UpnpRouter of(SimulatedNat nat, SimulatedEnvironment machine, Duration longestLease) {
        return new UpnpRouter(nat, machine, machine.addresses().getFirst(), longestLease);
    }

    /** The version of the device and of its service: 1 unless set, or 2. */
    public UpnpRouter version(int number) {
        version = number;
        return this;
    }

    /** Refuses leases that end (error 725), as some routers do. */
    public UpnpRouter onlyPermanentLeases() {
        onlyPermanent = true;
        return this;
    }

    /** Begins to answer on every network that the machine is attached to. */
    public UpnpRouter start() throws IOException {
        LinkInterface link = machine.network().interfaces().stream()
                .filter(each -> each.multicast() && each.addresses().contains(address))
                .findFirst()
                .orElseThrow(() -> new IOException(machine.name() + " is in no network with multicast"));
        UdpSocket group = machine.network().joinMulticast(link, GROUP);
        TcpListener listener = machine.network().listenTcp(new InetSocketAddress(address, HTTP_PORT), 16, false);
        searches = group;
        calls = listener;
        machine.start("ssdp", () -> answerSearches(group));
        machine.start("igd", () -> answerCalls(listener));
        return this;
    }

    @Override
    public void close() {
        if (searches != null) {
            searches.close();
        }
        if (calls != null) {
            calls.close();
        }
    }

    // ---- SSDP

    private void answerSearches(UdpSocket group) {
        ByteBuffer datagram = ByteBuffer.allocate(2048);
        try {
            while (true) {
                InetSocketAddress from = group.receive(datagram.clear());
                String text = new String(datagram.array(), 0, datagram.position(), ISO_8859_1);
                String target = line(text, "ST:");
                if (text.startsWith("M-SEARCH ") && target != null && isOurs(target)) {
                    String answer = "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nST: " + target
                            + "\r\nEXT:\r\nLOCATION: " + base() + "/rootDesc.xml\r\n\r\n";
                    group.send(ByteBuffer.wrap(answer.getBytes(ISO_8859_1)), from);
                }
            }
        } catch (IOException closed) {
            // the router is gone
        }
    }

    private boolean isOurs(String target) {
        Matcher named = Pattern.compile(
                        "urn:schemas-upnp-org:(device:InternetGatewayDevice|service:WANIPConnection):(\\d)")
                .matcher(target);
        return named.matches() && Integer.parseInt(named.group(2)) <= version;
    }

    private static @Nullable String line(String text, String name) {
        return text.lines()
                .filter(line -> line.regionMatches(true, 0, name, 0, name.length()))
                .map(line -> line.substring(name.length()).strip())
                .findFirst()
                .orElse(null);
    }

    private String base() {
        return "http://" + address.getHostAddress() + ":" + HTTP_PORT;
    }

    // ---- HTTP

    private void answerCalls(TcpListener listener) {
        try {
            while (true) {
                TcpChannel channel = listener.accept();
                try {
                    answer(channel);
                } catch (IOException gone) {
                    // the caller has gone; the next one may ask
                } finally {
                    channel.close();
                }
            }
        } catch (IOException closed) {
            // the router is gone
        }
    }

    private void answer(TcpChannel channel) throws IOException {
        String request = read(channel);
        String status = "200 OK";
        String body;
        if (request.startsWith("GET /rootDesc.xml ")) {
            body = description();
        } else if (request.startsWith("POST /ctl/IPConn ")) {
            try {
                body = envelope(call(request));
            } catch (Refused refused) {
                status = "500 Internal Server Error";
                body = envelope("<s:Fault><detail><UPnPError><errorCode>" + refused.code
                        + "</errorCode></UPnPError></detail></s:Fault>");
            }
        } else {
            status = "404 Not Found";
            body = "";
        }
        String answer = "HTTP/1.1 " + status + "\r\nContent-Type: text/xml\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n\r\n" + body;
        channel.write(ByteBuffer.wrap(answer.getBytes(ISO_8859_1)));
        channel.shutdownOutput();
    }

    private static String read(TcpChannel channel) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (all.size() < MOST_BYTES && channel.read(buffer.clear()) >= 0) {
            all.write(buffer.array(), 0, buffer.position());
            String text = all.toString(ISO_8859_1);
            int body = text.indexOf("\r\n\r\n");
            if (body >= 0) {
                Matcher length = LENGTH.matcher(text);
                int expected = length.find() ? Integer.parseInt(length.group(1)) : 0;
                if (text.length() >= body + 4 + expected) {
                    return text;
                }
            }
        }
        throw new IOException("a request that was cut");
    }

    private String service() {
        return "urn:schemas-upnp-org:service:WANIPConnection:" + version;
    }

    private String description() {
        return "<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device><deviceType>"
                + "urn:schemas-upnp-org:device:InternetGatewayDevice:" + version + "</deviceType><serviceList><service>"
                + "<serviceType>" + service() + "</serviceType><controlURL>/ctl/IPConn</controlURL></service>"
                + "</serviceList></device></root>";
    }

    private static String envelope(String content) {
        return "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>"
                + content + "</s:Body></s:Envelope>";
    }

    // ---- the service

    private String call(String request) throws Refused {
        Matcher named = ACTION.matcher(request);
        String action = named.find() ? named.group(1) : "";
        String results = switch (action) {
            case "GetExternalIPAddress" ->
                "<NewExternalIPAddress>" + nat.address().getHostAddress() + "</NewExternalIPAddress>";
            case "AddPortMapping" -> add(request);
            case "DeletePortMapping" -> delete(request);
            default -> throw new Refused(UNKNOWN_ACTION);
        };
        return "<u:" + action + "Response xmlns:u=\"" + service() + "\">" + results + "</u:" + action + "Response>";
    }

    private String add(String request) throws Refused {
        int outside = number(request, "NewExternalPort");
        InetAddress client = InetAddress.ofLiteral(argument(request, "NewInternalClient"));
        InetSocketAddress local = new InetSocketAddress(client, number(request, "NewInternalPort"));
        long seconds = number(request, "NewLeaseDuration");
        if (seconds > 0 && onlyPermanent) {
            throw new Refused(ONLY_PERMANENT);
        }
        long until = seconds == 0
                ? Long.MAX_VALUE
                : machine.nanoTime() + Math.min(Duration.ofSeconds(seconds).toNanos(), longestLease.toNanos());
        if (!nat.leadExactly(transport(request), outside, local, until)) {
            throw new Refused(CONFLICT);
        }
        return "";
    }

    private String delete(String request) throws Refused {
        NatEntry entry = nat.behind(transport(request), number(request, "NewExternalPort"));
        if (entry == null || !entry.isForwarded(machine.nanoTime())) {
            throw new Refused(NO_SUCH_ENTRY);
        }
        entry.stopForwarding();
        return "";
    }

    private static Transport transport(String request) throws Refused {
        return "UDP".equals(argument(request, "NewProtocol")) ? Transport.UDP : Transport.TCP;
    }

    private static int number(String request, String name) throws Refused {
        String text = argument(request, name);
        if (!text.matches("\\d{1,9}")) {
            throw new Refused(INVALID_ARGUMENTS);
        }
        return Integer.parseInt(text);
    }

    private static String argument(String request, String name) throws Refused {
        Matcher found = Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(request);
        if (!found.find()) {
            throw new Refused(INVALID_ARGUMENTS);
        }
        return found.group(1);
    }
}
