package libp2p.filecoin;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import libp2p.ipld.Node;
import libp2p.ipld.codec.PlainJson;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * Where the provider gets the CAR of a deal.
 *
 * @param type {@code libp2p} or {@code http}; empty for a deal whose data comes another way
 * @param clientId what the client calls the transfer
 * @param params JSON with a URL and header fields; not copied
 * @param size bytes of the CAR
 */
public record DealTransfer(String type, String clientId, byte[] params, long size) {
    /** The protocol of CARs that a peer hands over: HTTP/1.1 over streams. */
    public static final String PROTOCOL = "/fil/storage/transfer/1.0.0";

    /** No transfer: the data comes another way. */
    public static final DealTransfer OFFLINE = new DealTransfer("", "", new byte[0], 0);

    /** Characters of the type and the name. */
    static final int TEXT = 256;

    /** Bytes of the parameters. */
    static final int PARAMS = 16 << 10;

    private static final int HEADERS = 16;

    /**
     * The address of a server, and the request to it.
     *
     * @param url {@code libp2p:///ip4/…/p2p/ID}, {@code http://…} or {@code https://…}
     * @param headers fields of the request
     */
    record Source(String url, Map<String, String> headers) {}

    /** A transfer from a peer, which is asked with a token. */
    static DealTransfer libp2p(String address, String authorization, String clientId, long size) {
        String json = PlainJson.text(Values.map(
                "URL", Node.of("libp2p://" + address), "Headers", Values.map("Authorization", Node.of(authorization))));
        return new DealTransfer("libp2p", clientId, json.getBytes(StandardCharsets.UTF_8), size);
    }

    static DealTransfer from(@Nullable Node node) {
        Values values = Values.of("Transfer", node);
        return new DealTransfer(
                values.text("Type", TEXT),
                values.text("ClientID", TEXT),
                values.bytes("Params", PARAMS),
                values.size("Size"));
    }

    Node node() {
        return Values.map(
                "Type",
                Node.of(type),
                "ClientID",
                Node.of(clientId),
                "Params",
                new Node.Bytes(params),
                "Size",
                Node.of(size));
    }

    /**
     * The address of a server, and the request to it.
     *
     * @throws MalformedException if the parameters do not say so
     */
    Source source() {
        if (!type.equals("libp2p") && !type.equals("http")) {
            throw new MalformedException("a transfer of the type " + MalformedException.quote(type));
        }
        Values values = Values.of("transfer parameters", PlainJson.decode(params));
        SequencedMap<String, String> headers = new LinkedHashMap<>();
        if (values.nullable("Headers") instanceof Node.Mapping map) {
            if (map.entries().size() > HEADERS) {
                throw new MalformedException("a transfer with more than " + HEADERS + " header fields");
            }
            map.entries().forEach((name, value) -> {
                if (!(value instanceof Node.Text text)) {
                    throw new MalformedException("a header field that is no text");
                }
                headers.put(name, text.value());
            });
        }
        return new Source(values.text("URL", PARAMS), headers);
    }
}
