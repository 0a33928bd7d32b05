package libp2p.node.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.resource.ResourceReport;

/** A report of the resource manager, for people and for programs. */
public final class ResourceTree {
    private ResourceTree() {}

    /** Scopes with used/limit of what is used, indented by kind; then the refusals. */
    public static String text(ResourceReport report) {
        StringBuilder out = new StringBuilder();
        String kind = "";
        for (ResourceReport.Scope scope : byKind(report)) {
            if (!scope.kind().equals(kind)) {
                kind = scope.kind();
                out.append(kind).append('\n');
            }
            boolean idle = scope.resources().values().stream().noneMatch(amount -> amount.used() > 0);
            out.append("  ").append(printable(scope.name()));
            scope.resources().forEach((resource, amount) -> {
                if (amount.used() > 0 || (idle && amount.isLimited() && resource.equals("connections"))) {
                    out.append("  ").append(resource).append(' ').append(amount.used());
                    out.append('/').append(amount.isLimited() ? String.valueOf(amount.limit()) : "unlimited");
                }
            });
            out.append('\n');
        }
        out.append(report.refusals().isEmpty() ? "no refusals\n" : "refusals\n");
        for (ResourceReport.RefusalCount count : report.refusals()) {
            out.append("  %s %s %d%n".formatted(count.kind(), count.resource(), count.count()));
        }
        out.append(report.last().isEmpty() ? "" : "last refusals\n");
        for (ResourceReport.LastRefusal last : report.last()) {
            out.append("  %s %s of %s would be %d, at most %d (local limit)%n"
                    .formatted(last.at(), last.resource(), printable(last.scope()), last.value(), last.limit()));
        }
        return out.toString();
    }

    private static List<ResourceReport.Scope> byKind(ResourceReport report) {
        Map<String, List<ResourceReport.Scope>> kinds = new LinkedHashMap<>();
        report.scopes()
                .forEach(scope -> kinds.computeIfAbsent(scope.kind(), key -> new ArrayList<>())
                        .add(scope));
        return kinds.values().stream().flatMap(List::stream).toList();
    }

    private static String printable(String text) {
        return Printable.of(text);
    }

    /** The same for programs. */
    public static Map<String, Object> json(ResourceReport report) {
        List<Object> scopes = new ArrayList<>();
        for (ResourceReport.Scope scope : report.scopes()) {
            Map<String, Object> resources = new LinkedHashMap<>();
            scope.resources().forEach((resource, amount) -> {
                Map<String, Object> value = new LinkedHashMap<>();
                value.put("used", amount.used());
                if (amount.isLimited()) {
                    value.put("limit", amount.limit());
                }
                resources.put(resource, value);
            });
            scopes.add(object("kind", scope.kind(), "name", scope.name(), "resources", resources));
        }
        List<Object> refusals = new ArrayList<>();
        report.refusals()
                .forEach(count -> refusals.add(
                        object("kind", count.kind(), "resource", count.resource(), "count", count.count())));
        List<Object> last = new ArrayList<>();
        for (ResourceReport.LastRefusal refusal : report.last()) {
            Map<String, Object> entry = object("at", refusal.at(), "kind", refusal.kind(), "scope", refusal.scope());
            entry.put("resource", refusal.resource());
            entry.put("value", refusal.value());
            entry.put("limit", refusal.limit());
            entry.put("side", "local");
            last.add(entry);
        }
        return object("scopes", scopes, "refusals", refusals, "last", last);
    }

    private static Map<String, Object> object(
            String first, Object one, String second, Object two, String third, Object three) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put(first, one);
        object.put(second, two);
        object.put(third, three);
        return object;
    }
}
