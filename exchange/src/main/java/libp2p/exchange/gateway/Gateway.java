package libp2p.exchange.gateway;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import libp2p.blocks.BlockStore;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.BlockSource;
import libp2p.ipld.ContentException;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.traversal.PathResolver;
import libp2p.ipns.DnsLink;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests for {@code /ipfs/CID[/path]} and {@code /ipns/NAME[/path]}: raw blocks, CARs and records that the
 * asker verifies (<a href="https://specs.ipfs.tech/http-gateways/trustless-gateway/">trustless gateway</a>), and files
 * and directories for people (<a href="https://specs.ipfs.tech/http-gateways/path-gateway/">path gateway</a>), also on
 * a host of each root (<a href="https://specs.ipfs.tech/http-gateways/subdomain-gateway/">subdomain gateway</a>).
 * Serves what a store holds, and what its options let it fetch. Thread-safe.
 */
public final class Gateway {
    private static final System.Logger LOG = System.getLogger(Gateway.class.getName());
    /** Names that may stand for names. */
    private static final int HOPS = 32;

    private final BlockStore store;
    private final GatewayOptions options;
    private final BlockSource source;

    /**
     * A gateway over a store alone.
     *
     * @param budget of one request
     * @param trustlessOnly whether only raw blocks and CARs are served
     */
    public Gateway(BlockStore store, Budget budget, boolean trustlessOnly) {
        this(store, GatewayOptions.DEFAULT.withBudget(budget).withTrustlessOnly(trustlessOnly));
    }

    /** A gateway over a store. */
    public Gateway(BlockStore store, GatewayOptions options) {
        this.store = store;
        this.options = options;
        BlockSource remote = options.source();
        source = cid -> {
            if (Block.isInherent(cid)) {
                return Block.inherent(cid);
            }
            byte[] data = remote == null ? null : store.find(cid);
            return data == null ? (remote == null ? store : remote).get(cid) : data;
        };
    }

    /** The answer to a request; blocks for the disk, and for the network where names or blocks are looked for there. */
    public GatewayResponse handle(GatewayRequest request) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Access-Control-Allow-Origin", "*");
        headers.put("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS");
        headers.put("Access-Control-Allow-Headers", "Content-Type, Range, User-Agent, X-Requested-With");
        headers.put("Access-Control-Expose-Headers", "Content-Length, Content-Range, Ipfs-Uri, X-Ipfs-Roots");
        headers.put("X-Content-Type-Options", "nosniff");
        if (request.method().equals("OPTIONS")) {
            return GatewayResponse.bytes(200, headers, new byte[0]);
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            headers.put("Allow", "GET, HEAD, OPTIONS");
            return GatewayResponse.text(405, headers, "only GET, HEAD and OPTIONS");
        }
        try {
            return answer(request, headers);
        } catch (BlockNotFoundException e) {
            return failure(404, headers, e);
        } catch (DeadlineExceededException e) {
            return failure(504, headers, e);
        } catch (IllegalArgumentException e) { // MalformedException is one
            return failure(400, headers, e);
        } catch (ContentException e) {
            return failure(404, headers, e);
        } catch (IOException e) {
            return GatewayResponse.text(500, headers, "the blocks cannot be read");
        }
    }

    private static GatewayResponse failure(int status, Map<String, String> headers, Exception e) {
        headers.keySet().removeAll(List.of("Etag", "Cache-Control", "Content-Disposition", "Content-Location"));
        return GatewayResponse.text(status, headers, String.valueOf(e.getMessage()));
    }

    /** The blocks for one request, as long as its answer is wanted. */
    private BlockSource wanted(GatewayRequest request) {
        return new BlockSource() {
            @Override
            public byte[] get(Cid cid) throws IOException {
                request.client().check();
                return source.get(cid);
            }

            @Override
            public void prefetch(List<Cid> cids) {
                source.prefetch(cids);
            }
        };
    }

    private GatewayResponse answer(GatewayRequest request, Map<String, String> headers) throws IOException {
        request.client().check();
        Target target = ofDomain(request);
        if (target == null) {
            target = Target.of(request, options.domains());
        }
        if (target == null) {
            return protocolHandler(request, headers);
        }
        if (!target.origin() && options.domains().contains(Target.host(request)) && !isTrustless(request)) {
            return toOrigin(request, headers, target);
        }
        headers.put("Ipfs-Uri", target.uri());
        if (target.namespace().equals("ipns")) {
            return named(request, headers, target);
        }
        Cid root = Cid.parse(target.id());
        if (request.header("cache-control").contains("only-if-cached") && !Block.isInherent(root) && !store.has(root)) {
            return GatewayResponse.text(412, headers, root + " is not here");
        }
        return new Answer(wanted(request), options, request, headers, target, null).of(root, target.rest());
    }

    /**
     * The target of a host that says by its DNSLink what it serves; null for all other hosts, and where no domain is
     * resolved.
     */
    private @Nullable Target ofDomain(GatewayRequest request) throws IOException {
        String host = Target.host(request);
        boolean own = options.domains().stream().anyMatch(domain -> host.equals(domain) || host.endsWith("." + domain));
        return own || options.trustlessOnly() || !DnsLink.isDomain(host) || name(host) == null
                ? null
                : Target.ofDomain(request, host);
    }

    /** The meaning of a name; null if it has none, or none that can be found. */
    private Names.@Nullable Name name(String text) throws IOException {
        try {
            return options.names().find(text);
        } catch (DeadlineExceededException e) {
            throw e;
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    () -> "the name " + MalformedException.quote(text) + ": " + e.getMessage());
            return null;
        }
    }

    /** A client that verifies the blocks needs no host for each root. */
    private boolean isTrustless(GatewayRequest request) {
        return options.trustlessOnly() || !Answer.format(request).isEmpty();
    }

    private GatewayResponse named(GatewayRequest request, Map<String, String> headers, Target target)
            throws IOException {
        Names.Name name = name(target.id());
        if (name == null) {
            return GatewayResponse.text(
                    500, headers, "failed to resolve " + target.path() + ": could not resolve name");
        }
        if (Answer.format(request).equals(Answer.RECORD)) {
            return new Answer(wanted(request), options, request, headers, target, name.ttl()).record(name);
        }
        Duration ttl = name.ttl();
        String path = name.path();
        for (int hop = 0; path.startsWith("/ipns/"); hop++) {
            request.client().check();
            Names.Name next = hop == HOPS ? null : name(path.substring(6).split("/", 2)[0]);
            if (next == null) {
                return GatewayResponse.text(
                        500, headers, "failed to resolve " + target.path() + ": a name that ends nowhere");
            }
            ttl = ttl.compareTo(next.ttl()) < 0 ? ttl : next.ttl();
            String[] parts = path.substring(6).split("/", 2);
            path = next.path() + (parts.length == 2 ? "/" + parts[1] : "");
        }
        List<String> rest = new ArrayList<>(PathResolver.rest(path));
        rest.addAll(target.rest());
        Cid root = PathResolver.root(path);
        return new Answer(wanted(request), options, request, headers, target, ttl).of(root, rest);
    }

    /** Sends people from the path of a root to its host. */
    private static GatewayResponse toOrigin(GatewayRequest request, Map<String, String> headers, Target target) {
        String scheme = request.header(":scheme").isEmpty() ? "http" : request.header(":scheme");
        StringBuilder location = new StringBuilder(scheme)
                .append("://")
                .append(target.label())
                .append('.')
                .append(target.namespace())
                .append('.')
                .append(request.header("host").toLowerCase(Locale.ROOT))
                .append(Escapes.path(target.rest()));
        location.append(target.slash() || target.rest().isEmpty() ? "/" : "").append(query(request));
        headers.put("Location", location.toString());
        headers.put("Content-Type", ContentTypes.HTML);
        return GatewayResponse.bytes(301, headers, new byte[0]);
    }

    static String query(GatewayRequest request) {
        StringBuilder out = new StringBuilder();
        new TreeMap<>(request.query())
                .forEach((name, value) -> out.append(out.isEmpty() ? '?' : '&')
                        .append(Escapes.part(name)
                                .replace("&", "%26")
                                .replace("=", "%3D")
                                .replace("+", "%2B"))
                        .append('=')
                        .append(Escapes.part(value)
                                .replace("&", "%26")
                                .replace("=", "%3D")
                                .replace("+", "%2B")));
        return out.toString();
    }

    /** {@code /ipfs/?uri=ipfs://…}: where browsers send the links of their protocol handler. */
    private static GatewayResponse protocolHandler(GatewayRequest request, Map<String, String> headers) {
        @Nullable String uri = request.query().get("uri");
        if (uri == null || !request.path().matches("/ip[fn]s/?")) {
            return GatewayResponse.text(404, headers, "there is only /ipfs/ and /ipns/");
        }
        if (!uri.matches("ip[fn]s://[^/?#]+([/?#].*)?")) {
            throw new MalformedException("a uri that begins neither with ipfs:// nor with ipns://");
        }
        String path = "/" + uri.substring(0, 4) + uri.substring(6);
        headers.put("Location", Escapes.path(Arrays.asList(path.substring(1).split("/"))));
        return GatewayResponse.text(301, headers, "moved");
    }
}
