package libp2p.delegated.pinning;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import libp2p.ipld.Node;
import libp2p.multiformats.MalformedException;

/**
 * The state of a request.
 *
 * @param id by which the asker knows it
 * @param state where the request stands
 * @param created to the millisecond; no two requests of a service have the same
 * @param request what was asked for
 * @param delegates addresses of the service, for its asker to connect to
 * @param details of a failure; empty for none
 */
public record PinStatus(
        String id, State state, Instant created, PinRequest request, List<String> delegates, String details) {
    /** The states of a request. */
    public enum State {
        /** The request waits. */
        QUEUED,
        /** Blocks are being fetched. */
        PINNING,
        /** Everything below the root is here. */
        PINNED,
        /** The request has ended without the content; the details say why. */
        FAILED;

        /** The word of the API. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * The state of a word of the API.
         *
         * @throws MalformedException if there is none
         */
        public static State of(String word) {
            for (State state : values()) {
                if (state.word().equals(word)) {
                    return state;
                }
            }
            throw new MalformedException("no state " + MalformedException.quote(word));
        }
    }

    public PinStatus {
        delegates = List.copyOf(delegates);
    }

    /** The same request in another state, with the details of a failure or an empty text. */
    public PinStatus with(State value, String why) {
        return new PinStatus(id, value, created, request, delegates, why);
    }

    /** The same with the addresses of the service. */
    public PinStatus withDelegates(List<String> value) {
        return new PinStatus(id, state, created, request, value, details);
    }

    /**
     * Reads the JSON of the API.
     *
     * @throws MalformedException if it is no status of a pin
     */
    public static PinStatus read(Node node, PinningLimits limits) {
        if (!(node instanceof Node.Mapping map)
                || !(map.get("requestid") instanceof Node.Text id)
                || !(map.get("status") instanceof Node.Text state)
                || !(map.get("created") instanceof Node.Text created)
                || !(map.get("pin") instanceof Node pin)) {
            throw new MalformedException("no status of a pin");
        }
        List<String> delegates = new ArrayList<>();
        if (map.get("delegates") instanceof Node.Sequence list) {
            for (Node item : list.items()) {
                if (item instanceof Node.Text text && delegates.size() < limits.origins()) {
                    delegates.add(text.value());
                }
            }
        }
        String details = PinRequest.texts(map.get("info"), limits.meta()).getOrDefault("status_details", "");
        return new PinStatus(
                id.value(),
                State.of(state.value()),
                time(created.value()),
                PinRequest.read(pin, limits),
                delegates,
                details);
    }

    /**
     * Reads a time of the API, in the form of RFC 3339.
     *
     * @throws MalformedException if it is none
     */
    public static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new MalformedException("no time " + MalformedException.quote(text));
        }
    }

    /** The status as JSON of the API. */
    public Node json() {
        LinkedHashMap<String, Node> map = new LinkedHashMap<>();
        map.put("requestid", new Node.Text(id));
        map.put("status", new Node.Text(state.word()));
        map.put("created", new Node.Text(created.toString()));
        map.put("pin", request.json());
        map.put(
                "delegates",
                new Node.Sequence(delegates.stream()
                        .map(address -> (Node) new Node.Text(address))
                        .toList()));
        if (!details.isEmpty()) {
            LinkedHashMap<String, Node> info = new LinkedHashMap<>();
            info.put("status_details", new Node.Text(details));
            map.put("info", new Node.Mapping(info));
        }
        return new Node.Mapping(map);
    }
}
