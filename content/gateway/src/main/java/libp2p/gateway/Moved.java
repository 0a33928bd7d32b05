package libp2p.gateway;

import java.util.Locale;
import java.util.Map;
import libp2p.core.identity.PeerId;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multibase;
import org.jspecify.annotations.Nullable;

/** Redirects to the one place where a root is served: its host, and the one form of its name. */
final class Moved {
    private Moved() {}

    /** Sends people from the path of a root, or from another host of it, to its host below a domain. */
    static HttpResponse toHost(HttpRequest request, Map<String, String> headers, Target target) {
        String host = request.header("host").toLowerCase(Locale.ROOT);
        String below = !target.origin()
                ? host
                : isDotted(request, target) ? host.substring(dotted(target).length()) : host.split("\\.", 3)[2];
        StringBuilder location = new StringBuilder(request.context().isSecure() ? "https" : "http")
                .append("://")
                .append(target.label())
                .append('.')
                .append(target.namespace())
                .append('.')
                .append(below)
                .append(Escapes.path(target.rest()));
        location.append(target.slash() || target.rest().isEmpty() ? "/" : "").append(Escapes.query(request.query()));
        return to(301, headers, location.toString());
    }

    /**
     * Whether a domain stands before its namespace as it is, over TLS: certificates of wildcards hold for one label only.
     */
    static boolean isSpread(HttpRequest request, Target target) {
        return request.context().isSecure() && isDotted(request, target);
    }

    private static boolean isDotted(HttpRequest request, Target target) {
        return target.origin()
                && target.id().indexOf('.') >= 0
                && Target.host(request).startsWith(dotted(target));
    }

    private static String dotted(Target target) {
        return target.id() + "." + target.namespace() + ".";
    }

    /** Sends from a key in base 58 to its CID of version 1 in base 36; null if the name is not written so. */
    static @Nullable HttpResponse toKey(HttpRequest request, Map<String, String> headers, Target target) {
        if (target.origin()
                || !target.namespace().equals("ipns")
                || !target.id().matches("(1|Qm)[^.]*")) {
            return null;
        }
        String key;
        try {
            key = PeerId.parse(target.id()).toCid().toString(Multibase.BASE36);
        } catch (MalformedException noKey) {
            return null;
        }
        String location = "/ipns/" + key + Escapes.path(target.rest()) + (target.slash() ? "/" : "")
                + Escapes.query(request.query());
        return to(302, headers, location);
    }

    private static HttpResponse to(int status, Map<String, String> headers, String location) {
        headers.put("Location", location);
        headers.put("Content-Type", ContentTypes.HTML);
        return HttpResponse.bytes(status, headers, new byte[0]);
    }
}
