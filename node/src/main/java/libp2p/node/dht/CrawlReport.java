package libp2p.node.dht;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import libp2p.kad.CrawledPeer;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.node.host.Json;
import libp2p.node.host.Printable;

/** What a crawl has found, as a table. */
final class CrawlReport {
    /** Protocols that name a transport, or what lies over one. */
    private static final List<Protocol> TRANSPORTS = List.of(
            Protocol.TCP,
            Protocol.QUIC,
            Protocol.QUIC_V1,
            Protocol.WS,
            Protocol.WSS,
            Protocol.WEBTRANSPORT,
            Protocol.WEBRTC_DIRECT,
            Protocol.WEBRTC,
            Protocol.P2P_CIRCUIT);

    private record Row(String peer, boolean reachable, String agent, List<String> transports, List<String> addresses) {}

    private final List<Row> rows = new ArrayList<>();

    /** @param agent what the peer calls its program, a stranger's text; empty if it has not said so */
    void add(CrawledPeer peer, String agent) {
        TreeSet<String> transports = new TreeSet<>();
        peer.addresses().forEach(address -> transports.add(transport(address)));
        rows.add(new Row(
                peer.peer().toString(),
                peer.reachable(),
                agent,
                List.copyOf(transports),
                peer.addresses().stream().map(Multiaddr::toString).toList()));
    }

    /** The last protocol of an address that names a transport. */
    private static String transport(Multiaddr address) {
        String last = "other";
        for (Protocol protocol : address.protocols()) {
            if (TRANSPORTS.contains(protocol)) {
                last = protocol.label();
            }
        }
        return last;
    }

    int size() {
        return rows.size();
    }

    long reachable() {
        return rows.stream().filter(Row::reachable).count();
    }

    /** Servers that have answered, by the program that they name without its version. */
    Map<String, Long> agents() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Row row : rows) {
            if (row.reachable()) {
                String name = row.agent().isEmpty()
                        ? "(not told)"
                        : Printable.of(row.agent().split("/", 2)[0]);
                counts.merge(name, 1L, Long::sum);
            }
        }
        return byCount(counts);
    }

    /** Servers by transport; one with several counts for each. */
    Map<String, Long> transports() {
        Map<String, Long> counts = new LinkedHashMap<>();
        rows.forEach(row -> row.transports().forEach(transport -> counts.merge(transport, 1L, Long::sum)));
        return byCount(counts);
    }

    private static Map<String, Long> byCount(Map<String, Long> counts) {
        Map<String, Long> sorted = new LinkedHashMap<>();
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }

    /** A line for each server: peer, reachable, agent, transports, addresses (RFC 4180). */
    String csv() {
        StringBuilder out = new StringBuilder("peer,reachable,agent,transports,addrs\r\n");
        for (Row row : rows) {
            out.append(row.peer())
                    .append(',')
                    .append(row.reachable())
                    .append(',')
                    .append(quoted(row.agent()))
                    .append(',')
                    .append(quoted(String.join(" ", row.transports())))
                    .append(',')
                    .append(quoted(String.join(" ", row.addresses())))
                    .append("\r\n");
        }
        return out.toString();
    }

    /** Strangers' text is one line, and begins no formula of a spreadsheet. */
    private static String quoted(String text) {
        String line = Printable.of(text);
        String safe = !line.isEmpty() && "=+-@".indexOf(line.charAt(0)) >= 0 ? "'" + line : line;
        return '"' + safe.replace("\"", "\"\"") + '"';
    }

    /** One JSON object: counts, and a list of the servers. */
    String json() {
        List<Map<String, Object>> peers = new ArrayList<>();
        for (Row row : rows) {
            Map<String, Object> peer = new LinkedHashMap<>();
            peer.put("peer", row.peer());
            peer.put("reachable", row.reachable());
            peer.put("agent", row.agent());
            peer.put("transports", row.transports());
            peer.put("addrs", row.addresses());
            peers.add(peer);
        }
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("servers", size());
        whole.put("reachable", reachable());
        whole.put("agents", agents());
        whole.put("transports", transports());
        whole.put("peers", peers);
        return Json.write(whole) + "\n";
    }

    /** The form that the name of a file asks for. */
    String in(String file) {
        String lower = file.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".csv")) {
            return csv();
        }
        if (lower.endsWith(".json")) {
            return json();
        }
        throw new IllegalArgumentException("--report takes FILE.csv or FILE.json, not " + file);
    }
}
