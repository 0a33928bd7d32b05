package libp2p.ipfs;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import libp2p.core.connection.Connection;
import libp2p.core.host.Host;

/**
 * Peers and the connections between them, for pictures: each peer knows its own connections, and the graphs of several
 * make the whole.
 *
 * @param nodes peer ids with their labels
 * @param edges pairs of peer ids, the smaller first
 */
public record NetworkGraph(TreeMap<String, String> nodes, Set<Edge> edges) {
    /**
     * A connection between two peers.
     *
     * @param a the id that sorts first
     * @param b the other id
     */
    public record Edge(String a, String b) implements Comparable<Edge> {
        @Override
        public int compareTo(Edge other) {
            int first = a.compareTo(other.a);
            return first == 0 ? b.compareTo(other.b) : first;
        }
    }

    /**
     * The view of a host: itself and its connected peers.
     *
     * @param label of the host, for example its role
     */
    public static NetworkGraph of(Host host, String label) {
        TreeMap<String, String> nodes = new TreeMap<>();
        Set<Edge> edges = new TreeSet<>();
        String self = host.peerId().toString();
        nodes.put(self, label);
        for (Connection connection : host.connections()) {
            String peer = connection.remotePeer().toString();
            nodes.putIfAbsent(peer, "");
            edges.add(self.compareTo(peer) < 0 ? new Edge(self, peer) : new Edge(peer, self));
        }
        return new NetworkGraph(nodes, edges);
    }

    /** All graphs as one. */
    public static NetworkGraph merge(Collection<NetworkGraph> graphs) {
        TreeMap<String, String> nodes = new TreeMap<>();
        Set<Edge> edges = new TreeSet<>();
        for (NetworkGraph graph : graphs) {
            graph.nodes.forEach((peer, label) -> nodes.merge(peer, label, (a, b) -> a.isEmpty() ? b : a));
            edges.addAll(graph.edges);
        }
        return new NetworkGraph(nodes, edges);
    }

    /** For Graphviz. */
    public String dot() {
        StringBuilder out = new StringBuilder("graph libp2p {\n");
        nodes.forEach((peer, label) -> out.append("  \"")
                .append(peer)
                .append("\" [label=\"")
                .append(shortened(peer))
                .append(label.isEmpty() ? "" : "\\n" + label.replaceAll("[^A-Za-z0-9 _.-]", "_"))
                .append("\"];\n"));
        edges.forEach(edge -> out.append("  \"")
                .append(edge.a())
                .append("\" -- \"")
                .append(edge.b())
                .append("\";\n"));
        return out.append("}\n").toString();
    }

    private static String shortened(String peer) {
        return peer.length() <= 10 ? peer : "…" + peer.substring(peer.length() - 6);
    }

    /** {@code {"nodes":[{"id":…,"label":…}],"edges":[[a,b],…]}}. */
    public String json() {
        List<String> peers = new ArrayList<>();
        nodes.forEach((peer, label) ->
                peers.add("{\"id\":\"" + peer + "\",\"label\":\"" + label.replaceAll("[^A-Za-z0-9 _.-]", "_") + "\"}"));
        List<String> pairs = edges.stream()
                .map(edge -> "[\"" + edge.a() + "\",\"" + edge.b() + "\"]")
                .toList();
        return "{\"nodes\":[" + String.join(",", peers) + "],\"edges\":[" + String.join(",", pairs) + "]}";
    }
}
