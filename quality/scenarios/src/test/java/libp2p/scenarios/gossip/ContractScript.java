package libp2p.scenarios.gossip;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.ipld.Node;
import libp2p.ipld.codec.PlainJson;

/** An experiment of the official GossipSub interoperability suite: what every node does, and where the nodes are. */
final class ContractScript {
    /** One instruction; the fields depend on its type. */
    record Instruction(Node fields) {
        String type() {
            return text("type");
        }

        private Node field(String name) {
            Node field = fields.get(name);
            if (field == null) {
                throw new IllegalArgumentException("an instruction without " + name + ": " + fields);
            }
            return field;
        }

        String text(String name) {
            return ((Node.Text) field(name)).value();
        }

        int number(String name) {
            return ((Node.Int) field(name)).value().intValueExact();
        }

        double real(String name) {
            return field(name) instanceof Node.Float real ? real.value() : number(name);
        }

        boolean flag(String name) {
            return ((Node.Bool) field(name)).value();
        }

        boolean has(String name) {
            return fields.get(name) != null;
        }

        List<Integer> numbers(String name) {
            return ((Node.Sequence) field(name))
                    .items().stream()
                            .map(item -> ((Node.Int) item).value().intValueExact())
                            .toList();
        }

        Instruction part(String name) {
            return new Instruction(field(name));
        }
    }

    private final Node experiment;
    private final Node regions;

    ContractScript(String name) {
        experiment = read(name + ".json");
        regions = read("regions.json");
    }

    private static Node read(String file) {
        try (InputStream in = ContractScript.class.getResourceAsStream("/gossipsub-contract/" + file)) {
            if (in == null) {
                throw new IllegalArgumentException("no experiment " + file);
            }
            return PlainJson.decode(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Node> items(Node of, String name) {
        return of.get(name) instanceof Node.Sequence sequence ? sequence.items() : List.of();
    }

    int nodes() {
        return items(experiment, "nodes").size();
    }

    /** The instructions for one node. */
    List<Instruction> of(int node) {
        List<Instruction> own = new ArrayList<>();
        for (Node item : items(experiment, "script")) {
            Instruction instruction = new Instruction(item);
            if (!instruction.type().equals("ifNodeIDEquals")) {
                own.add(instruction);
            } else if (instruction.number("nodeID") == node) {
                own.add(instruction.part("instruction"));
            }
        }
        return own;
    }

    private String[] place(int node) {
        return ((Node.Text) items(experiment, "nodes").get(node)).value().split("-");
    }

    private int figure(String table, String key) {
        Node map = regions.get(table);
        Node value = map == null ? null : map.get(key);
        if (value == null) {
            throw new IllegalArgumentException("no " + table + " of " + key);
        }
        return ((Node.Int) value).value().intValueExact();
    }

    /** Milliseconds from one node to another. */
    int latency(int from, int to) {
        return figure("latency_ms", place(from)[0] + " " + place(to)[0]);
    }

    /** Bytes a second that a node can send and receive. */
    long bandwidth(int node) {
        return figure("mbit", place(node)[1]) * 1_000_000L / 8;
    }
}
