package libp2p.exchange.gateway;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.BlockSource;
import libp2p.ipld.ContentException;
import libp2p.ipld.traversal.PathResolver;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import org.jspecify.annotations.Nullable;

/** One answer of a gateway. One thread. */
final class Answer {
    static final String RAW = "application/vnd.ipld.raw";
    static final String CAR = "application/vnd.ipld.car";
    static final String RECORD = "application/vnd.ipfs.ipns-record";
    private static final String FOREVER = "public, max-age=29030400, immutable";

    /** Formats in which a block is given as it is, if it has that codec. */
    private static final Map<String, String> CODECS = Map.of(
            "dag-json", "application/vnd.ipld.dag-json",
            "dag-cbor", "application/vnd.ipld.dag-cbor",
            "json", "application/json",
            "cbor", "application/cbor");

    final BlockSource source;
    final GatewayOptions options;
    final GatewayRequest request;
    final Map<String, String> headers;
    final Target target;
    private final String cache;

    /** @param ttl how long the name of the request holds, or null if it has none */
    Answer(
            BlockSource source,
            GatewayOptions options,
            GatewayRequest request,
            Map<String, String> headers,
            Target target,
            @Nullable Duration ttl) {
        this.source = source;
        this.options = options;
        this.request = request;
        this.headers = headers;
        this.target = target;
        cache = ttl == null ? FOREVER : ttl.toSeconds() <= 0 ? "no-store" : "public, max-age=" + ttl.toSeconds();
    }

    /**
     * The format that the asker wants: the format of the query, else the first of the accepted types that is served;
     * may be empty.
     */
    static String format(GatewayRequest request) {
        switch (request.query().getOrDefault("format", "")) {
            case "raw":
                return RAW;
            case "car":
                return CAR;
            case "ipns-record":
                return RECORD;
            case "dag-json", "dag-cbor", "json", "cbor":
                return CODECS.getOrDefault(request.query().get("format"), "");
            case "tar":
                return "application/x-tar";
            default:
                break;
        }
        for (String type : request.header("accept").split(",")) {
            String bare = type.split(";")[0].strip();
            if (bare.equals(RAW)
                    || bare.equals(CAR)
                    || bare.equals(RECORD)
                    || bare.startsWith("application/vnd.ipld.dag-")) {
                return bare;
            }
        }
        return "";
    }

    private static String accepted(GatewayRequest request) {
        for (String type : request.header("accept").split(",")) {
            if (type.strip().startsWith(CAR)) {
                return type;
            }
        }
        return "";
    }

    /** The answer for a path below a root. */
    GatewayResponse of(Cid root, List<String> rest) throws IOException {
        String format = format(request);
        contentLocation(format);
        if (format.equals(CAR)) {
            return car(root, rest);
        }
        if (format.equals(RECORD)) {
            return GatewayResponse.text(400, headers, "records are those of names: /ipns/NAME");
        }
        if (options.trustlessOnly() && !format.equals(RAW)) {
            return GatewayResponse.text(400, headers, "only format=raw, format=car and format=ipns-record are served");
        }
        PathResolver.Resolved found;
        try {
            found = new PathResolver(source).resolve(root, rest);
        } catch (BlockNotFoundException e) {
            throw e;
        } catch (ContentException absent) {
            GatewayResponse redirected = format.isEmpty() ? new Files(this).redirected(root, rest) : null;
            if (redirected == null) {
                throw absent;
            }
            return redirected;
        }
        headers.put(
                "X-Ipfs-Roots",
                String.join(",", found.roots().stream().map(Cid::toString).toList()));
        if (format.equals(RAW)) {
            return block(found.cid(), RAW, ".raw", ".bin");
        }
        if (found.node() != null) {
            return GatewayResponse.text(406, headers, "a value inside of a block has no representation of its own");
        }
        String own = CODECS.get(Multicodec.name(found.cid().codec()));
        if (!format.isEmpty() && !format.equals(own)) {
            return GatewayResponse.text(406, headers, "blocks are not converted; ask for raw or car");
        }
        if (own != null) {
            String kind = own.substring(own.lastIndexOf('-') + 1).replace("application/", "");
            return block(found.cid(), own, "." + Multicodec.name(found.cid().codec()), "." + kind);
        }
        return new Files(this).of(found.cid());
    }

    /** Tells caches that the Accept header has chosen, where it has. */
    private void contentLocation(String format) {
        String name = Map.of(RAW, "raw", CAR, "car", RECORD, "ipns-record").get(format);
        if (name != null && !request.query().containsKey("format")) {
            headers.put("Vary", "Accept");
        }
    }

    /** The record of a name. */
    GatewayResponse record(Names.Name name) {
        byte[] record = name.record();
        if (record == null) {
            return GatewayResponse.text(400, headers, "the name has no record");
        }
        headers.put("Content-Type", RECORD);
        headers.put("Content-Disposition", attachment(target.id() + ".ipns-record"));
        headers.put(
                "Etag", "\"" + Long.toString(java.util.Arrays.hashCode(record) & 0xffffffffL, 36) + ".ipns-record\"");
        headers.put("Cache-Control", cache);
        return GatewayResponse.bytes(200, headers, record);
    }

    private String attachment(String otherwise) {
        return Escapes.disposition("attachment", request.query().getOrDefault("filename", otherwise));
    }

    private GatewayResponse block(Cid cid, String type, String tag, String extension) throws IOException {
        byte[] data = source.get(cid);
        headers.put("Content-Type", type);
        boolean shown = type.endsWith("json") && !request.query().containsKey("download");
        headers.put(
                "Content-Disposition",
                shown
                        ? Escapes.disposition("inline", request.query().getOrDefault("filename", cid + extension))
                        : attachment(cid + extension));
        return conditional(
                200,
                "\"" + cid + tag + "\"",
                data.length,
                (from, to) -> out -> out.write(data, (int) from, (int) (to - from)));
    }

    /** An answer with a tag, kept by caches as long as the root. */
    GatewayResponse conditional(int status, String tag, long size, Conditions.Range range) {
        headers.put("Etag", tag);
        headers.put("Cache-Control", cache);
        return Conditions.answer(request, headers, status, size, range);
    }

    private GatewayResponse car(Cid root, List<String> rest) throws IOException {
        CarParameters parameters = CarParameters.of(request.query(), accepted(request));
        CarBody body = new CarBody(source, parameters, options.budget());
        source.get(root);
        Cid end;
        try {
            end = new PathResolver(body).resolve(root, rest).cid();
            source.get(end);
        } catch (BlockNotFoundException e) {
            throw e;
        } catch (ContentException absent) {
            end = null; // the blocks on the way prove that it is not there
        }
        String tag = "W/\"" + (end == null ? root : end) + ".car."
                + Long.toString(parameters.hashCode() * 31L + rest.hashCode() & Long.MAX_VALUE, 32) + "\"";
        headers.put("Content-Type", parameters.contentType());
        headers.put("Content-Disposition", attachment(root + (rest.isEmpty() ? "" : "_" + rest.getLast()) + ".car"));
        headers.put("Accept-Ranges", "none");
        headers.put("Cache-Control", cache);
        headers.put("Etag", tag);
        if (Conditions.matches(request.header("if-none-match"), tag)) {
            return GatewayResponse.bytes(304, headers, new byte[0]);
        }
        Cid to = end;
        return new GatewayResponse(200, headers, -1, out -> body.writeTo(out, to == null ? root : to, to));
    }
}
