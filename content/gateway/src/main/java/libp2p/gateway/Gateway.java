package libp2p.gateway;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import libp2p.blocks.BlockStore;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.resource.LimitExceededException;
import libp2p.http.HttpHandler;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.BlockSource;
import libp2p.ipld.ContentException;
import libp2p.ipld.policy.DeniedException;
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
public final class Gateway implements HttpHandler {
    private static final System.Logger LOG = System.getLogger(Gateway.class.getName());
    /** The headers that scripts of other origins may read. */
    private static final String EXPOSED = "Content-Length, Content-Range, Ipfs-Uri, X-Chunked-Output, X-Ipfs-Path,"
            + " X-Ipfs-Roots, X-Stream-Output";

    /** When a client may ask again for what took too long. */
    private static final Duration RETRY = Duration.ofMinutes(1);

    /** The one way in which scripts that control a page may be asked for: below the root to which they belong. */
    private static final Pattern WORKER = Pattern.compile("/ip[fn]s/[^/%\\\\]+/[^/].*");

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
    @Override
    public HttpResponse handle(HttpRequest request) {
        return ErrorPage.forPeople(request, respond(request));
    }

    private HttpResponse respond(HttpRequest request) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Access-Control-Allow-Origin", "*");
        headers.put("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS");
        headers.put("Access-Control-Allow-Headers", "Content-Type, Range, User-Agent, X-Requested-With");
        headers.put("Access-Control-Expose-Headers", EXPOSED);
        headers.put("X-Content-Type-Options", "nosniff");
        if (request.method().equals("OPTIONS")) {
            return HttpResponse.bytes(200, headers, new byte[0]);
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            headers.put("Allow", "GET, HEAD, OPTIONS");
            return HttpResponse.text(405, headers, "only GET, HEAD and OPTIONS");
        }
        // Accept may choose the form of any content, and decides about the redirect to hosts
        headers.put("Vary", Forwarded.vary(request, options.proxies()));
        try {
            return answer(Forwarded.original(request, options.proxies()), headers);
        } catch (DeniedException e) {
            return failure(410, headers, e);
        } catch (BlockNotFoundException e) {
            return isOnlyIfCached(request) ? absent(headers) : failure(404, headers, e);
        } catch (DeadlineExceededException | LimitExceededException e) {
            headers.put("Retry-After", Long.toString(RETRY.toSeconds()));
            return failure(e instanceof LimitExceededException ? 429 : 504, headers, e);
        } catch (IllegalArgumentException e) { // MalformedException is one
            return failure(400, headers, e);
        } catch (ContentException e) {
            return failure(404, headers, e);
        } catch (IOException e) {
            return HttpResponse.text(500, headers, "the blocks cannot be read");
        }
    }

    private static HttpResponse failure(int status, Map<String, String> headers, Exception e) {
        headers.keySet().removeAll(List.of("Etag", "Content-Disposition", "Content-Location", "X-Ipfs-Roots"));
        headers.put("Cache-Control", "no-store"); // what is not here may come, and what is denied may be allowed
        return HttpResponse.text(status, headers, String.valueOf(e.getMessage()));
    }

    /** The answer to {@code only-if-cached}: nothing is asked for in the network. */
    private static HttpResponse absent(Map<String, String> headers) {
        return HttpResponse.bytes(412, headers, new byte[0]);
    }

    private static boolean isOnlyIfCached(HttpRequest request) {
        return request.header("cache-control").contains("only-if-cached");
    }

    /** The blocks for one request, as long as its answer is wanted. */
    private BlockSource wanted(HttpRequest request) {
        BlockSource blocks = isOnlyIfCached(request) ? store : source;
        return options.policy().over(new BlockSource() {
            @Override
            public byte[] get(Cid cid) throws IOException {
                request.context().check();
                return blocks.get(cid);
            }

            @Override
            public void prefetch(List<Cid> cids) {
                blocks.prefetch(cids);
            }
        });
    }

    private HttpResponse answer(HttpRequest request, Map<String, String> headers) throws IOException {
        request.context().check();
        Target target = Target.of(request, options.domains());
        if (target == null || !target.origin()) {
            Target domain = ofDomain(request);
            target = domain == null ? target : domain;
        }
        if (target == null) {
            return isDomain(request) && isOnlyIfCached(request) ? absent(headers) : protocolHandler(request, headers);
        }
        if (isMisplacedWorker(request, target)) {
            return HttpResponse.text(
                    400, headers, "navigator.serviceWorker: registration is not allowed for this scope");
        }
        headers.put("X-Ipfs-Path", target.path());
        options.policy().check(target.namespace(), target.id(), target.rest());
        if (!target.origin() && options.domains().contains(Target.host(request)) && !isTrustless(request)) {
            return Moved.toHost(request, headers, target);
        }
        HttpResponse moved = Moved.toKey(request, headers, target);
        if (moved != null) {
            return moved;
        }
        if (target.isMisnamed() || Moved.isSpread(request, target)) {
            return Moved.toHost(request, headers, target);
        }
        headers.put("Ipfs-Uri", target.uri());
        if (target.namespace().equals("ipns")) {
            return named(request, headers, target);
        }
        Cid root = target.root();
        if (isOnlyIfCached(request) && !Block.isInherent(root) && !store.has(root)) {
            return absent(headers);
        }
        return new Answer(wanted(request), options, request, headers, target, null).of(root, target.rest());
    }

    /** Whether a browser asks for a script that would control more than one root. */
    private static boolean isMisplacedWorker(HttpRequest request, Target target) {
        return request.header("service-worker").equals("script")
                && !target.origin()
                && !WORKER.matcher(request.rawPath()).matches();
    }

    /**
     * The target of a host that says by its DNSLink what it serves; null for all other hosts, and where no domain is
     * resolved.
     */
    private @Nullable Target ofDomain(HttpRequest request) throws IOException {
        String host = Target.host(request);
        return !isDomain(request) || isOnlyIfCached(request) || name(host, request) == null
                ? null
                : Target.ofDomain(request, host);
    }

    /** Whether a host is none of this gateway, and may have a DNSLink. */
    private boolean isDomain(HttpRequest request) {
        String host = Target.host(request);
        boolean own = options.domains().stream().anyMatch(domain -> host.equals(domain) || host.endsWith("." + domain));
        return !own && !options.trustlessOnly() && DnsLink.isDomain(host);
    }

    /** The meaning of a name; null if it has none, or none that can be found. */
    private Names.@Nullable Name name(String text, HttpRequest request) throws IOException {
        try {
            return options.names().find(text, request.context());
        } catch (DeadlineExceededException | LimitExceededException e) {
            throw e;
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    () -> "the name " + MalformedException.quote(text) + ": " + e.getMessage());
            return null;
        }
    }

    /** A client that verifies the blocks needs no host for each root. */
    private boolean isTrustless(HttpRequest request) {
        return options.trustlessOnly() || Format.of(request).isVerifiable();
    }

    private HttpResponse named(HttpRequest request, Map<String, String> headers, Target target) throws IOException {
        if (isOnlyIfCached(request)) {
            return absent(headers); // names are looked up in the network
        }
        boolean record = Format.of(request) == Format.RECORD;
        if (record && !target.rest().isEmpty()) {
            throw new MalformedException("a record is that of a name alone, without a path");
        }
        Names.Name name = name(target.id(), request);
        if (name == null) {
            return HttpResponse.text(500, headers, "failed to resolve " + target.path() + ": could not resolve name");
        }
        if (record) {
            return new Answer(wanted(request), options, request, headers, target, name.ttl()).record(name);
        }
        Duration ttl = name.ttl();
        String path = name.path();
        for (int hop = 0; path.startsWith("/ipns/"); hop++) {
            request.context().check();
            if (hop == HOPS) {
                throw new MalformedException(
                        "failed to resolve " + target.path() + ": more than " + HOPS + " names that stand for names");
            }
            List<String> parts = elements(path, target);
            options.policy().check("ipns", parts.getFirst(), parts.subList(1, parts.size()));
            Names.Name next = name(parts.getFirst(), request);
            if (next == null) {
                return HttpResponse.text(
                        500, headers, "failed to resolve " + target.path() + ": a name that ends nowhere");
            }
            ttl = ttl.compareTo(next.ttl()) < 0 ? ttl : next.ttl();
            String[] first = path.substring(6).split("/", 2);
            path = next.path() + (first.length == 2 ? "/" + first[1] : "");
        }
        List<String> rest = new ArrayList<>(PathResolver.rest(path));
        rest.addAll(target.rest());
        Cid root = PathResolver.root(path);
        options.policy().check("ipfs", root.toString(), rest);
        return new Answer(wanted(request), options, request, headers, target, ttl).of(root, rest);
    }

    /** The elements of a path of a name and of those that were asked for behind it, without the namespace. */
    private static List<String> elements(String path, Target target) {
        List<String> elements = new ArrayList<>(Arrays.stream(path.substring(6).split("/"))
                .filter(element -> !element.isEmpty())
                .toList());
        if (elements.isEmpty()) {
            throw new MalformedException("failed to resolve " + target.path() + ": a name that stands for nothing");
        }
        elements.addAll(target.rest());
        return elements;
    }

    /** {@code /ipfs/?uri=ipfs://…}: where browsers send the links of their protocol handler. */
    private static HttpResponse protocolHandler(HttpRequest request, Map<String, String> headers) {
        @Nullable String uri = request.query().get("uri");
        if (uri == null || !request.path().matches("/ip[fn]s/?")) {
            return HttpResponse.text(404, headers, "there is only /ipfs/ and /ipns/");
        }
        if (!uri.matches("ip[fn]s://[^/?#]+([/?#].*)?")) {
            throw new MalformedException("a uri that begins neither with ipfs:// nor with ipns://");
        }
        String path = "/" + uri.substring(0, 4) + uri.substring(6);
        headers.put("Location", Escapes.path(Arrays.asList(path.substring(1).split("/"))));
        return HttpResponse.text(301, headers, "moved");
    }
}
