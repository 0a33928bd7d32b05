package libp2p.stores;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import libp2p.blocks.StoreException;

/** Lists the objects of a bucket by prefix (ListObjectsV2), in the order of their keys. */
final class S3Listing {
    private static final int LIST_BYTES = 4 << 20;
    private static final Pattern CONTENTS = Pattern.compile("<Contents>(.*?)</Contents>", Pattern.DOTALL);
    private static final Pattern REFERENCE = Pattern.compile("&(#x[0-9A-Fa-f]{1,6}|#[0-9]{1,7}|[a-z]{2,4});");

    private S3Listing() {}

    /**
     * An object.
     *
     * @param key its whole name
     * @param size bytes
     * @param modified when it was written by the clock of the store, in whole seconds as other answers tell it
     * @param tag changes with its content
     */
    record Item(String key, long size, Instant modified, String tag) {}

    /** Gets objects. */
    @FunctionalInterface
    interface Visitor {
        /** Takes one object; may throw, which ends the listing. */
        void item(Item item) throws IOException;
    }

    /**
     * Gives all objects below a prefix to a visitor; blocks.
     *
     * @return the time of the store when the listing began, in whole seconds
     */
    static Instant each(S3Client client, String bucket, String prefix, Visitor visitor) throws IOException {
        Instant began = null;
        String after = "";
        while (true) {
            TreeMap<String, String> query = new TreeMap<>();
            query.put("list-type", "2");
            query.put("prefix", prefix);
            query.put("max-keys", "1000");
            if (!after.isEmpty()) {
                query.put("start-after", after);
            }
            S3Client.Answer answer = client.call("GET", "", query, new byte[0], LIST_BYTES);
            if (answer.status() != 200) {
                throw S3Client.failed("GET", bucket, answer.status(), answer.body());
            }
            began = began == null ? answer.date() : began;
            String text = new String(answer.body(), StandardCharsets.UTF_8);
            Matcher contents = CONTENTS.matcher(text);
            String last = "";
            while (contents.find()) {
                Item item = item(contents.group(1));
                last = item.key();
                visitor.item(item);
            }
            if (!element(text, "IsTruncated").equals("true") || last.isEmpty()) {
                return began;
            }
            after = last;
        }
    }

    private static Item item(String xml) throws StoreException {
        try {
            return new Item(
                    element(xml, "Key"),
                    Long.parseLong(element(xml, "Size")),
                    Instant.parse(element(xml, "LastModified")).truncatedTo(ChronoUnit.SECONDS),
                    element(xml, "ETag"));
        } catch (DateTimeParseException | NumberFormatException e) {
            throw new StoreException("s3: a listing is malformed: " + e.getMessage(), e);
        }
    }

    private static String element(String xml, String name) {
        int from = xml.indexOf("<" + name + ">");
        int to = xml.indexOf("</" + name + ">", from);
        return from < 0 || to < 0 ? "" : unescaped(xml.substring(from + name.length() + 2, to));
    }

    /** Text of XML with its references replaced. */
    static String unescaped(String xml) {
        if (xml.indexOf('&') < 0) {
            return xml;
        }
        return REFERENCE.matcher(xml).replaceAll(found -> Matcher.quoteReplacement(character(found.group(1))));
    }

    private static String character(String name) {
        return switch (name) {
            case "amp" -> "&";
            case "lt" -> "<";
            case "gt" -> ">";
            case "quot" -> "\"";
            case "apos" -> "'";
            default -> {
                int point = name.startsWith("#x")
                        ? Integer.parseInt(name.substring(2), 16)
                        : name.startsWith("#") ? Integer.parseInt(name.substring(1)) : -1;
                yield Character.isValidCodePoint(point) ? Character.toString(point) : "&" + name + ";";
            }
        };
    }
}
