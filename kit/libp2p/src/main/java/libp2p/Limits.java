package libp2p;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import libp2p.core.limits.LimitSet;
import libp2p.multiformats.MalformedException;
import libp2p.swarm.connmgr.TrimmingLimits;
import libp2p.swarm.resource.LimitsFile;
import libp2p.swarm.resource.ResourceLimits;

/**
 * Every bound of a host in one value: the resource limits of its scopes, and the bounds of each part on the path, of
 * which {@code p2p limits} prints the names, ranges and meanings. Immutable. One is changed by its name, or by a
 * function of the record that declares it:
 *
 * <pre>{@code
 * Libp2p.host()
 *         .limit("quic.inbound-streams", 200)
 *         .limit(KadLimits.class, kad -> kad.withLookup(kad.lookup().withAlpha(5)));
 * }</pre>
 *
 * <p>The same bounds can be read from a text, of which {@link #text} gives all lines:
 *
 * <pre>
 * # what is not named here keeps its default
 * system.connectionsInbound = 2000
 * trimming.high = 400
 * swarm.dialing.timeout = 5s
 * muxers.yamux.window = 4MiB
 * kad.lookup.alpha = 3
 * </pre>
 *
 * <p>Lines of resources have the form of {@link LimitsFile}. All others begin with the name of a record of bounds
 * ({@link libp2p.core.limits.LimitGroup}), for which it is enough to be on the path.
 *
 * @param resources of connections, streams and memory
 * @param parts of everything else
 */
public record Limits(ResourceLimits resources, LimitSet parts) {
    /** A larger file is refused. */
    private static final int MAXIMUM_BYTES = 1 << 20;

    /** The default: resources as go-libp2p scales them to a machine, and the defaults of every part. */
    public static Limits ofThisMachine() {
        return new Limits(ResourceLimits.ofThisMachine(), LimitSet.DEFAULT);
    }

    /** Counts resources but refuses none, and trims no connection; the bounds of each part stay. */
    public static Limits unlimited() {
        return new Limits(ResourceLimits.unlimited(), LimitSet.DEFAULT)
                .with(TrimmingLimits.class, trimming -> trimming.withMarks(Integer.MAX_VALUE, Integer.MAX_VALUE));
    }

    /**
     * Reads a file of changes; blocks for the disk.
     *
     * @param base what holds where the file says nothing
     * @throws MalformedException naming the file, the line that is wrong, and why
     * @throws IOException if there is no such file, or it cannot be read
     */
    public static Limits read(Path file, Limits base) throws IOException {
        String source = "limits file " + file;
        long size = Files.size(file);
        if (size > MAXIMUM_BYTES) {
            throw new MalformedException(source + ": " + size + " bytes, more than the limit of " + MAXIMUM_BYTES);
        }
        try {
            return parse(source, Files.readString(file, StandardCharsets.UTF_8), base);
        } catch (CharacterCodingException e) {
            throw new MalformedException(source + ": not a text in UTF-8");
        }
    }

    /**
     * Reads a text of changes.
     *
     * @param source what the text is called in errors, for example {@code "limits file /etc/p2p/limits"}
     * @param base what holds where the text says nothing
     * @throws MalformedException naming the source, the line that is wrong, and why
     */
    public static Limits parse(String source, String text, Limits base) {
        LimitSet parts = base.parts;
        List<String> resources = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String stripped = line.strip();
            int equals = stripped.lastIndexOf('=');
            String name = equals < 0 ? "" : stripped.substring(0, equals).strip();
            if (stripped.startsWith("#") || LimitsFile.isLine(name)) {
                resources.add(line);
                continue;
            }
            resources.add(""); // keeps the numbers of the lines
            try {
                parts = parts.with(name, stripped.substring(equals + 1).strip());
            } catch (MalformedException e) {
                throw new MalformedException(source + ", line " + number + ": " + e.getMessage());
            }
        }
        try {
            parts.lines(); // values that do not fit together are told now
        } catch (IllegalArgumentException e) {
            throw new MalformedException(source + ": " + e.getMessage());
        }
        return new Limits(LimitsFile.parse(source, String.join("\n", resources), base.resources), parts);
    }

    /** All limits as a text that {@link #parse} reads. */
    public String text() {
        StringBuilder text = new StringBuilder(LimitsFile.text(resources));
        for (LimitSet.Line line : parts.lines()) {
            text.append(line.name()).append(" = ").append(line.value()).append('\n');
        }
        return text.toString();
    }

    /**
     * The same with another value of one bound.
     *
     * @param name for example {@code "quic.connections.streams"} or {@code "system.connectionsInbound"}
     * @param value a number, a duration, a truth value, or a text as in the limits file
     * @throws MalformedException if there is no such bound, or the value does not fit
     */
    public Limits with(String name, Object value) {
        if (LimitsFile.isLine(name)) {
            return new Limits(LimitsFile.parse("limit", name + " = " + value, resources), parts);
        }
        return new Limits(resources, parts.with(name, value));
    }

    /**
     * The same with the bounds of one part changed.
     *
     * @param type the record that declares them
     * @throws IllegalArgumentException if the change makes a value that does not fit
     */
    public <T extends Record> Limits with(Class<T> type, UnaryOperator<T> change) {
        return new Limits(resources, parts.with(type, change));
    }

    /** The same with other limits of connections, streams and memory. */
    public Limits withResources(ResourceLimits value) {
        return new Limits(value, parts);
    }

    /** The bounds of one part, with the changes. */
    public <T extends Record> T of(Class<T> type) {
        return parts.get(type);
    }
}
