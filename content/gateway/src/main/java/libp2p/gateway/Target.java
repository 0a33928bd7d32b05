package libp2p.gateway;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import libp2p.core.identity.PeerId;
import libp2p.http.HttpRequest;
import libp2p.ipns.DnsLink;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multibase;
import libp2p.multiformats.Multicodec;
import org.jspecify.annotations.Nullable;

/**
 * The subject of a request: its path, or its host where each root has one of its own.
 *
 * @param namespace {@code ipfs} or {@code ipns}
 * @param id the root as it was written
 * @param rest the elements of the path behind it
 * @param slash whether the path ends with a slash
 * @param origin whether the root has the host for itself, so that paths in it begin at its slash
 */
record Target(String namespace, String id, List<String> rest, boolean slash, boolean origin) {
    private static final int ELEMENTS = 1024;
    private static final int LABEL = 63;

    /** The longest id and path, in characters. */
    private static final int CHARACTERS = 8 << 10;

    /**
     * The target of a request, or null if it names none.
     *
     * @param domains under which roots have hosts of their own
     * @throws MalformedException if the path has elements that no entry of a directory may have
     */
    static @Nullable Target of(HttpRequest request, List<String> domains) {
        String path = request.path();
        String host = host(request);
        for (String domain : domains) {
            if (host.endsWith("." + domain)) {
                String below = host.substring(0, host.length() - domain.length() - 1);
                int dot = below.lastIndexOf('.');
                String namespace = below.substring(dot + 1);
                String id = below.substring(0, Math.max(0, dot));
                if (isNamespace(namespace) && isRoot(namespace, id)) {
                    return new Target(namespace, uninlined(namespace, id), elements(path), path.endsWith("/"), true);
                }
            }
        }
        List<String> parts = elements(path);
        if (parts.size() < 2 || !isNamespace(parts.getFirst())) {
            return null;
        }
        return new Target(parts.get(0), parts.get(1), parts.subList(2, parts.size()), path.endsWith("/"), false);
    }

    /**
     * The target of a request to a host that is a domain with a DNSLink of its own.
     *
     * @throws MalformedException if the path has elements that no entry of a directory may have
     */
    static Target ofDomain(HttpRequest request, String host) {
        String path = request.path();
        return new Target("ipns", host, elements(path), path.endsWith("/"), true);
    }

    /** Whether labels before a namespace are a root: one label, or a domain as it is. */
    private static boolean isRoot(String namespace, String id) {
        return id.indexOf('.') < 0 ? !id.isEmpty() : namespace.equals("ipns") && DnsLink.isDomain(id);
    }

    /** The DNSLink name of a label, in which its dashes are doubled and its dots are dashes. */
    private static String uninlined(String namespace, String id) {
        if (!namespace.equals("ipns") || id.indexOf('-') < 0 || id.indexOf('.') >= 0) {
            return id;
        }
        return id.replace("--", "\u0000").replace('-', '.').replace('\u0000', '-');
    }

    private static boolean isNamespace(String text) {
        return text.equals("ipfs") || text.equals("ipns");
    }

    /** The host in lower case without its port. */
    static String host(HttpRequest request) {
        String host = request.header("host").toLowerCase(Locale.ROOT);
        int colon = host.lastIndexOf(':');
        boolean port =
                colon > host.lastIndexOf(']') && host.substring(colon + 1).matches("[0-9]{0,5}");
        return port ? host.substring(0, colon) : host;
    }

    private static List<String> elements(String path) {
        if (path.length() > CHARACTERS) {
            throw new MalformedException("a path of " + path.length() + " characters, at most " + CHARACTERS);
        }
        List<String> parts = new ArrayList<>(
                Arrays.stream(path.split("/")).filter(part -> !part.isEmpty()).toList());
        if (parts.size() > ELEMENTS) {
            throw new MalformedException("a path of " + parts.size() + " elements, at most " + ELEMENTS);
        }
        for (String part : parts) {
            if (part.equals("..") || part.equals(".") || part.indexOf('\0') >= 0) {
                throw new MalformedException("a path with the element " + MalformedException.quote(part));
            }
        }
        return parts;
    }

    /** The path from the namespace on, escaped. */
    String path() {
        return "/" + namespace + "/" + Escapes.part(id) + Escapes.path(rest) + (slash ? "/" : "");
    }

    /** The canonical URI: CIDs of version 1, keys in base 36. */
    String uri() {
        return namespace + "://" + Escapes.part(canonical()) + Escapes.uri(rest) + (slash ? "/" : "");
    }

    /** The path as the host of this request knows it, escaped. */
    String visiblePath() {
        return origin ? Escapes.path(rest) + (slash ? "/" : "") : path();
    }

    /**
     * The content that the id is the CID of.
     *
     * @throws MalformedException if it is none
     */
    Cid root() {
        try {
            return Cid.parse(id);
        } catch (MalformedException e) {
            throw new MalformedException("invalid path \"" + path() + "\": " + e.getMessage());
        }
    }

    /**
     * Whether the host is not the one of its root: a key that is not written as such, or a label that is too long.
     *
     * @throws MalformedException if the root can have no host
     */
    boolean isMisnamed() {
        boolean free = !origin || id.indexOf('.') >= 0 || namespace.equals("ipfs") && id.length() <= LABEL;
        return !free && !label().equals(id);
    }

    /** The id as it is written in a host: a label of at most 63 characters without upper case; others are refused. */
    String label() {
        String text = canonical();
        if (text.length() > LABEL && text.indexOf('.') < 0) {
            text = Cid.parse(text).toString(Multibase.BASE36);
        }
        if (text.indexOf('.') >= 0) {
            text = text.replace("-", "--").replace('.', '-');
        }
        if (text.length() > LABEL) {
            throw new MalformedException("CID incompatible with DNS label length limit of " + LABEL + ": " + text);
        }
        return text;
    }

    private String canonical() {
        if (namespace.equals("ipfs")) {
            return root().toV1().toString();
        }
        Cid cid;
        try {
            cid = Cid.parse(id);
        } catch (MalformedException e) {
            return name();
        }
        return Cid.v1(Multicodec.LIBP2P_KEY, cid.hash()).toString(Multibase.BASE36);
    }

    /** A peer id becomes a key, a domain stays. */
    private String name() {
        if (id.indexOf('.') >= 0) {
            return id.toLowerCase(Locale.ROOT);
        }
        return PeerId.parse(id).toCid().toString(Multibase.BASE36);
    }
}
