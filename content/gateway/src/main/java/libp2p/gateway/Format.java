package libp2p.gateway;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import libp2p.http.HttpRequest;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import org.jspecify.annotations.Nullable;

/**
 * The forms in which content can be asked for, by the {@code format} of the query or by the Accept header
 * (<a href="https://specs.ipfs.tech/http-gateways/path-gateway/#accept-request-header">path gateway</a>).
 */
enum Format {
    /** The form that suits the content: nothing else is asked for. */
    ANY("", "*/*"),
    /** A page for people, where the content has none of its own. */
    HTML("", "text/html"),
    /** The bytes of a block. */
    RAW("raw", "application/vnd.ipld.raw"),
    /** Blocks that prove what is in them. */
    CAR("car", "application/vnd.ipld.car"),
    /** The signed record of a name. */
    RECORD("ipns-record", "application/vnd.ipfs.ipns-record"),
    /** Files and directories as an archive. */
    TAR("tar", "application/x-tar"),
    /** A block of this codec. */
    DAG_JSON("dag-json", "application/vnd.ipld.dag-json"),
    /** A block of this codec. */
    DAG_CBOR("dag-cbor", "application/vnd.ipld.dag-cbor"),
    /** A block or a file that is JSON. */
    JSON("json", "application/json"),
    /** A block that is CBOR. */
    CBOR("cbor", "application/cbor");

    private final String parameter;
    private final String type;

    Format(String parameter, String type) {
        this.parameter = parameter;
        this.type = type;
    }

    /** Its value of the parameter {@code format}; empty if it has none. */
    String parameter() {
        return parameter;
    }

    /** Its media type, without parameters. */
    String type() {
        return type;
    }

    /** The form that a request asks for: that of the query, else the one that it accepts best. */
    static Format of(HttpRequest request) {
        Format named = named(request);
        return named == null ? accepted(request) : named;
    }

    /**
     * The form that the query names, or null.
     *
     * @throws MalformedException if there is no form of that name
     */
    static @Nullable Format named(HttpRequest request) {
        String name = request.query().getOrDefault("format", "");
        for (Format format : values()) {
            if (!name.isEmpty() && name.equals(format.parameter)) {
                return format;
            }
        }
        if (!name.isEmpty()) {
            throw new MalformedException("no form is called " + MalformedException.quote(name) + "; ask for "
                    + String.join(
                            ", ",
                            Arrays.stream(values())
                                    .map(Format::parameter)
                                    .filter(known -> !known.isEmpty())
                                    .toList()));
        }
        return null;
    }

    /**
     * Of the accepted types that are forms, the one with the greatest weight, of equal ones the first; a page only if
     * no other form is among them, as programs name both and want the other.
     */
    static Format accepted(HttpRequest request) {
        record Weighed(Format format, double weight) {}
        List<Weighed> all = new ArrayList<>();
        for (String one : request.header("accept").split(",")) {
            String bare = one.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
            for (Format format : values()) {
                if (format != ANY && bare.equals(format.type) && weight(one) > 0) {
                    all.add(new Weighed(format, weight(one)));
                }
            }
        }
        all.sort(Comparator.<Weighed, Boolean>comparing(one -> one.format() == HTML) // keeps the order of equal ones
                .thenComparingDouble(one -> -one.weight()));
        return all.isEmpty() ? ANY : all.getFirst().format();
    }

    private static double weight(String accepted) {
        for (String part : accepted.split(";")) {
            String bare = part.strip();
            if (bare.matches("[qQ]=[01](\\.[0-9]{0,3})?")) {
                return Double.parseDouble(bare.substring(2));
            }
        }
        return 1;
    }

    /** Whether another form than the one that is asked for is no answer. */
    static boolean isDemanded(HttpRequest request) {
        return named(request) != null || !request.header("accept").contains(ANY.type);
    }

    /** Whether a form must be asked for by its name: people and programs that know none get another. */
    boolean isExplicit() {
        return this != ANY && this != HTML;
    }

    /** Whether its bytes are those of blocks or records, which the asker can verify. */
    boolean isVerifiable() {
        return isExplicit() && this != TAR && this != JSON && this != CBOR;
    }

    /** The form of the blocks of a codec, or null if they are files or have none. */
    static @Nullable Format ofCodec(long codec) {
        String name = Multicodec.name(codec);
        for (Format format : List.of(DAG_JSON, DAG_CBOR, JSON, CBOR)) {
            if (format.parameter.equals(name)) {
                return format;
            }
        }
        return null;
    }

    /** Whether blocks of another form are of this one as they are: DAG-JSON is JSON and DAG-CBOR is CBOR. */
    boolean includes(Format other) {
        return this == other || this == JSON && other == DAG_JSON || this == CBOR && other == DAG_CBOR;
    }
}
